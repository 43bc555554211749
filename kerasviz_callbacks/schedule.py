"""A moment of training in, whether to draw now out."""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Moment:
    """Where training stands.

    Attributes:
        event: `batch` (between two batches) or `epoch` (at the end of one).
        step: training steps since the run began.
        previous_step: `step` of the moment asked about before this one.
        epoch: epochs finished.
    """

    event: Literal["batch", "epoch"]
    step: int
    previous_step: int
    epoch: int


class Schedule(Protocol):
    """When to draw, beside the baseline and the end, which always are."""

    def is_due(self, moment: Moment) -> bool:
        """Tell whether to draw at this moment."""

    def describe(self) -> str:
        """Say when, for the line that is printed before training."""


@dataclass(frozen=True)
class EveryEpochs:
    """Draw at the end of every `epochs`-th epoch, as Keras counts them."""

    epochs: int = 1

    def __post_init__(self) -> None:
        _check_positive("epochs", self.epochs)

    def is_due(self, moment: Moment) -> bool:
        """Tell whether this is the end of such an epoch."""
        return moment.event == "epoch" and moment.epoch % self.epochs == 0

    def describe(self) -> str:
        """Say when."""
        return _every(self.epochs, "epoch")


@dataclass(frozen=True)
class EverySteps:
    """Draw after every `steps`-th training step, at the first chance.

    With `steps_per_execution` above 1 the chance comes only after the whole
    execution.
    """

    steps: int

    def __post_init__(self) -> None:
        _check_positive("steps", self.steps)

    def is_due(self, moment: Moment) -> bool:
        """Tell whether a multiple of `steps` lies since the last moment."""
        passed = moment.previous_step // self.steps
        return moment.step // self.steps > passed

    def describe(self) -> str:
        """Say when."""
        return _every(self.steps, "step")


def as_schedule(every: "int | Schedule") -> Schedule:
    """Return the schedule that `every=` names; an int counts epochs.

    Raises:
        ValueError: the int is not positive.
        TypeError: it is neither an int nor a schedule.
    """
    if isinstance(every, int) and not isinstance(every, bool):
        _check_positive("every", every)
        return EveryEpochs(every)
    if hasattr(every, "is_due") and hasattr(every, "describe"):
        return every
    raise TypeError(
        "every must be a number of epochs or a schedule such as "
        f"EverySteps(500) — got {every!r}."
    )


def _every(count: int, what: str) -> str:
    return f"every {what}" if count == 1 else f"every {count} {what}s"


def _check_positive(name: str, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be a whole number ≥ 1 — got {value!r}.")
