"""Numbers of many filters or rows in, the few that stand for them out."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

_DIGITS = 5  # significant; a page shows three
_LOW, _HIGH = 0.1, 0.9


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
        median=rounded(statistics.median(known)),
        high=rounded(_quantile(known, _HIGH)),
        mean=rounded(statistics.fmean(known)),
    )


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
