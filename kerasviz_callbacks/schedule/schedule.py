"""A moment of training in, whether to draw now, and why, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import keras

SCHEDULED = "schedule"  # the reason of a capture that was due by the clock
Event = Literal["begin", "batch", "epoch"]


@dataclass(frozen=True)
class Moment:
    """Where training stands.

    Attributes:
        event: `begin` (of an epoch), `batch` (between two batches) or `epoch`
            (at the end of one).
        step: training steps since the run began.
        previous_step: `step` of the moment asked about before this one.
        epoch: epochs finished.
        logs: what Keras told last, such as `loss`; at the end of an epoch
            with what validation found.
        model: that trains; not to be changed. None only where nothing trains.
    """

    event: Event
    step: int
    previous_step: int
    epoch: int
    logs: Mapping[str, float] = field(default_factory=dict)
    model: keras.Model | None = None


class Schedule:
    """When to draw, beside the baseline and the end, which always are.

    Subclass it for a schedule of your own. `a | b` draws when either does. A
    schedule may remember what it saw: each callback uses a copy of its own,
    for all its fits.
    """

    def reason(self, moment: Moment) -> str | None:
        """Return why to draw at this moment; None not to."""
        raise NotImplementedError

    def describe(self) -> str:
        """Say when, for the line that is printed before training."""
        raise NotImplementedError

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return how many captures such a fit brings; events count none."""
        return 0

    def waits_for_interrupt(self) -> bool:
        """Tell whether to hold signals back until one more is drawn."""
        return False

    def __or__(self, other: "Schedule") -> "AnyOf":
        """Draw when either does."""
        if not isinstance(other, Schedule):
            return NotImplemented
        return AnyOf(self, other)


class AnyOf(Schedule):
    """Draws when any of several schedules does; `a | b` makes one.

    An event goes before the clock in the reason of a capture; several events
    are all named.
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
        """Return why: all that hold, each asked."""
        found = [schedule.reason(moment) for schedule in self.schedules]
        return joined(reason for reason in found if reason)

    def describe(self) -> str:
        """Say when."""
        return ", ".join(s.describe() for s in self.schedules)

    def count(self, num_epochs: int, num_steps: int) -> int:
        """Return the sum: what coincides counts twice."""
        return sum(s.count(num_epochs, num_steps) for s in self.schedules)

    def waits_for_interrupt(self) -> bool:
        """Tell whether any of them does."""
        return any(s.waits_for_interrupt() for s in self.schedules)


def joined(reasons: Iterable[str]) -> str | None:
    """Return all reasons in one, each once; None for none."""
    names = list(dict.fromkeys(", ".join(reasons).split(", ")))
    events = [name for name in names if name not in ("", SCHEDULED)]
    if events:
        return ", ".join(events)
    return SCHEDULED if SCHEDULED in names else None
