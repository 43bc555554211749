"""How much of a heatmap lies where it should, and where it should not."""

import numpy as np

from examples.demo.pictures import SIZE_PX, Floats, stamp_box

AROUND_PX = 4  # one cell of the network's maps: they cannot be sharper


def energy_in_boxes(maps: Floats, boxes: Floats) -> Floats:
    """Return the share of each map that lies in its picture's box.

    Args:
        maps: (n, h, w) float32, not negative.
        boxes: (n, 4) float32: left, upper, right, lower in fractions.

    Returns:
        (n,) float32 in [0, 1]; NaN where the map is zero everywhere.
    """
    shares = [_share(*pair) for pair in zip(maps, boxes, strict=True)]
    return np.array(shares, np.float32)


def energy_in_corner(maps: Floats) -> Floats:
    """Return the share of each map that lies on the stamp or just beside it.

    Args:
        maps: (n, h, w) float32, not negative.

    Returns:
        (n,) float32 in [0, 1]; NaN where the map is zero everywhere.
    """
    left, upper, _, _ = stamp_box()
    edges = [left - AROUND_PX, upper - AROUND_PX, SIZE_PX, SIZE_PX]
    corner = np.array(edges, np.float32) / SIZE_PX
    return energy_in_boxes(maps, np.tile(corner, (len(maps), 1)))


def _share(heat: Floats, box: Floats) -> float:
    """Return the part of `heat` in `box`; a cell counts by what is in it."""
    total = float(heat.sum())
    if total == 0:
        return float("nan")
    left, upper, right, lower = box
    rows = _overlap(heat.shape[0], upper, lower)
    columns = _overlap(heat.shape[1], left, right)
    return float(rows @ heat @ columns) / total


def _overlap(count: int, start: float, stop: float) -> Floats:
    """Return which fraction of each of `count` cells start to stop covers."""
    edges = np.linspace(0, 1, count + 1)
    covered = np.minimum(edges[1:], stop) - np.maximum(edges[:-1], start)
    return np.asarray(np.clip(covered, 0, None) * count, np.float32)
