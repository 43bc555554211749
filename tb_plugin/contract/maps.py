"""The record of one layer's heatmaps in one capture."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.decode import check_columns, check_sizes


@dataclass(frozen=True)
class MapLayer:
    """The raw heatmaps of one layer in one capture, and their measures.

    Measures so far, null where a row has no such number; others may come. The
    page *Measures* defines each:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | energy_inside, pointing_hit, iou           | with boxes or masks       |
    | entropy, covered_area, centre_x, centre_y, | always                    |
    | border_energy, upper_left_energy, …        |                           |
    | rank_correlation_previous, _baseline,      | always; null where the    |
    | centre_shift_previous, _baseline           | row was not drawn then    |
    | rank_correlation_shuffled_head, _weights   | in the capture of reason  |
    |                                            | `sanity check`            |
    | faithfulness, faithfulness_centre          | in it, or in the last one |

    `energy_inside` is the energy-based pointing game, `pointing_hit` the
    pointing game.

    The mean heatmap of a class is the mean over rows of status `ok`, each
    divided by its sum. It exposes what the images of a class share apart from
    the object. An image has one vote. With labels it votes for its label, with
    the row that explains it, else with its first row. Without labels, a row
    votes for the class that it explains, the first of its image that does.

    Attributes:
        path: Path of the layer, as in its tag.
        layer_kind: Class name of the layer.
        method: `grad_cam`, `hires_cam`, `grad_cam_plus_plus`, `layer_cam`,
            `x_grad_cam`, `fused_cam` or `eigen_cam`; others may come.
        height: Height of every heatmap, at the layer's own resolution.
        width: Width of every heatmap.
        encoding: `float32`: little-endian, (rows, height, width), after ReLU,
            not normalized; NaN stays NaN. In a row of another status than
            `not_finite`, NaN is what the model never sees of the image.
        maximum: Largest finite value of each heatmap.
        status: One of `HEATMAP_STATUSES` per row; others may come, each is
            shown by its name.
        origin: `fresh` (computed) or `unchanged` (reused), per row.
        origin_step: Step whose heatmap is repeated, per row.
        measures: More numbers by name, one per row.
        mean_class: Classes that have a mean heatmap, ascending. The means are
            the second blob, (classes, height, width) in `encoding`. Where
            nothing is new they lie beside the heatmaps, at `origin_step`. NaN
            is what the model never sees of the image.
        mean_count: Number of rows behind each mean.
        parts: Names of the maps that the heatmap adds, where the answer comes
            by several paths side by side or a layer is called several times;
            empty for a single one. `path` joins their layers by " + ".
        shares: For each part, its share of the positive evidence in every row,
            from 0 to 1; null in a row without evidence.
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
    parts: tuple[str, ...] = ()
    shares: tuple[tuple[float | None, ...], ...] = ()

    def __post_init__(self) -> None:
        check_sizes(self.height, self.width)
        columns = [self.status, self.origin, self.origin_step]
        check_columns(len(self.maximum), columns, self.measures, "maps")
        check_columns(len(self.mean_class), [self.mean_count], {}, "means")
        check_columns(len(self.parts), [self.shares], {}, "parts")
        check_columns(len(self.maximum), [*self.shares], {}, "shares")


def beats_chance(gains: Sequence[float]) -> bool:
    """Return whether a mean gain is more than its standard error.

    Args:
        gains: By how much each heatmap is more faithful than a bump in the
            center; two or more.
    """
    error = statistics.stdev(gains) / math.sqrt(len(gains))
    return statistics.fmean(gains) > error
