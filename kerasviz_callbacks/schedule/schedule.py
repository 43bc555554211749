"""Schedules decide at each moment of training whether to draw, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import keras

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
        """Return the number of captures in such a fit; events count none."""
        return 0

    def waits_for_interrupt(self) -> bool:
        """Return whether to delay signals until one more capture is drawn."""
        return False

    def __or__(self, other: "Schedule") -> "AnyOf":
        """Return a schedule that draws when either does."""
        if not isinstance(other, Schedule):
            return NotImplemented
        return AnyOf(self, other)


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
