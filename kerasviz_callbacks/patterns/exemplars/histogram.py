"""Histograms of a stream of numbers whose range is not known beforehand.

Each filter has `NUM_FINE` bins of one width. A number outside of them doubles
the width: two bins become one, and the other half is free. So at least a
quarter of the bins holds what was seen, whatever comes, and memory does not
grow. `NUM_BINS` bins between the smallest and the largest number are made of
them at the end; a count may then lie one fine bin off.
"""

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray

NUM_BINS = 24
NUM_FINE = 512
_SMALLEST_WIDTH = 1e-12


class StreamedHistogram:
    """A histogram for each of f filters.

    Args:
        num_filters: f.

    Attributes:
        low: (f,) smallest number so far; infinity before any.
        high: (f,) largest number so far; minus infinity before any.
    """

    def __init__(self, num_filters: int) -> None:
        self.low = np.full(num_filters, np.inf)
        self.high = np.full(num_filters, -np.inf)
        self._counts = np.zeros((num_filters, NUM_FINE), np.int64)
        self._begin = np.zeros(num_filters)
        self._width = np.zeros(num_filters)

    def add(self, values: FloatArray) -> None:
        """Count numbers.

        Args:
            values: (n, f). NaN and infinity are not counted.
        """
        values = np.where(np.isfinite(values), values, np.nan).astype(float)
        is_there = np.asarray(np.isfinite(values).any(axis=0))
        if not is_there.any():
            return
        low = np.nanmin(np.where(is_there, values, 0.0), axis=0)
        high = np.nanmax(np.where(is_there, values, 0.0), axis=0)
        self.low = np.where(is_there, np.minimum(self.low, low), self.low)
        self.high = np.where(is_there, np.maximum(self.high, high), self.high)
        self._start(np.asarray(is_there & (self._width == 0)), low, high)
        self._widen(is_there)
        self._count(values)

    def counts(self) -> IntArray:
        """Return (f, NUM_BINS): counts between the ends, in even bins."""
        middles = self._begin[:, None] + self._width[:, None] * (
            np.arange(NUM_FINE) + 0.5
        )
        spread = np.where(self.high > self.low, self.high - self.low, 1.0)
        low = np.where(np.isfinite(self.low), self.low, 0.0)
        share = (middles - low[:, None]) / spread[:, None]
        bins = np.clip(share * NUM_BINS, 0, NUM_BINS - 1).astype(int)
        found = np.zeros((len(self.low), NUM_BINS), np.int64)
        rows = np.arange(len(found))[:, None]
        np.add.at(
            found, (np.broadcast_to(rows, bins.shape), bins), self._counts
        )
        return found

    def _start(
        self, are_new: BoolArray, low: FloatArray, high: FloatArray
    ) -> None:
        """Lay the bins of filters without any over their first numbers."""
        size = np.maximum(np.abs(low), np.abs(high))
        least = np.maximum(_SMALLEST_WIDTH, size * 1e-9)
        width = np.maximum((high - low) * 1.0001 / NUM_FINE, least)
        self._width = np.where(are_new, width, self._width)
        self._begin = np.where(are_new, low, self._begin)

    def _widen(self, are_there: BoolArray) -> None:
        """Double the width of bins until all numbers lie in them."""
        while True:
            end = self._begin + NUM_FINE * self._width
            is_above = are_there & (self.high >= end)
            is_below = are_there & (self.low < self._begin) & ~is_above
            if not (is_above | is_below).any():
                return
            for rows, half in (
                (is_above, slice(0, NUM_FINE // 2)),
                (is_below, slice(NUM_FINE // 2, None)),
            ):
                pairs = self._counts[rows].reshape(-1, NUM_FINE // 2, 2).sum(-1)
                self._counts[rows] = 0
                self._counts[rows, half] = pairs
            self._begin = np.where(
                is_below, self._begin - NUM_FINE * self._width, self._begin
            )
            self._width = np.where(
                is_above | is_below, 2 * self._width, self._width
            )

    def _count(self, values: FloatArray) -> None:
        width = np.where(self._width > 0, self._width, 1.0)
        place = np.floor((values - self._begin) / width)
        rows, filters = np.nonzero(np.isfinite(place))
        bins = np.clip(place[rows, filters].astype(int), 0, NUM_FINE - 1)
        np.add.at(self._counts, (filters, bins), 1)
