"""What a callback says before training and hands over at each capture."""

from dataclasses import dataclass, field
from typing import Any

from kerasviz_callbacks.log.summary import Picture, StoredImages
from tb_plugin.contract import MapLayer, Outcome, PatternLayer


@dataclass(frozen=True)
class Plan:
    """What a callback is about to draw at every capture.

    Attributes:
        paths: of the layers.
        what: in words.
        seconds: about what a capture takes.
        num_bytes: about what it adds to the log.
        once_seconds: about what the first one takes beside that.
        notes: what the user should know, one line each.
    """

    paths: tuple[str, ...]
    what: str
    seconds: float
    num_bytes: int
    once_seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def first_factor(self) -> float:
        """How many times as long the first capture takes."""
        return 1 + self.once_seconds / max(self.seconds, 1e-9)


@dataclass(frozen=True)
class Drawing:
    """What a callback drew at one moment, ready to be written.

    `results` are of the layers drawn anew, for whoever asked `on_capture`.
    """

    pictures: tuple[Picture, ...]
    patterns: tuple[PatternLayer, ...] = ()
    maps: tuple[MapLayer, ...] = ()
    outcome: Outcome | None = None
    scalars: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    held_out: StoredImages | None = None
    results: tuple[Any, ...] = ()
