"""A clock for a budget, and what passes on it."""

from kerasviz_callbacks.budget import Budget


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def spend(budget: Budget, clock: Clock, seconds: float) -> None:
    """Draw for so long."""
    with budget.spending():
        clock.now += seconds
