"""The layout of a sheet: many pictures of one size in one."""

from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.decode import check_sizes


@dataclass(frozen=True)
class Sheet:
    """Layout of the tiles of a sheet: row by row, touching, from upper left.

    Tile `i` has its upper left corner at pixel `(i % columns * tile_width,
    i // columns * tile_height)`. A picture smaller than its tile lies in the
    tile's upper left corner and is `picture_width` x `picture_height`.
    """

    columns: int
    tile_width: int
    tile_height: int
    picture_width: int
    picture_height: int
    encoding: Literal["png", "jpeg"]

    def __post_init__(self) -> None:
        check_sizes(self.columns, self.tile_width, self.tile_height)
        check_sizes(self.picture_width, self.picture_height)
