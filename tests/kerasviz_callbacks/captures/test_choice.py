"""Which filters a capture draws if it cannot afford all of them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kerasviz_callbacks.captures import Limit
from kerasviz_callbacks.captures.filters.choice import (
    Meter,
    spread_order,
    waves,
)

WANTED = {"one": (0, 8, 16, 24), "two": (3, 5)}


@dataclass(frozen=True)
class Drawn:
    step: int


def chosen(pictures: float, newest=lambda path: {}) -> dict:
    [wave] = waves(WANTED, newest, Limit(pictures), Meter())
    return wave


def test_every_beginning_of_the_order_is_spread_over_the_filters():
    assert spread_order(8) == [0, 4, 2, 6, 1, 5, 3, 7]
    assert spread_order(5) == [0, 4, 2, 1, 3]
    assert spread_order(1) == [0]
    assert spread_order(0) == []


def test_layers_come_by_turns_and_filters_spread_over_each():
    assert chosen(1) == {"one": (0,)}
    assert chosen(2) == {"one": (0,), "two": (3,)}
    assert chosen(3) == {"one": (0, 16), "two": (3,)}
    assert chosen(math.inf) == WANTED


def test_it_comes_round_to_every_filter():
    drawn: dict[str, dict[int, Drawn]] = {"one": {}, "two": {}}
    seen = set()
    for step in range(4):
        for path, filters in chosen(2, drawn.__getitem__).items():
            drawn[path] |= dict.fromkeys(filters, Drawn(step))
            seen |= {(path, index) for index in filters}
    assert seen == {(path, i) for path in WANTED for i in WANTED[path]}


def test_time_ends_the_drawing_after_a_filter_of_each_layer():
    def counted(seconds_each: float) -> Iterator[int]:
        meter = Meter()
        for wave in waves(WANTED, lambda _: {}, Limit(seconds=10), meter):
            count = sum(map(len, wave.values()))
            meter.count += count
            meter.seconds += count * seconds_each
            yield count

    assert list(counted(1.0)) == [1, 1, 4]
    assert list(counted(3.0)) == [1, 1, 1]
    assert list(counted(20.0)) == [1]


def test_no_limit_takes_all_at_once():
    assert list(waves(WANTED, lambda _: {}, Limit(), Meter())) == [WANTED]


@pytest.mark.parametrize("wanted", [{}, {"one": ()}])
def test_nothing_wanted_is_nothing_drawn(wanted):
    assert list(waves(wanted, lambda _: {}, Limit(3), Meter())) == [{}]
