"""How checkpoints are to be ordered."""

from dataclasses import dataclass
from typing import Literal

Order = Literal["auto", "name", "time"]
NumberIs = Literal["auto", "step", "epoch"]


@dataclass(frozen=True)
class Ordering:
    """How checkpoints are to be ordered.

    Attributes:
        by: `name`, `time`, or the first where names tell something.
        number: what a plain number in the names is.
        steps_per_epoch: None where it is not known.
        template: that the names were made by; None for none.
    """

    by: Order = "auto"
    number: NumberIs = "auto"
    steps_per_epoch: int | None = None
    template: str | None = None
