"""Decodes stored pictures and heatmaps, and fits pictures to a tile.

A picture is enlarged only by a whole factor, pixel by pixel, so that nothing
appears that is not in it; one that is too large is averaged down.
"""

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.commands.export.choosing import ChoiceError
from tb_plugin.contract import Sheet

MAX_BYTES = 2**29  # of the tiles of one layer, decoded
MAX_BYTES_IN_ALL = 2**31  # of all layers of all runs of one file


@dataclass(frozen=True)
class TileSize:
    """Smallest and largest length of a tile's longer side, in pixels."""

    least: int
    most: int

    def of(self, height: int, width: int) -> tuple[int, int]:
        """Return the (height, width) at which a picture is shown."""
        long = max(height, width)
        if long > self.most:
            share = self.most / long
            return max(1, round(height * share)), max(1, round(width * share))
        factor = min(math.ceil(self.least / long), self.most // long)
        return height * max(1, factor), width * max(1, factor)


class Room:
    """The memory for the tiles of one file, taken before they are decoded."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self, num_tiles: int, size: tuple[int, int]) -> None:
        """Take room for this many tiles of a layer, of (height, width) each.

        Raises:
            ChoiceError: There is not so much.
        """
        num_bytes = 3 * num_tiles * size[0] * size[1]
        told = f"{num_tiles} of {size[1]} x {size[0]} pixels"
        if num_bytes > MAX_BYTES:
            raise ChoiceError(
                f"the tiles of a layer must take at most {MAX_BYTES >> 20} MB "
                f"— got {told}, {num_bytes >> 20} MB. Ask for fewer --rows or "
                "--columns, or for a smaller --tile or --dpi."
            )
        self._taken += num_bytes
        if self._taken > MAX_BYTES_IN_ALL:
            raise ChoiceError(
                "the tiles of all layers must take at most "
                f"{MAX_BYTES_IN_ALL >> 20} MB — got {told} beside others, "
                f"{self._taken >> 20} MB. Ask for fewer --run, --layers, "
                "--rows or --columns."
            )


def fitted(picture: ByteArray, size: tuple[int, int]) -> ByteArray:
    """Return a picture (h, w, 3) uint8 at the (height, width) of `size`."""
    height, width = picture.shape[:2]
    if (height, width) == size:
        return picture
    factor = size[0] // height
    if (height * factor, width * factor) == size:
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    shown = Image.fromarray(picture).resize(size[::-1], Image.Resampling.BOX)
    return np.asarray(shown)


def decoded(file: bytes) -> ByteArray | None:
    """Return an encoded picture as (h, w, 3) uint8; None if it is corrupt.

    A decoder meets whatever a log holds; what it raises has no bounds.
    """
    try:
        with Image.open(io.BytesIO(file), formats=("PNG", "JPEG")) as picture:
            return np.asarray(picture.convert("RGB"))
    except Exception:
        return None


def tile_of(of: Sheet, place: int, sheet: ByteArray) -> ByteArray | None:
    """Return one tile of a sheet; None if the sheet does not reach it."""
    row, col = divmod(place, of.columns)
    top, left = row * of.tile_height, col * of.tile_width
    tile = sheet[top:, left:][: of.picture_height, : of.picture_width]
    is_whole = tile.shape[:2] == (of.picture_height, of.picture_width)
    return tile if is_whole else None


_FLOAT32 = np.dtype("<f4")


def heatmap_at(
    file: bytes | str | None, size: tuple[int, int, int], place: int
) -> FloatArray | None:
    """Return one heatmap, (h, w) float32; None if the bytes do not fit.

    Args:
        file: All heatmaps; anything but bytes is why there are none.
        size: Number, height and width of them, as the record says.
        place: Index of the one.
    """
    count, height, width = size
    num_bytes = _FLOAT32.itemsize * count * height * width
    if not isinstance(file, bytes) or len(file) != num_bytes:
        return None
    start = _FLOAT32.itemsize * height * width * place
    values = np.frombuffer(file, _FLOAT32, height * width, start)
    return values.reshape(height, width)
