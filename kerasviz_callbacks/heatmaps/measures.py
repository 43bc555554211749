"""Measures where heatmaps look.

Pure functions of raw heatmaps L (n, h, w), 0 or more; p = L / sum(L) is the
heatmap as shares of its energy. Cells count by their area, and positions are
those of their centers, as fractions of the image. Every function returns (n,)
float64, NaN where there is no number: for a heatmap without evidence or with
values that are not finite, and for an image without a region. Zero always means
zero.

| measure                | what it is                         | if uniform     |
|------------------------|------------------------------------|----------------|
| energy_inside          | share of the energy in the region  | region's area  |
| pointing_hit           | 1 if the largest cell touches it   |                |
| iou                    | overlap of region and large cells  |                |
| entropy                | 0 one cell, 1 uniform              | 1              |
| covered_area           | share of cells above half the peak | 1              |
| centre_x, centre_y     | center of mass                     | 0.5            |
| border_energy          | in the outer tenth on every side   | 0.36           |
| <corner>_energy        | in a corner, a quarter of each side| 0.0625         |
"""

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.images import box_coverage

CORNER = 0.25  # of the image's width and height
BORDER = 0.1
IOU_THRESHOLD = 0.15  # of the peak, Selvaraju et al. 2017
AREA_THRESHOLD = 0.5
_TOUCHED = 1e-3  # of a cell; less is the rounding of a box's edge

_FAR = 1 - CORNER
CORNERS = {
    "upper_left": (0.0, 0.0, CORNER, CORNER),
    "upper_right": (_FAR, 0.0, 1.0, CORNER),
    "lower_left": (0.0, _FAR, CORNER, 1.0),
    "lower_right": (_FAR, _FAR, 1.0, 1.0),
}
_CORE = (BORDER, BORDER, 1 - BORDER, 1 - BORDER)


def place_measures(maps: FloatArray) -> dict[str, FloatArray]:
    """Return every measure that needs no region, by name."""
    centre = centre_of_mass(maps)
    size = maps.shape[1:]
    core = box_coverage(np.array([_CORE]), size)
    measures = {
        "entropy": entropy(maps),
        "covered_area": covered_area(maps),
        "centre_x": centre[:, 0],
        "centre_y": centre[:, 1],
        "border_energy": np.clip(1 - energy_inside(maps, core), 0, 1),
    }
    for name, box in CORNERS.items():
        corner = box_coverage(np.array([box]), size)
        measures[f"{name}_energy"] = energy_inside(maps, corner)
    return measures


def region_measures(
    maps: FloatArray, coverage: FloatArray
) -> dict[str, FloatArray]:
    """Return every measure against the region that should be seen, by name."""
    return {
        "energy_inside": energy_inside(maps, coverage),
        "pointing_hit": pointing_hit(maps, coverage),
        "iou": iou(maps, coverage),
    }


def energy_inside(maps: FloatArray, coverage: FloatArray) -> FloatArray:
    """Return the share of the energy in a region, sum(p M).

    Args:
        maps: (n, h, w) heatmaps.
        coverage: (n or 1, h, w) part M of each cell that the region covers.

    Source: Wang et al. 2020, "Score-CAM" (energy-based pointing game),
    https://arxiv.org/abs/1910.01279. Differs: the heatmap is not enlarged,
    cells count by the part that is covered.
    """
    return np.asarray(np.sum(energy_shares(maps) * coverage, axis=(1, 2)))


def pointing_hit(maps: FloatArray, coverage: FloatArray) -> FloatArray:
    """Return 1 if the largest cell touches the region, else 0.

    If several cells are largest, the share of them that touches it.

    Source: Zhang et al. 2016, "Top-down Neural Attention by Excitation
    Backprop" (pointing game), https://arxiv.org/abs/1608.00507. Differs: the
    tolerance is the cell, instead of 15 pixels.
    """
    is_peak = maps == _peak(maps)
    share = np.sum(is_peak * (coverage > _TOUCHED), axis=(1, 2)) / np.maximum(
        is_peak.sum(axis=(1, 2)), 1
    )
    return _where_known(share, maps, coverage)


