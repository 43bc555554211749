"""Schedules that count epochs or training steps."""

import math
from dataclasses import dataclass

from kerasviz_callbacks.schedule.schedule import SCHEDULED, Moment, Schedule


@dataclass(frozen=True)
class EveryEpochs(Schedule):
    """Draw at the end of every `epochs`-th epoch, as Keras counts them.

    Args:
        epochs: Number of epochs. Defaults to 1.
    """

    epochs: int = 1

    def __post_init__(self) -> None:
        check_count("epochs", self.epochs)

    def reason(self, moment: Moment) -> str | None:
        """Return a reason at the end of such an epoch."""
        is_due = moment.event == "epoch" and moment.epoch % self.epochs == 0
        return SCHEDULED if is_due else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        return _every(self.epochs, "epoch")

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return how many such epochs there are."""
        return num_epochs // self.epochs


@dataclass(frozen=True)
class EverySteps(Schedule):
    """Draw after every `steps`-th training step, at the first opportunity.

    With `steps_per_execution` above 1 the opportunity comes only after the
    whole execution.

    Args:
        steps: Number of training steps.
    """

    steps: int

    def __post_init__(self) -> None:
        check_count("steps", self.steps)

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if a multiple of `steps` was passed."""
        passed = moment.previous_step // self.steps
        return SCHEDULED if moment.step // self.steps > passed else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        return _every(self.steps, "step")

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return how many multiples there are."""
        return num_steps // self.steps


@dataclass(frozen=True, init=False)
class AtSteps(Schedule):
    """Draw after these training steps, each at the first opportunity.

    Example:
        >>> AtSteps(10, 100, 1000)
    """

    steps: tuple[int, ...]

    def __init__(self, *steps: int) -> None:
        for step in steps:
            check_count("each of the steps", step)
        object.__setattr__(self, "steps", tuple(sorted(steps)))

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if one of the steps was passed."""
        is_due = any(
            moment.previous_step < step <= moment.step for step in self.steps
        )
        return SCHEDULED if is_due else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        few = ", ".join(map(str, self.steps[:5])) + ", …" * bool(self.steps[5:])
        return f"at steps {few}"

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return how many of the steps are reached."""
        return sum(step <= num_steps for step in self.steps)


@dataclass(frozen=True)
class LogSpaced(Schedule):
    """Draw densely early on, then at logarithmic spacing.

    The first capture comes after `steps` steps. From there, `per_doubling`
    captures are drawn until the number of steps has doubled, and so on: with
    the defaults after 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, … steps. A
    million steps bring 75 captures.

    Args:
        steps: Unit in training steps; captures are drawn only at multiples of
            it. Defaults to 1.
        per_doubling: Number of captures per doubling, if there are as many
            multiples. Defaults to 4.
    """

    steps: int = 1
    per_doubling: int = 4

    def __post_init__(self) -> None:
        check_count("steps", self.steps)
        check_count("per_doubling", self.per_doubling)

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if a point was passed."""
        passed = self._passed(moment.previous_step)
        return SCHEDULED if self._passed(moment.step) > passed else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        return (
            f"{self.per_doubling} times from step {self.steps} to "
            f"{2 * self.steps} and at every doubling from there"
        )

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return how many points are reached."""
        return self._passed(num_steps)

    def _passed(self, step: int) -> int:
        """Return the number of points at or before a step."""
        units = step // self.steps
        if units < 1:
            return 0
        doublings = units.bit_length() - 1
        start = 1 << doublings
        # Points of one doubling lie evenly, as far as there are whole units.
        here = (units - start) * self.per_doubling // start
        before = sum(min(1 << i, self.per_doubling) for i in range(doublings))
        return before + 1 + min(here, units - start)


def check_count(name: str, value: int) -> None:
    """Raise ValueError if it is not a whole number ≥ 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be a whole number ≥ 1 — got {value!r}.")


def check_factor(name: str, value: float) -> None:
    """Raise ValueError if it is not a number above 1."""
    if not isinstance(value, int | float) or not 1 < value < math.inf:
        raise ValueError(f"{name} must be a number above 1 — got {value!r}.")


def _every(count: int, what: str) -> str:
    return f"every {what}" if count == 1 else f"every {count} {what}s"
