"""Finds images that activate a filter less than its exemplars do.

The strongest images show what a filter prefers; those that activate it half as
much show what else it responds to, and how its response falls off. Of each of
`LEVELS`, as a share of the way from no activation to the largest one, the
`PER_LEVEL` nearest images are taken, none of them farther than half the way to
the next level. Where there is none, none is shown: many filters have few images
between all and nothing.

What is kept while the pool passes by grows with it: 16 bytes per image and
filter. It is asked for (`CaptureOptions(spread=True)`), not done by default.

Source: the levels of dataset examples in Olah et al. 2017, "Feature
Visualization", https://distill.pub/2017/feature-visualization/.
"""

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.patterns.exemplars.tally import (
    NOTHING,
    Best,
    Sighting,
    first_of_each,
)

LEVELS = (0.75, 0.5, 0.25)  # of the strongest exemplar
PER_LEVEL = 3
NUM_SPREAD = PER_LEVEL * len(LEVELS)
_REACH = 0.125


class Sightings:
    """All that the images of a pass did to the filters of one layer.

    Args:
        threshold: Activation above which an image activates a filter.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._seen: list[Sighting] = []

    def add(self, seen: Sighting) -> None:
        """Keep a batch of images."""
        self._seen.append(seen)

    def spread(self, best: Best) -> Best:
        """Return up to `NUM_SPREAD` weaker images of each filter.

        Args:
            best: The (f, k) strongest ones, which are none of them.

        Returns:
            (f, `NUM_SPREAD`), the stronger ones first.
        """
        parts = [vars(each) for each in self._seen]
        all_of = {
            name: np.concatenate([part[name] for part in parts])
            for name in parts[0]
        }
        chosen = [
            self._chosen(values, all_of["hashes"], best.hashes[row], top)
            for row, (values, top) in enumerate(
                zip(all_of["values"].T, best.values[:, 0], strict=True)
            )
        ]
        return _as_best(all_of, chosen)

    def _chosen(
        self,
        values: FloatArray,
        hashes: AnyArray,
        strongest: AnyArray,
        top: float,
    ) -> IntArray:
        """Return the indices of the images of one filter."""
        room = float(top) - self._threshold
        if not 0 < room < np.inf:
            return np.zeros(0, np.int64)
        is_finite = np.isfinite(values)
        share = (np.where(is_finite, values, 0.0) - self._threshold) / room
        is_free = first_of_each(hashes, is_finite)
        is_free &= ~np.isin(hashes, strongest)
        found: list[IntArray] = []
        for level in LEVELS:
            away = np.abs(share - level)
            near = np.flatnonzero(is_free & (away < _REACH))
            nearest = near[np.argsort(away[near], kind="stable")][:PER_LEVEL]
            found.append(nearest[np.argsort(-share[nearest], kind="stable")])
        return np.concatenate(found)


def _as_best(all_of: dict[str, AnyArray], chosen: list[IntArray]) -> Best:
    """Return the chosen images as columns, packed to the left."""
    found = {
        name: np.full((len(chosen), NUM_SPREAD), none, all_of[name].dtype)
        for name, none in NOTHING.items()
    }
    for row, images in enumerate(chosen):
        for name, column in found.items():
            values = all_of[name]
            per_filter = values[:, row] if values.ndim == 2 else values
            column[row, : len(images)] = per_filter[images]
    return Best(**found)