def iou(
    maps: FloatArray, coverage: FloatArray, threshold: float = IOU_THRESHOLD
) -> FloatArray:
    """Return the overlap of region M and large cells B, |B M| / |B or M|.

    B has the cells above `threshold` times the peak.

    Source: Selvaraju et al. 2017, "Grad-CAM", 15% of the peak,
    https://arxiv.org/abs/1610.02391. Differs: all large cells instead of a box
    around the largest connected part.
    """
    is_large = maps > threshold * _peak(maps)
    both = np.sum(is_large * coverage, axis=(1, 2))
    either = is_large.sum(axis=(1, 2)) + coverage.sum(axis=(1, 2)) - both
    share = np.divide(both, either, where=either > 0, out=np.zeros_like(both))
    return _where_known(share, maps, coverage)


def entropy(maps: FloatArray) -> FloatArray:
    """Return -sum(p log p) / log(h w), from 0 to 1.

    Source: Shannon 1948, "A Mathematical Theory of Communication".
    """
    shares = energy_shares(maps)
    logarithms = np.log(np.where(shares > 0, shares, 1))
    num_cells = max(maps[0].size, 2) if len(maps) else 2
    total = -np.sum(shares * logarithms, axis=(1, 2)) / np.log(num_cells)
    return np.asarray(np.where(np.isfinite(total), np.abs(total), np.nan))


def covered_area(
    maps: FloatArray, threshold: float = AREA_THRESHOLD
) -> FloatArray:
    """Return the share of cells of at least `threshold` times the peak."""
    is_large = maps >= threshold * _peak(maps)
    return _where_known(is_large.mean(axis=(1, 2)), maps)


def centre_of_mass(maps: FloatArray) -> FloatArray:
    """Return (n, 2): x and y, sum(p x) and sum(p y) over the cells' centers."""
    height, width = maps.shape[1:]
    shares = energy_shares(maps)
    x = shares.sum(axis=1) @ ((np.arange(width) + 0.5) / width)
    y = shares.sum(axis=2) @ ((np.arange(height) + 0.5) / height)
    return np.stack([x, y], axis=1)


def rank_correlation(maps: FloatArray, others: FloatArray) -> FloatArray:
    """Return Spearman's correlation of each heatmap with another, cell by cell.

    Pearson's correlation of the ranks, equal values sharing their mean rank.
    NaN if a heatmap is the same everywhere.

    Source: Spearman 1904; used on heatmaps by Adebayo et al. 2018, "Sanity
    Checks for Saliency Maps", https://arxiv.org/abs/1810.03292.
    """
    pairs = zip(maps, others, strict=True)
    found = [_correlation(_ranks(one), _ranks(other)) for one, other in pairs]
    return _where_known(np.array(found), maps, others)


def centre_distance(maps: FloatArray, others: FloatArray) -> FloatArray:
    """Return the distance of the center of mass from another heatmap's.

    In fractions of the image; sqrt 2 from corner to corner.
    """
    moved = centre_of_mass(maps) - centre_of_mass(others)
    return np.asarray(np.hypot(moved[:, 0], moved[:, 1]))


def energy_shares(maps: FloatArray) -> FloatArray:
    """Return p, each heatmap as shares of its sum; NaN if it has no sum."""
    exact = np.asarray(maps, np.float64)
    total = exact.sum(axis=(1, 2), keepdims=True)
    is_known = np.isfinite(total) & (total > 0)
    return np.where(is_known, exact / np.where(is_known, total, 1), np.nan)


def _peak(maps: FloatArray) -> FloatArray:
    return np.asarray(maps.max(axis=(1, 2), keepdims=True))


def _where_known(
    values: FloatArray, maps: FloatArray, *others: FloatArray
) -> FloatArray:
    """Return the values; NaN without energy, or where another is not finite."""
    is_known = np.isfinite(energy_shares(maps)).all(axis=(1, 2))
    for other in others:
        is_known = is_known & np.isfinite(other).all(axis=(1, 2))
    return np.where(is_known, values, np.nan)


def _ranks(one: FloatArray) -> FloatArray:
    _, places, counts = np.unique(one, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places.reshape(-1)])


def _correlation(one: FloatArray, other: FloatArray) -> float:
    first, second = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / scale if scale > 0 else float("nan")
