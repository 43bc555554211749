"""Keeps, batch by batch, which images activate the filters of a layer most.

An image counts by the largest activation of a filter at any position that sees
no padding. What is kept depends on the number of filters and classes, never on
the number of images:

| kept                       | for                                            |
|----------------------------|------------------------------------------------|
| the `NUM_TOP` best images  | exemplars; which classes activate a filter     |
| a histogram                | the distribution over the pool                 |
| sums by class              | class selectivity                              |
| a sample of 200 images     | matching filters of captures and of runs       |

Equal images, by their hashes, count once among the best.

*Class selectivity* is (a - b) / (a + b): a is the mean activation on images of
the class with the largest mean, b the mean of the other classes' means. It is 0
where all classes activate a filter alike, and 1 where one class alone does.
Activations are counted from the lower end of the activation function on, or
from 0 on. Only classes of at least `LEAST_OF_CLASS` images count: the largest
of many means of single images says nothing.

Source: Morcos et al. 2018, "On the importance of single directions for
generalization", https://arxiv.org/abs/1803.06959. Differs: the largest
activation of an image instead of its mean.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import (
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
)
from kerasviz_callbacks.patterns.exemplars.histogram import StreamedHistogram
from kerasviz_callbacks.patterns.exemplars.responses import ResponseSample

NUM_EXEMPLARS = 9
NUM_TOP = 100
LEAST_OF_CLASS = 5  # images
NO_LABEL = -1
# Of `Best`, where there is no image.
NOTHING = {
    "values": -np.inf,
    "places": 0,
    "images": -1,
    "hashes": 0,
    "labels": NO_LABEL,
}
_TOP_SHARE = 0.1  # of the pool: the best hundred of 150 images are no choice


@dataclass(frozen=True)
class Sighting:
    """What n images do to f filters.

    Attributes:
        values: (n, f). Largest activation of each filter.
        places: (n, f). Index of the position where it is.
        images: (n,). Indices of the images in the pool.
        hashes: (n,) uint64. Hashes of the images' content.
        labels: (n,) class indices; `NO_LABEL` where there is none.
    """

    values: FloatArray
    places: IntArray
    images: IntArray
    hashes: AnyArray
    labels: IntArray


@dataclass(frozen=True)
class Best:
    """The k images that activate each of f filters most, best first: (f, k).

    Where there are fewer images, `images` is -1 and `values` minus infinity.
    """

    values: FloatArray
    places: IntArray
    images: IntArray
    hashes: AnyArray
    labels: IntArray

    def first(self, count: int) -> "Best":
        """Return the first `count` of them."""
        return Best(*(each[:, :count] for each in vars(self).values()))

    def and_then(self, others: "Best") -> "Best":
        """Return these and after them the others: (f, k + l)."""
        pairs = zip(vars(self).values(), vars(others).values(), strict=True)
        return Best(*(np.concatenate(pair, axis=1) for pair in pairs))

    def only(self, is_kept: BoolArray) -> "Best":
        """Return those that are kept, packed to the left.

        Args:
            is_kept: (f, k).
        """
        order = np.argsort(~is_kept, axis=1, kind="stable")
        there = np.take_along_axis(is_kept, order, 1)
        return Best(
            **{
                name: np.where(
                    there,
                    np.take_along_axis(each, order, 1),
                    each.dtype.type(NOTHING[name]),
                )
                for name, each in vars(self).items()
            }
        )


class Tally:
    """Counts the images of a pool for f filters of one layer.

    Args:
        num_filters: f.
        threshold: Activation above which an image activates a filter.

    Attributes:
        num_images: Images counted so far.
        histogram: Of the largest activation of each image.
        sample: The activations on a sample of the images.
    """

    def __init__(self, num_filters: int, threshold: float) -> None:
        self.num_images = 0
        self.histogram = StreamedHistogram(num_filters)
        self.sample = ResponseSample(num_filters)
        self._threshold = threshold
        self._num_active = np.zeros(num_filters, np.int64)
        self._sums: dict[int, FloatArray] = {}
        self._counts: Counter[int] = Counter()
        shape = (num_filters, NUM_TOP)
        self._best = Best(
            np.full(shape, -np.inf, np.float32),
            np.zeros(shape, np.int64),
            np.full(shape, -1, np.int64),
            np.zeros(shape, np.uint64),
            np.full(shape, NO_LABEL, np.int64),
        )

    @property
    def best(self) -> Best:
        """The exemplars so far."""
        return self._best.first(NUM_EXEMPLARS)

    def add(self, seen: Sighting) -> None:
        """Count a batch of images."""
        values = np.where(np.isfinite(seen.values), seen.values, -np.inf)
        self.num_images += len(values)
        self._num_active += (values > self._threshold).sum(axis=0)
        self.histogram.add(seen.values)
        self.sample.add(seen.hashes, seen.values)
        self._add_to_classes(values, seen.labels)
        self._best = _merged(self._best, seen, values.astype(np.float32))

    def active_share(self) -> FloatArray:
        """Return (f,): the share of images that activate each filter."""
        return self._num_active / max(1, self.num_images)

    def selectivity(self) -> FloatArray:
        """Return (f,) in [0, 1]; NaN without two classes of enough images."""
        means = np.array(
            [
                self._sums[label] / count
                for label, count in sorted(self._counts.items())
                if count >= LEAST_OF_CLASS
            ]
        )
        if len(means) < 2:
            return np.full(len(self._num_active), np.nan)
        most = means.max(axis=0)
        others = (means.sum(axis=0) - most) / (len(means) - 1)
        both = most + others
        return np.where(both > 0, (most - others) / np.maximum(both, 1e-30), 0)

    def class_count(self, label: int) -> int:
        """Return how many images are of a class."""
        return self._counts[label]

    def class_mix(self) -> list[list[tuple[int, int]]]:
        """Return, per filter, (class, images) among the best, most first.

        The best are the hundred that activate a filter most, or a tenth of a
        small pool; images that do not activate it are none of them.
        """
        count = min(NUM_TOP, int(_TOP_SHARE * self.num_images))
        best = self._best.first(max(NUM_EXEMPLARS, count))
        mix = []
        for values, labels in zip(best.values, best.labels, strict=True):
            of_class = Counter(
                int(label)
                for label in labels[values > self._threshold]
                if label != NO_LABEL
            )
            order = sorted(of_class.items(), key=lambda one: (-one[1], one[0]))
            mix.append(order)
        return mix

    def _add_to_classes(self, values: FloatArray, labels: IntArray) -> None:
        above = np.maximum(values.astype(float) - self._threshold, 0.0)
        for label in np.unique(labels[labels != NO_LABEL]).tolist():
            rows = labels == label
            sums = above[rows].sum(axis=0)
            self._sums[label] = self._sums.get(label, 0.0) + sums
            self._counts[label] += int(rows.sum())


def _merged(best: Best, seen: Sighting, values: FloatArray) -> Best:
    """Return the best of both, each image once."""
    num_filters = len(best.values)

    def of_all(each: AnyArray) -> AnyArray:
        return np.broadcast_to(each, (num_filters, len(each)))

    both = Best(
        np.concatenate([best.values, values.T], axis=1),
        np.concatenate([best.places, seen.places.T], axis=1),
        np.concatenate([best.images, of_all(seen.images)], axis=1),
        np.concatenate([best.hashes, of_all(seen.hashes)], axis=1),
        np.concatenate([best.labels, of_all(seen.labels)], axis=1),
    )
    is_there = (both.images >= 0) & (both.values > -np.inf)
    # Of equal numbers the image that was seen first: of all devices alike.
    order = np.argsort(np.where(is_there, -both.values, np.inf), 1, "stable")
    is_there = np.take_along_axis(is_there, order, 1)
    ranked = Best(
        *(np.take_along_axis(each, order, 1) for each in vars(both).values())
    )
    is_first = np.stack(
        [
            first_of_each(hashes, there)
            for hashes, there in zip(ranked.hashes, is_there, strict=True)
        ]
    )
    return ranked.only(is_first).first(NUM_TOP)


def first_of_each(hashes: AnyArray, is_there: AnyArray) -> AnyArray:
    """Return (k,): whether an image is there for the first time.

    Args:
        hashes: (k,) of images.
        is_there: (k,). Whether there is one.
    """
    real = np.flatnonzero(is_there)  # an empty place has the hash 0
    _, first = np.unique(hashes[real], return_index=True)
    is_first = np.zeros(len(hashes), bool)
    is_first[real[first]] = True
    return is_first
