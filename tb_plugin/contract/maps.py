"""What is recorded of the heatmaps of one layer in one capture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.columns import check_columns, check_sizes


@dataclass(frozen=True)
class MapLayer:
    """The raw heatmaps of one layer in one capture, and their numbers.

    Measures so far, each defined in `kerasviz_callbacks/measures.py` and null
    where a row has no such number; others may come:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | energy_inside, pointing_hit, iou           | with boxes or masks       |
    | entropy, covered_area, centre_x, centre_y, | always                    |
    | border_energy, upper_left_energy, …        |                           |
    | rank_correlation_previous, _baseline,      | always; null where the    |
    | centre_shift_previous, _baseline           | row was not drawn then    |
    | rank_correlation_shuffled_head, _weights   | in the capture of reason  |
    |                                            | `sanity check`            |

    The mean map of a class is the mean over rows of status `ok`, each divided
    by its sum; it exposes what images of the class share beside the thing. An
    image has one vote: for its label, with the row that explains it, else with
    its first row. Without labels, a row votes for the class that it explains,
    the first of its image that does.

    Attributes:
        path: the layer's path, as in its tag.
        layer_kind: class name of the layer.
        method: `grad_cam`, `hires_cam`, `grad_cam_plus_plus`, `layer_cam`,
            `x_grad_cam`, `eigen_cam`; others may come.
        height: of every map, in the layer's own resolution.
        width: likewise.
        encoding: `float32`: little-endian, (rows, height, width), after ReLU,
            not normalised; NaN stays NaN.
        maximum: largest finite value of each map.
        status: `ok`; `no_evidence` (nothing speaks for the target: the map is
            zero); `not_finite`; others may come, each is shown by its name.
        origin: `fresh` or `unchanged`, per row.
        origin_step: the step whose map it repeats.
        measures: further numbers by name, one per row.
        mean_class: classes that have a mean map, ascending. The maps are the
            second blob, (classes, height, width) in `encoding`; where nothing
            is new they lie beside the maps, at `origin_step`.
        mean_count: how many rows each is the mean of.
    """

    path: str
    layer_kind: str
    method: str
    height: int
    width: int
    encoding: Literal["float32"]
    maximum: tuple[float | None, ...]
    status: tuple[str, ...]
    origin: tuple[str, ...]
    origin_step: tuple[int | None, ...]
    measures: Mapping[str, tuple[float | None, ...]]
    mean_class: tuple[int, ...]
    mean_count: tuple[int, ...]

    def __post_init__(self) -> None:
        check_sizes(self.height, self.width)
        columns = [self.status, self.origin, self.origin_step]
        check_columns(len(self.maximum), columns, self.measures, "maps")
        check_columns(len(self.mean_class), [self.mean_count], {}, "means")
