"""Chooses which filters a capture draws where not all can be afforded.

Those come first whose patterns are the oldest, evenly over the layers and over
each layer's filters. So every capture shows something of each layer, and comes
round to every filter.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kerasviz_callbacks.captures.drawing import Limit
from kerasviz_callbacks.captures.filters.ascents import AscentOf, Climb
from kerasviz_callbacks.captures.filters.memory import ByFilter
from kerasviz_callbacks.patterns import PreparedLayer
from kerasviz_callbacks.patterns.ascent import Climbed

Chosen: TypeAlias = dict[str, tuple[int, ...]]  # filters by path of a layer


@dataclass
class Meter:
    """Counts the ascents of a capture, and the seconds that they take.

    Attributes:
        count: Number of pictures, those of noise floors included.
        seconds: Seconds for all of them.
    """

    count: int = 0
    seconds: float = 0.0
    _newest_s: dict[str, float] = field(default_factory=dict)

    def run(self, climb: Climb, layer: PreparedLayer, of: AscentOf) -> Climbed:
        """Return where an ascent ends, and count it."""
        begin = time.perf_counter()
        climbed = climb(layer, of)
        took_s = time.perf_counter() - begin
        self.count += len(of.filters)
        self.seconds += took_s
        self._newest_s[layer.path] = took_s / len(of.filters)
        return climbed

    @property
    def picture_s(self) -> float:
        """Seconds of a picture, the mean over layers of their newest ones.

        The first ascent of a layer takes longer than all that follow.
        """
        each = self._newest_s.values()
        return sum(each) / len(each) if each else 0.0


def waves(
    wanted: Mapping[str, tuple[int, ...]],
    newest: Callable[[str], ByFilter],
    limit: Limit,
    meter: Meter,
) -> Iterator[Chosen]:
    """Yield the filters to draw, until the limit is reached.

    Without a limit of seconds all at once. With one, first a filter of each
    layer, which tells what one takes, and then as many as there is time for.

    Args:
        wanted: Filters that need a new pattern, by path.
        newest: Returns the newest patterns of a layer, by filter.
        limit: How much may be drawn.
        meter: Counts what is drawn in between.
    """
    order = _order(wanted, newest)
    order = order[: int(min(limit.pictures, len(order)))]
    if limit.seconds == math.inf:
        yield _by_layer(wanted, order)
        return
    first, rest = _first_of_each(order)
    for one in first:
        if meter.seconds < limit.seconds:
            yield _by_layer(wanted, [one])
    left_s = limit.seconds - meter.seconds
    if rest and left_s > 0 and meter.count:
        most = int(left_s / max(meter.seconds / meter.count, 1e-9))
        yield _by_layer(wanted, rest[:most])


_Filter: TypeAlias = tuple[str, int]


def _order(
    wanted: Mapping[str, tuple[int, ...]],
    newest: Callable[[str], ByFilter],
) -> list[_Filter]:
    """Return the filters, the one to draw first first."""
    keys: dict[_Filter, tuple[int, int, int]] = {}
    for place, (path, filters) in enumerate(wanted.items()):
        known = newest(path)
        for rank, at in enumerate(spread_order(len(filters))):
            index = filters[at]
            age = known[index].step if index in known else -1
            keys[path, index] = (age, rank, place)
    return sorted(keys, key=lambda one: keys[one])


def spread_order(count: int) -> list[int]:
    """Return 0 to count - 1 so that every beginning is spread evenly."""
    bits = max(count - 1, 0).bit_length()
    turned = [
        int(f"{i:0{bits}b}"[::-1], 2) if bits else i for i in range(2**bits)
    ]
    return [i for i in turned if i < count]


def _first_of_each(
    order: list[_Filter],
) -> tuple[list[_Filter], list[_Filter]]:
    first: dict[str, _Filter] = {}
    for one in order:
        first.setdefault(one[0], one)
    return list(first.values()), [o for o in order if first[o[0]] != o]


def _by_layer(
    wanted: Mapping[str, tuple[int, ...]], some: list[_Filter]
) -> Chosen:
    taken = set(some)
    return {
        path: tuple(index for index in filters if (path, index) in taken)
        for path, filters in wanted.items()
        if any((path, index) in taken for index in filters)
    }
