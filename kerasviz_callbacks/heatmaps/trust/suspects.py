"""Finds places of the image where the heatmaps of a class are hot.

Squares of a quarter of the side are laid over the mean heatmap of the images
that the model takes for a class; the one with most heat is where a shortcut
would be. Objects lie here and there, and few images agree on a square. So it is
suspected only if most of them are at least twice as hot there as on average.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.measures import energy_shares

SIDE = 0.25  # of the image: a stamp of up to 20% lies inside
FEWEST = 3  # images of the class, and of others
_GRID = 64  # cells along a side, on which squares are laid
_DENSE = 2.0  # times the mean heat
_AGREE = 0.6  # of the images of the class
_SAME = 0.3  # intersection over union of two squares

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Seen:
    """Images, what the model takes them for, and where it finds evidence.

    Attributes:
        fed: (n, h, w, c) images as the model takes them.
        predictions: (n,) class index, -1 where there is none.
        maps: (n, rows, columns) heatmaps of the predicted classes, in the frame
            of the image; NaN where there is none.
    """

    fed: FloatArray
    predictions: IntArray
    maps: FloatArray


@dataclass(frozen=True)
class Suspect:
    """A place where the heatmaps of a class are hot.

    Attributes:
        class_index: The class.
        box: Left, upper, right and lower edge, in fractions of the image.
        donors: (k,) indices of images that the model took for the class.
    """

    class_index: int
    box: Box
    donors: IntArray

    def is_like(self, other: "Suspect") -> bool:
        """Return whether both are of one class and about one place."""
        if self.class_index != other.class_index:
            return False
        (left, upper, _, _), (other_left, other_upper, _, _) = (
            self.box,
            other.box,
        )
        across = max(0.0, SIDE - abs(left - other_left))
        down = max(0.0, SIDE - abs(upper - other_upper))
        both = across * down
        return both >= _SAME * (2 * SIDE**2 - both)


def seen_of(batch: HeatmapBatch, path: str, fed: FloatArray) -> Seen:
    """Return what a drawing says of its images.

    Args:
        batch: The heatmaps.
        path: Path of the layer whose heatmaps count.
        fed: The images.
    """
    drawn = batch.maps[path]
    maps = np.full((len(fed), *drawn.shape[1:]), np.nan, np.float32)
    classes = batch.predictions[batch.row_image]
    for row in np.flatnonzero((batch.targets == classes) & (classes >= 0)):
        maps[batch.row_image[row]] = drawn[row]
    return Seen(fed, batch.predictions, maps)


def both_seen(first: Seen, second: Seen) -> Seen:
    """Return the images of two drawings together."""
    return Seen(
        np.concatenate([first.fed, second.fed]),
        np.concatenate([first.predictions, second.predictions]),
        np.concatenate([first.maps, second.maps]),
    )


def suspects(seen: Seen) -> list[Suspect]:
    """Return the places where heatmaps of a class are hot, hottest first."""
    energy = energy_shares(seen.maps)
    is_drawn = np.isfinite(energy).all(axis=(1, 2)) & (seen.predictions >= 0)
    num_known = np.sum(seen.predictions >= 0)
    found: list[tuple[float, Suspect]] = []
    for one in np.unique(seen.predictions[is_drawn]):
        donors = np.flatnonzero(is_drawn & (seen.predictions == one))
        num_others = num_known - np.sum(seen.predictions == one)
        if min(len(donors), num_others) < FEWEST:
            continue
        dense = np.stack([_density(each) for each in energy[donors]])
        mean = dense.mean(axis=0)
        row, column = np.unravel_index(mean.argmax(), mean.shape)
        if np.mean(dense[:, row, column] >= _DENSE) >= _AGREE:
            left, upper = float(column) / _GRID, float(row) / _GRID
            box = (left, upper, left + SIDE, upper + SIDE)
            suspect = Suspect(int(one), box, donors)
            found.append((float(mean[row, column]), suspect))
    found.sort(key=lambda pair: -pair[0])
    return [suspect for _, suspect in found]


def _density(energy: FloatArray) -> FloatArray:
    """Return how hot each square is, 1 for what is the same everywhere.

    Args:
        energy: (rows, columns) heatmap.

    Returns:
        (y, x) per upper and left edge of a square, in cells of `_GRID`.
    """
    image = Image.fromarray(energy.astype(np.float32))
    fine = np.asarray(image.resize((_GRID, _GRID), Image.Resampling.BILINEAR))
    total = np.pad(fine.astype(np.float64), ((1, 0), (1, 0)))
    total = total.cumsum(axis=0).cumsum(axis=1)
    side = round(SIDE * _GRID)
    upper = total[:-side, side:] - total[:-side, :-side]
    lower = total[side:, side:] - total[side:, :-side]
    return np.asarray((lower - upper) / total[-1, -1] / SIDE**2)
