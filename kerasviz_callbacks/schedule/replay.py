"""Plays a training through on a clock that is set, to tell what will be drawn.

The budget decides as in a training; only nothing is drawn and nothing trains.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasviz_callbacks.schedule.allowance import Price
from kerasviz_callbacks.schedule.budget import GRACE_S, Budget


@dataclass(frozen=True)
class Replayed:
    """What one callback drew.

    Attributes:
        pictures: Pictures computed at the baseline and after each epoch; 0
            where the capture was skipped.
        num_pictures: Of a whole capture.
        spent_s: Seconds of drawing.
    """

    pictures: tuple[int, ...]
    num_pictures: int
    spent_s: float

    @property
    def num_drawn(self) -> int:
        """Captures with at least one picture."""
        return sum(count > 0 for count in self.pictures)

    @property
    def num_whole(self) -> int:
        """Captures with all pictures."""
        return sum(count == self.num_pictures for count in self.pictures)


def replay(
    prices: Mapping[str, Price],
    epochs_s: Sequence[float],
    share: float | None,
    grace_s: float = GRACE_S,
) -> dict[str, Replayed]:
    """Return what callbacks would draw if a capture is due after every epoch.

    Args:
        prices: What a capture costs, per callback, in which all is new.
        epochs_s: Seconds of each epoch.
        share: Of training's time.
        grace_s: Seconds that a short training may take longer.
    """
    clock = _Clock()
    budgets = {
        name: Budget(share, None, grace_s, clock.read) for name in prices
    }
    drawn: dict[str, list[int]] = {name: [] for name in prices}

    def draw(name: str, count: float) -> None:
        price = prices[name]
        pictures = int(min(count, price.num_pictures))
        clock.now_s += price.of(pictures)
        budgets[name].learn(price, is_whole=pictures == price.num_pictures)
        drawn[name].append(pictures)

    for name, budget in budgets.items():
        with budget.setting_aside():
            draw(name, math.inf)
    for budget in budgets.values():
        budget.begin(budgets.values(), len(epochs_s))
    for epoch, seconds in enumerate(epochs_s, start=1):
        clock.now_s += seconds
        for name, budget in budgets.items():
            budget.count_due()
            if epoch == len(epochs_s):
                with budget.setting_aside():
                    draw(name, math.inf)
            elif quota := budget.quota(0):
                with budget.spending():
                    draw(name, quota)
            else:
                budget.skip()
                drawn[name].append(0)
    return {
        name: Replayed(
            tuple(drawn[name]), prices[name].num_pictures, budget.spent_s
        )
        for name, budget in budgets.items()
    }


class _Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def read(self) -> float:
        return self.now_s
