"""Computes the mean heatmap of each class.

The mean shows what the images of a class share apart from the object itself: a
watermark in one corner stays, objects in many places blur.

An image has one vote for its class, so that means are comparable over time and
between classes, whatever else is explained of it:

| labels   | classes of an image     | its vote                              |
|----------|-------------------------|---------------------------------------|
| given    | its label               | the row that explains its label, else |
|          |                         | its first row                         |
| not given| all that a row explains | the first row that explains the class |

So with labels a mean is over the same images in every capture, right or wrong;
without them an image changes sides with its prediction.

Where the model cuts off a part of the image, all heatmaps of a layer see the
same rest. What none sees has no mean: it is NaN, and not zero.
"""

from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.measures import (
    CORNERS,
    energy_shares,
    place_measures,
)

NO_VOTE = -1


@dataclass(frozen=True)
class ClassMeans:
    """The mean heatmaps of the classes that have one.

    Attributes:
        classes: Class indices, ascending.
        counts: Number of heatmaps behind each mean.
        maps: (classes, h, w) float32, each with sum 1 where the model sees the
            image, and NaN where it does not.
    """

    classes: tuple[int, ...]
    counts: tuple[int, ...]
    maps: FloatArray

    def corner_energy(self) -> float | None:
        """Return the largest energy of any class in any corner, if any."""
        found = place_measures(np.nan_to_num(self.maps))
        corners = [found[f"{corner}_energy"] for corner in CORNERS]
        return float(np.max(corners)) if self.classes else None


def class_votes(
    row_image: IntArray, row_class: IntArray, labels: IntArray | None
) -> IntArray:
    """Return the class that each row votes for, (rows,), or `NO_VOTE`.

    Args:
        row_image: (rows,) index of the row's image, ascending.
        row_class: (rows,) class that the row explains, -1 for none.
        labels: (n,) class index of each image; None if none were given.
    """
    votes = np.full(len(row_image), NO_VOTE)
    if labels is None:
        pairs = np.stack([row_image, row_class], axis=1)
        _, first = np.unique(pairs, axis=0, return_index=True)
        votes[first] = row_class[first]
        return votes
    for image in np.unique(row_image):
        rows = np.flatnonzero(row_image == image)
        explains = row_class[rows] == labels[image]
        votes[rows[np.argmax(explains)]] = labels[image]
    return votes


def class_means(
    maps: FloatArray, votes: IntArray, seen: BoolArray | None = None
) -> ClassMeans:
    """Return the mean heatmap of each class.

    Every heatmap counts as shares of its own energy, so that one image with
    large gradients does not dominate its class. Heatmaps without evidence or
    with values that are not finite are excluded, and a class without any other
    is not there. A mean sums to 1. The energy of a mean in a region is the mean
    of the heatmaps' energies.

    Args:
        maps: (rows, h, w), 0 or more.
        votes: (rows,) class of each, or `NO_VOTE`.
        seen: (h, w) whether the model sees that part of the image. Defaults to
            all of it.
    """
    energy = energy_shares(maps)
    is_known = np.isfinite(energy).all(axis=(1, 2)) & (votes != NO_VOTE)
    classes, counts = np.unique(votes[is_known], return_counts=True)
    means = [energy[is_known & (votes == one)].mean(axis=0) for one in classes]
    stacked = np.array(means, np.float32).reshape(-1, *maps.shape[1:])
    if seen is not None:
        stacked = np.where(seen, stacked, np.float32(np.nan))
    return ClassMeans(
        tuple(int(one) for one in classes),
        tuple(int(count) for count in counts),
        stacked,
    )
