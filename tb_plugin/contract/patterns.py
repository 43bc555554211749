"""The record of one layer's filter patterns in one capture.

A pattern is feature visualization by activation maximization: the synthetic
image that maximally activates a filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tb_plugin.contract.decode import (
    MAX_SIZE,
    ContractError,
    check_columns,
)
from tb_plugin.contract.exemplars import Exemplars
from tb_plugin.contract.sheet import Sheet


@dataclass(frozen=True)
class PatternLayer:
    """The filters of one layer that a capture drew, and their measures.

    Measures so far, per filter, null where a filter has no such number; others
    may come:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | peak                                       | always: largest activation|
    |                                            | at any position           |
    | correlation_previous, _baseline,           | always; of the pictures;  |
    | spectrum_correlation_previous, _baseline   | null at the first         |
    | weight_change_previous, _baseline          | always; relative, of the  |
    |                                            | filter's own weights; null|
    |                                            | at the first              |
    | correlation_floor,                         | with the noise floor: the |
    | spectrum_correlation_floor                 | same weights, at a layer's|
    |                                            | first capture, from a     |
    |                                            | start perturbed by 1e-6;  |
    |                                            | null where other filters  |
    |                                            | stand for this one        |
    | correlation_seed, spectrum_correlation_seed| with the noise floor: from|
    |                                            | another seed              |
    | held_out_mean, held_out_best               | with images: of the mean  |
    |                                            | activation on each image  |
    | held_out_peak                              | with images: the largest  |
    |                                            | `peak` of all images      |
    | held_out_change_previous, _baseline        | with images: change of the|
    |                                            | mean activation, in       |
    |                                            | standard deviations at the|
    |                                            | baseline                  |
    | response_correlation_previous, _baseline   | with a pool of 30 images: |
    |                                            | of the largest activations|
    |                                            | on a sample of its images;|
    |                                            | null for other images, or |
    |                                            | where nothing varies      |
    | crop_image, crop_left, crop_upper,         | with images: where the    |
    | crop_right, crop_lower                     | filter is activated most: |
    |                                            | index into the stream's   |
    |                                            | held-out images, and      |
    |                                            | fractions; null where no  |
    |                                            | pixel influences it       |
    | active_share                               | with exemplars: the share |
    |                                            | of images that activate   |
    |                                            | the filter at any position|
    | class_selectivity                          | with exemplars: from 0,   |
    |                                            | all classes activate it   |
    |                                            | alike, to 1, one alone    |
    |                                            | does; null without two    |
    |                                            | classes of five images    |

    After a restart all `_baseline` are null, and `_previous` at the first
    capture: the log holds earlier captures, but not what they are compared by.
    Where a layer is `unchanged`, all say so: correlations and CKA 1, changes 0.

    Layer measures: `cka_previous` and `cka_baseline`, with images.

    Attributes:
        path: Path of the layer, as in its tag.
        layer_kind: Class name of the layer (`Conv2D`).
        num_filters: Number of filters of the layer; `filters` may be fewer.
        preset: Name of the method.
        sheet: Layout of the picture.
        channels: What the colors are: `rgb`, `grey`, or a sentence.
        filters: Indices of the filters whose pictures are of this capture's
            weights; where not all could be afforded, fewer than in others.
        objective: Value that optimization reached, per filter.
        status: One of `FILTER_STATUSES` per filter; others may come, each is
            shown by its name.
        origin: `fresh` (computed) or `unchanged` (reused), per filter.
        origin_step: Step whose picture is repeated, per filter.
        measures: More numbers by name, one per filter.
        layer_measures: More numbers by name, of the layer as a whole.
        margin_px: Width of the border of the canvas that the pictures leave
            out, because no counted position of the layer sees it. Objective and
            peak are of the whole canvas. 0 if older logs do not say so.
        exemplars: The images that activate the filters most; null without
            images. Where a layer is `unchanged`, their crops lie beside its
            picture.
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
    margin_px: int = 0
    exemplars: Exemplars | None = None

    def __post_init__(self) -> None:
        columns = [self.objective, self.status, self.origin, self.origin_step]
        check_columns(len(self.filters), columns, self.measures, "filters")
        if not 0 <= self.margin_px < MAX_SIZE:
            raise ContractError("a margin is no width")
        found = self.exemplars
        if found is not None and len(found.image) != len(self.filters):
            raise ContractError("exemplars are of other filters")
