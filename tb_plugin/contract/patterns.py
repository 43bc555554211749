"""What is recorded of the filters of one layer in one capture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.columns import check_columns, check_sizes


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


@dataclass(frozen=True)
class PatternLayer:
    """The filters of one layer drawn in one capture, and their numbers.

    Measures so far, per filter, null where a filter has no such number; others
    may come:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | peak                                       | always: largest activation|
    |                                            | at any position           |
    | correlation_previous, _baseline,           | always; of the pictures;  |
    | spectrum_correlation_previous, _baseline   | null at the first         |
    | weight_change_previous, _baseline          | likewise; relative, of the|
    |                                            | filter's own weights      |
    | correlation_floor,                         | unless left out: the same |
    | spectrum_correlation_floor                 | weights, when drawn first,|
    |                                            | a start moved by 1e-6;    |
    |                                            | null where other filters  |
    |                                            | stand for this one        |
    | correlation_seed, spectrum_correlation_seed| likewise, another seed    |
    | held_out_mean, held_out_best               | with images: of the mean  |
    |                                            | activation on each image  |
    | held_out_peak                              | with images: the largest  |
    |                                            | `peak` of all images      |
    | held_out_change_previous, _baseline        | with images; see          |
    |                                            | `pattern_change.py`       |
    | crop_image, crop_left, crop_upper,         | with images: where the    |
    | crop_right, crop_lower                     | filter fires most: index  |
    |                                            | into the stream's held-out|
    |                                            | images, and fractions;    |
    |                                            | null where no pixel has to|
    |                                            | do with it                |

    After a restart all `_baseline` are null, and `_previous` at the first
    capture: earlier captures are in the log, what they are compared by is not.
    Where a layer is `unchanged`, all say so: correlations and CKA 1, changes 0.

    Of the layer: `cka_previous`, `cka_baseline` with images.

    Attributes:
        path: the layer's path, as in its tag.
        layer_kind: class name of the layer (`Conv2D`).
        num_filters: how many the layer has; `filters` may be fewer.
        preset: name of the method.
        sheet: geometry of the picture.
        channels: what the colours are: `rgb`, `grey`, or a sentence.
        filters: indices of the filters drawn.
        objective: what the ascent reached, per filter.
        status: `live` (its pattern drives it); where the ascent found
            nothing: `stuck` (the held-out images excite it), `dead` (they do
            not either), `unmeasured` (no images: stuck or dead, not known);
            `saturated` (at its largest on every held-out image);
            `not_finite`; others may come, each is shown by its name.
        origin: how each picture came about: `fresh`, `continued`,
            `unchanged`.
        origin_step: the step of the picture it continues or repeats.
        measures: further numbers by name, one per filter.
        layer_measures: further numbers by name, of the layer as a whole.
    """

    path: str
    layer_kind: str
    num_filters: int
    preset: str
    sheet: Sheet
    channels: str
    filters: tuple[int, ...]
    objective: tuple[float | None, ...]
    status: tuple[str, ...]
    origin: tuple[str, ...]
    origin_step: tuple[int | None, ...]
    measures: Mapping[str, tuple[float | None, ...]]
    layer_measures: Mapping[str, float | None]

    def __post_init__(self) -> None:
        columns = [self.objective, self.status, self.origin, self.origin_step]
        check_columns(len(self.filters), columns, self.measures, "filters")
