"""What a callback says before training and hands over at each capture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tb_plugin.contract import (
    HeldOut,
    MapLayer,
    Outcome,
    PatternLayer,
)

StoredImages: TypeAlias = tuple[HeldOut, Sequence[bytes]]


@dataclass(frozen=True)
class Picture:
    """The pictures of one layer in one capture.

    Attributes:
        path: of the layer.
        blob: for the plugin: the encoded sheet, or the raw maps; None where
            it repeats an earlier one.
        labelled: JPEG for the stock Images tab, or None as `blob`.
        labelled_size: its (width, height).
        class_means: of raw maps, the second blob; None as `blob`.
    """

    path: str
    blob: bytes | None
    labelled: bytes | None
    labelled_size: tuple[int, int]
    class_means: bytes | None = None

    @property
    def blobs(self) -> list[bytes]:
        """What the plugin gets, in order."""
        parts = (self.blob, self.class_means)
        return [part for part in parts if part is not None]

    @property
    def num_bytes(self) -> int:
        """Return what the pictures take in the log."""
        return sum(map(len, self.blobs)) + len(self.labelled or b"")


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
