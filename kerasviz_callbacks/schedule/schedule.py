"""Schedules decide at each moment of training whether to draw, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import keras

_MANY_STEPS = 1 << 40
SCHEDULED = "schedule"  # the reason of a capture that was due by the clock
Event = Literal["begin", "batch", "epoch"]


@dataclass(frozen=True)
class Moment:
    """A moment of training.

    Attributes:
        event: `begin` (of an epoch), `batch` (between two batches) or `epoch`
            (at the end of one).
        step: Training steps since the run began.
        previous_step: `step` of the previous moment the schedule was asked
            about.
        epoch: Number of finished epochs.
        logs: Keras' latest logs, such as `loss`; at the end of an epoch, with
            the results of validation.
        model: The model in training; not to be changed. None only when nothing
            trains.
    """

    event: Event
    step: int
    previous_step: int
    epoch: int
    logs: Mapping[str, float] = field(default_factory=dict)
    model: keras.Model | None = None


class Schedule:
    """When to draw, besides the first and the last capture.

    Subclass it for a schedule of your own. `a | b` draws when either does. A
    schedule may keep state: each callback uses its own copy for all its fits.
    """

    def reason(self, moment: Moment) -> str | None:
        """Return why to draw at this moment; None not to draw."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return when it draws, for the line printed before training."""
        raise NotImplementedError

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return the number of captures in such a training.

        Events count none. Of a fit that goes on with a training, it is the
        difference of what is due up to its end and up to its begin.

        Args:
            num_epochs: Epochs from the beginning of the training.
            num_steps: Training steps from the beginning.
        """
        return 0

    def waits_for_interrupt(self) -> bool:
        """Return whether to delay signals until one more capture is drawn."""
        return False

    def __or__(self, other: "Schedule") -> "AnyOf":
        """Return a schedule that draws when either does."""
        if not isinstance(other, Schedule):
            return NotImplemented
        return AnyOf(self, other)


@dataclass(frozen=True)
class Span:
    """The part of a training that one fit is.

    Attributes:
        first_epoch: Finished epochs before it, as Keras counts them.
        last_epoch: Finished epochs after it.
        first_step: Training steps before it, since the run began.
        steps_per_epoch: Steps of an epoch; None if that is not known.
    """

    first_epoch: int
    last_epoch: int
    first_step: int
    steps_per_epoch: int | None

    def num_due(self, schedule: Schedule) -> int | None:
        """Return how many captures fall due by the clock; None if unknown."""
        return self._between(schedule, self.first_epoch, self.first_step)

    def most(self, schedule: Schedule, *, has_first: bool) -> int | None:
        """Return the largest number of captures without events.

        Args:
            schedule: When they are due.
            has_first: Whether one is drawn before the first batch.

        Returns:
            None if it is not known.
        """
        due = self.num_due(schedule)
        if due is None:
            return None
        last_step = max(self._last_step - 1, self.first_step)
        last_epoch = max(self.last_epoch - 1, self.first_epoch)
        at_end = self._between(schedule, last_epoch, last_step)
        return due + has_first + (not at_end)

    @property
    def _last_step(self) -> int:
        num_epochs = max(self.last_epoch - self.first_epoch, 0)
        return self.first_step + num_epochs * (self.steps_per_epoch or 0)

    def _between(self, schedule: Schedule, epoch: int, step: int) -> int | None:
        """Return how many are due after an epoch and a step, up to the end."""
        last_epoch = max(self.last_epoch, epoch)
        if self.steps_per_epoch is None:
            # What counts steps tells by counting more where there are more.
            counts = {schedule.count(last_epoch, n) for n in (0, _MANY_STEPS)}
            if len(counts) > 1:
                return None
        before = schedule.count(epoch, step)
        return max(schedule.count(last_epoch, self._last_step) - before, 0)


class AnyOf(Schedule):
    """Draws when any of several schedules does; `a | b` makes one.

    In a capture's reason an event takes precedence over the clock. Several
    events are all named.
    """

    def __init__(self, *schedules: Schedule) -> None:
        for schedule in schedules:
            if not isinstance(schedule, Schedule):
                raise TypeError(
                    "AnyOf takes schedules such as EveryEpochs(2) — got "
                    f"{schedule!r}."
                )
        self.schedules = schedules

    def reason(self, moment: Moment) -> str | None:
        """Return the reasons of all schedules; each schedule is asked."""
        found = [schedule.reason(moment) for schedule in self.schedules]
        return joined(reason for reason in found if reason)

    def describe(self) -> str:
        """Return when it draws, in words."""
        return ", ".join(s.describe() for s in self.schedules)

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return the sum: captures that coincide count twice."""
        return sum(s.count(num_epochs, num_steps) for s in self.schedules)

    def waits_for_interrupt(self) -> bool:
        """Return whether any of them does."""
        return any(s.waits_for_interrupt() for s in self.schedules)


def joined(reasons: Iterable[str]) -> str | None:
    """Return all reasons in one, each once; None for none."""
    names = list(dict.fromkeys(", ".join(reasons).split(", ")))
    events = [name for name in names if name not in ("", SCHEDULED)]
    if events:
        return ", ".join(events)
    return SCHEDULED if SCHEDULED in names else None
