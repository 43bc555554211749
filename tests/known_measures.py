"""The numbers beside the pictures of a test log, each a function of its place.

Filter `i` of a layer drifts from its baseline, faster where `i` is large, and
comes to rest in the second fit: in the last captures it changes less than the
noise floor. A frozen layer does not change at all. The heatmap of every image
leaves the upper left corner for the box between captures 2 and 3.
"""

from collections.abc import Sequence

from tests import known_content as known
from tests.known_content import Plan

Column = tuple[float | None, ...]
Measures = dict[str, Column]

FLOOR = 0.02
MOVES_AT = 3  # the capture in which the heatmaps come to the object


def drift(plan: Plan, layer: int, filter_: int, capture: int) -> float:
    """Return the change of a filter's picture since the baseline."""
    drawn = known.drawn_capture(plan, layer, capture)
    begun = plan.second_fit - 1 if layer == 0 and plan.layers > 1 else 0
    way = min(1.0, max(0, drawn - begun) / 3)
    return round(way * (filter_ + 1) / plan.filters, 4)


# Kept its meaning, changed, was rewritten, cannot be compared.
LINEAGE = (0.9, 0.6, 0.2, None)


def pattern_measures(plan: Plan, layer: int, capture: int) -> Measures:
    """Return the numbers of the filters of a layer, by name."""
    filters = range(plan.filters)
    since = [drift(plan, layer, i, capture) for i in filters]
    before = [drift(plan, layer, i, max(0, capture - 1)) for i in filters]
    step = [abs(a - b) for a, b in zip(since, before, strict=True)]
    measures: Measures = {
        "correlation_floor": (round(1 - FLOOR, 4),) * plan.filters
    }
    measures["spectrum_correlation_floor"] = (
        round(1 - FLOOR / 2, 4),
    ) * plan.filters
    measures["correlation_seed"] = (0.8,) * plan.filters
    for name, moved in (("baseline", since), ("previous", step)):
        measures[f"correlation_{name}"] = _from(1, moved, -1, capture)
        measures[f"spectrum_correlation_{name}"] = _from(
            1, moved, -0.5, capture
        )
        measures[f"weight_change_{name}"] = _from(0, moved, 0.3, capture)
        measures[f"held_out_change_{name}"] = _from(0, moved, 0.2, capture)
    if plan.exemplars:
        measures["response_correlation_baseline"] = tuple(
            LINEAGE[i % len(LINEAGE)] if capture else None for i in filters
        )
    return measures | held_out_measures(plan, capture)


def held_out_measures(plan: Plan, capture: int) -> Measures:
    """Return what each filter does on the held-out images."""
    filters = range(plan.filters)
    images = [float(crop_image(plan, i)) for i in filters]
    boxes = [known.box(crop_image(plan, i)) for i in filters]
    names = ("crop_left", "crop_upper", "crop_right", "crop_lower")
    edges = zip(*boxes, strict=True)
    return {
        "held_out_mean": tuple(round(0.1 * i, 4) for i in filters),
        "held_out_best": tuple(0.25 * i * (1 + capture) for i in filters),
        "crop_image": tuple(images),
        **{name: edge for name, edge in zip(names, edges, strict=True)},
    }


def crop_image(plan: Plan, filter_: int) -> int:
    """Return the held-out image that excites a filter most."""
    return filter_ % plan.images


def pattern_status(plan: Plan, capture: int) -> tuple[str, ...]:
    """Return the status of each filter: the last two fall silent."""
    status = ["saturated"] + ["live"] * (plan.filters - 1)
    if capture >= plan.second_fit and plan.filters > 4:
        status[-2:] = ["stuck", "dead"]
    return tuple(status)


def map_measures(plan: Plan, capture: int) -> Measures:
    """Return the numbers of the rows of a layer's maps."""
    is_there = capture >= MOVES_AT
    count = len(plan.rows)
    shift = 0.4 if capture == MOVES_AT else 0.01
    columns: dict[str, float | None] = {
        "energy_inside": 0.7 if is_there else 0.1,
        "pointing_hit": float(is_there),
        "iou": 0.5 * is_there,
        "entropy": 0.6,
        "covered_area": 0.2,
        "centre_x": 0.5 if is_there else 0.1,
        "centre_y": 0.5 if is_there else 0.1,
        "border_energy": 0.1 if is_there else 0.6,
        "upper_left_energy": 0.05 if is_there else 0.8,
        "upper_right_energy": 0.05,
        "lower_left_energy": 0.05,
        "lower_right_energy": 0.05,
        "rank_correlation_previous": _but(1 - shift, capture),
        "rank_correlation_baseline": _but(1 - 0.4 * is_there, capture),
        "centre_shift_previous": _but(shift, capture),
        "centre_shift_baseline": _but(0.4 * is_there, capture),
    }
    return {name: (value,) * count for name, value in columns.items()}


def _but(value: float, capture: int) -> float | None:
    """Return the value; none at the first capture."""
    return None if capture == 0 else round(value, 4)


def _from(
    start: float, moved: Sequence[float], slope: float, capture: int
) -> Column:
    """Return start + slope x moved; none at the first capture."""
    if capture == 0:
        return (None,) * len(moved)
    return tuple(round(start + slope * each, 4) for each in moved)
