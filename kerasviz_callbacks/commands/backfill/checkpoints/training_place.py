"""Where training stood when its weights were saved."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingPlace:
    """A moment of a training that is over.

    Attributes:
        step: training steps since the run began.
        epoch: epochs finished.
        iterations: the optimizer's own count; None where it is not known.
    """

    step: int
    epoch: int
    iterations: int | None
