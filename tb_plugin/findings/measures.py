"""Summarizes measures of many filters or rows, and separates change from noise.

A correlation r becomes a change 1 - r. Below the *noise floor* a change says
nothing: the same weights, drawn from a start perturbed by a millionth, give
pictures that differ as much. A layer's change is noise if the median change of
its filters does not exceed the floor of nine in ten of the filters that it was
measured on.

| change             | from                                | its floor     |
|--------------------|-------------------------------------|---------------|
| `change_S`         | `correlation_S` of patterns,        | `change_floor`|
|                    | `rank_correlation_S` of heatmaps    | (patterns)    |
| `spectrum_change_S`| `spectrum_correlation_S`            | `spectrum_…`  |

S is `baseline`, `previous`, `floor` or `seed`. Heatmaps are deterministic, so
they have no floor.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tb_plugin.reading import AnyLayer

_DIGITS = 5  # significant; a page shows three
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9

Values = Sequence[float | None]


@dataclass(frozen=True)
class Spread:
    """How numbers are spread: a tenth lie below `low`, a tenth above `high`."""

    low: float
    median: float
    high: float
    mean: float


def spread(values: Iterable[float | None]) -> Spread | None:
    """Return the spread of the finite numbers; None if there are none."""
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


def spread_columns(rows: Sequence[Values]) -> dict[str, Values]:
    """Return one column for each number of the spread, with an entry per row.

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
    """Return the quantile, linear between neighbors."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    part = at - below
    return (1 - part) * ordered[below] + part * ordered[above]


def _quantiles(
    table: np.ndarray, counts: np.ndarray, share: float
) -> np.ndarray:
    """Return the quantile of each row, over its first `counts` values."""
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


SINCE = ("baseline", "previous")

_SOURCES = {
    "correlation_": "change_",
    "rank_correlation_": "change_",
    "spectrum_correlation_": "spectrum_change_",
}
_OTHER_WEIGHTS = ("shuffled_head", "shuffled_weights")


def change_measures(layer: AnyLayer) -> dict[str, Values]:
    """Return the changes of each filter or row, and all other measures."""
    found: dict[str, Values] = {}
    for name, values in layer.measures.items():
        prefix = next((p for p in _SOURCES if name.startswith(p)), None)
        since = name.removeprefix(prefix or "")
        if prefix is None or since in _OTHER_WEIGHTS:
            found[name] = values
        else:
            found[_SOURCES[prefix] + since] = [_change(v) for v in values]
    return found


def is_noise(measures: Mapping[str, Values], since: str) -> bool | None:
    """Return whether a layer's change is below its floor; None if unknown."""
    change = spread(measures.get(f"change_{since}", ()))
    floor = spread(measures.get("change_floor", ()))
    if change is None or floor is None:
        return None
    return change.median <= floor.high


def floors_of(measures: Mapping[str, Values], count: int) -> list[float]:
    """Return the floor of each filter's change; 0 if none was measured.

    A filter that was not measured itself has the floor of the layer.
    """
    floors = measures.get("change_floor", ())
    of_layer = spread(floors)
    if of_layer is None:
        return [0.0] * count
    known = [of_layer.high if floor is None else floor for floor in floors]
    return known + [of_layer.high] * (count - len(known))


def _change(correlation: float | None) -> float | None:
    return None if correlation is None else 1 - correlation
