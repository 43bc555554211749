"""Pairs rows and columns of a matrix so that the sum of the pairs is largest.

Exact: the Hungarian method with shortest augmenting paths. Rows are added one
by one. Each begins a search like Dijkstra's for a free column, over costs that
potentials of rows and columns keep from being negative; the pairs along the
path are then exchanged. One row takes at most as many rounds as there are rows,
each a few operations on arrays: 512 x 512 takes about a second.

A greedy choice, the largest entry first, is not exact: of [[9, 8], [8, 1]] it
takes 9 + 1, and 8 + 8 is more.

Source: Kuhn 1955, "The Hungarian method for the assignment problem"; Jonker and
Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse
linear assignment problems".
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def best_pairs(gains: Floats) -> NDArray[np.int64]:
    """Return the column of each row, (n,); -1 for rows that are left over.

    Args:
        gains: (n, m), finite. What a pair of row and column is worth.

    Raises:
        ValueError: An entry is not finite.

    Example:
        >>> best_pairs(np.array([[9.0, 8.0], [8.0, 1.0]])).tolist()
        [1, 0]
    """
    gains = np.asarray(gains, np.float64)
    if not np.isfinite(gains).all():
        raise ValueError("gains must be finite — got NaN or infinity.")
    num_rows, num_columns = gains.shape
    if num_rows > num_columns:
        rows = best_pairs(gains.T)
        columns = np.full(num_rows, -1)
        columns[rows] = np.arange(num_columns)
        return columns
    row_of = _rows_of_columns(-gains)
    columns = np.full(num_rows, -1)
    is_paired = row_of >= 0
    columns[row_of[is_paired]] = np.flatnonzero(is_paired)
    return columns


def _rows_of_columns(costs: Floats) -> NDArray[np.int64]:
    """Return the row of each column, -1 for none, of the least sum of costs."""
    num_rows, num_columns = costs.shape
    # The last column stands for none: the row that is added begins there.
    none = num_columns
    row_of = np.full(num_columns + 1, -1)
    of_rows, of_columns = np.zeros(num_rows), np.zeros(num_columns + 1)
    for added in range(num_rows):
        row_of[none] = added
        column = none
        is_used = np.zeros(num_columns + 1, bool)
        distance = np.full(num_columns, np.inf)
        before = np.full(num_columns, none)
        while row_of[column] >= 0:
            is_used[column] = True
            row = row_of[column]
            reduced = costs[row] - of_rows[row] - of_columns[:-1]
            is_shorter = ~is_used[:-1] & (reduced < distance)
            distance[is_shorter] = reduced[is_shorter]
            before[is_shorter] = column
            left = np.where(is_used[:-1], np.inf, distance)
            nearest = int(left.argmin())
            step = left[nearest]
            of_rows[row_of[is_used]] += step
            of_columns[is_used] -= step
            distance[~is_used[:-1]] -= step
            column = nearest
        while column != none:
            row_of[column] = row_of[before[column]]
            column = int(before[column])
        row_of[none] = -1
    return row_of[:-1]
