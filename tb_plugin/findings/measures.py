"""Numbers of many filters or rows in, the few that stand for them out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_DIGITS = 5  # significant; a page shows three
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9

Numbers = Sequence[float | None]


@dataclass(frozen=True)
class Spread:
    """How numbers are spread: a tenth lie below `low`, a tenth above `high`."""

    low: float
    median: float
    high: float
    mean: float


def spread(values: Iterable[float | None]) -> Spread | None:
    """Return the spread of the numbers among `values`; None without any."""
    known = sorted(
        value for value in values if value is not None and math.isfinite(value)
    )
    if not known:
        return None
    return Spread(
        low=rounded(_quantile(known, _LOW)),
        median=rounded(_quantile(known, _MIDDLE)),
        high=rounded(_quantile(known, _HIGH)),
        mean=rounded(sum(known) / len(known)),
    )


def spread_columns(rows: Sequence[Numbers]) -> dict[str, Numbers]:
    """Return a column for each number of the spread, an entry per row.

    The same as `spread` of each row, for thousands of rows at once.
    """
    width = max(map(len, rows), default=0)
    padded = [[*row, *(None,) * (width - len(row))] for row in rows]
    table = np.array(padded, np.float64).reshape(len(rows), width)
    table[~np.isfinite(table)] = np.nan
    table.sort(axis=1)  # what is no number comes last
    counts = np.isfinite(table).sum(axis=1)
    means = np.nansum(table, axis=1) / np.maximum(counts, 1)
    columns = {
        "low": _quantiles(table, counts, _LOW),
        "median": _quantiles(table, counts, _MIDDLE),
        "high": _quantiles(table, counts, _HIGH),
        "mean": means,
    }
    return {
        name: [
            rounded(value) if count else None
            for value, count in zip(column.tolist(), counts, strict=True)
        ]
        for name, column in columns.items()
    }


def rounded(value: float) -> float:
    """Return the value with as many digits as an overview needs."""
    return float(f"{value:.{_DIGITS}g}")


def _quantile(ordered: list[float], share: float) -> float:
    """Return the quantile, linear between neighbours."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    part = at - below
    return (1 - part) * ordered[below] + part * ordered[above]


def _quantiles(
    table: np.ndarray, counts: np.ndarray, share: float
) -> np.ndarray:
    """Return the quantile of each row, of its first `counts` values."""
    if not table.shape[1]:
        return np.zeros(len(table))
    last = np.maximum(counts - 1, 0)
    at = share * last
    below = at.astype(int)
    above = np.minimum(below + 1, last)
    part = at - below
    rows = np.arange(len(table))
    found: np.ndarray = (1 - part) * table[rows, below]
    return found + np.where(part > 0, part * table[rows, above], 0)
