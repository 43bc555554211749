"""What a capture is made of, and what draws one.

A `Series` draws one stream of captures. It is told where training stands and
which place the capture takes in the log, and answers with a `Drawing`; it
knows neither Keras' hooks nor event files.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from tb_plugin.contract import (
    HeldOut,
    Kind,
    MapLayer,
    Outcome,
    PatternLayer,
    ShortcutSearch,
)

if TYPE_CHECKING:
    import keras

    from kerasviz_callbacks.model import Digests

StoredImages: TypeAlias = tuple[HeldOut, Sequence[bytes]]

RESTORED = (
    "The weights changed without a training step: they were restored or loaded."
)
RETRACED = "The model's structure changed; traced anew."


@dataclass(frozen=True)
class TrainingPlace:
    """Where a training stands, or stood when its weights were saved.

    Attributes:
        step: Training steps since the run began.
        epoch: Finished epochs.
        iterations: The optimizer's own count; None if it is not known.
        batch: Finished batches of the epoch under way.
    """

    step: int
    epoch: int
    iterations: int | None
    batch: int = 0


@dataclass(frozen=True)
class Slot:
    """The place that a capture takes in the log.

    Attributes:
        stream: Name of the stream; see `tb_plugin.contract`.
        index: Captures of the stream that are in the log already.
        step: Step of the capture.
    """

    stream: str
    index: int
    step: int


@dataclass(frozen=True)
class Picture:
    """The pictures of one layer in one capture.

    Attributes:
        path: Path of the layer.
        blob: For the plugin: the encoded contact sheet, or the raw heatmaps;
            None if the layer repeats an earlier capture.
        labelled: JPEG for the stock Images tab; None like `blob`.
        labelled_size: Its (width, height) in px.
        beside: The second blob: class means of heatmaps, or the crops of
            exemplars; None like `blob`, or where there are none.
        responses: The third blob: what filters do on a sample of images; None
            where there are no exemplars.
    """

    path: str
    blob: bytes | None
    labelled: bytes | None
    labelled_size: tuple[int, int]
    beside: bytes | None = None
    responses: bytes | None = None

    @property
    def blobs(self) -> list[bytes]:
        """The blobs for the plugin, in order."""
        parts = (self.blob, self.beside, self.responses)
        return [part for part in parts if part is not None]

    @property
    def num_bytes(self) -> int:
        """Bytes that the pictures take in the log."""
        return sum(map(len, self.blobs)) + len(self.labelled or b"")


@dataclass(frozen=True)
class Plan:
    """What a series is about to draw at every capture.

    Attributes:
        paths: Paths of the layers.
        what: What of them is drawn, in words, such as "8 filters of 2 layers".
        num_pictures: Pictures of a capture that are computed one by one; 1 if
            they are computed together.
        notes: What the user should know, a sentence each.
        details: How it is drawn, in a few words each.
        reasons: Why it is drawn so, in a few words each.
        image_hashes: Hashes of the held-out images; () for none.
    """

    paths: tuple[str, ...]
    what: str
    num_pictures: int = 1
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    image_hashes: tuple[str, ...] = ()


Tell: TypeAlias = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Limit:
    """How much a capture may draw.

    Attributes:
        pictures: Number of pictures; infinity for all.
        seconds: Seconds of drawing, if no price is known yet; infinity for as
            long as it takes.
        spare_s: Seconds that may be spent beside the pictures, on what can wait
            for another capture.
        is_last: Whether it is known to be the last of a fit.
        tell: Called before each part of the work with the layer's path, the
            pictures that are done, and all of them; None for nothing.
    """

    pictures: float = math.inf
    seconds: float = math.inf
    spare_s: float = math.inf
    is_last: bool = False
    tell: Tell | None = None


NO_LIMIT = Limit()


@dataclass(frozen=True)
class Cost:
    """What of a capture was computed, and how long it took.

    Attributes:
        num_computed: Pictures that were computed one by one, also such that
            are not shown.
        computed_s: Seconds for these.
        picture_s: Seconds of one more.
        beside_s: Seconds spent beside the pictures, on what can wait.
        is_partial: Whether pictures are missing that could have been computed.
    """

    num_computed: int = 0
    computed_s: float = 0.0
    picture_s: float = 0.0
    beside_s: float = 0.0
    is_partial: bool = False


@dataclass(frozen=True)
class Drawing:
    """One capture, drawn and ready for the log.

    Attributes:
        pictures: One per layer.
        patterns: Records of pattern layers.
        maps: Records of heatmap layers.
        outcome: Predictions for the held-out images, of heatmaps only.
        shortcuts: What a search for shortcuts found; None for none.
        scalars: Values for charts, by name without the prefix `kerasviz/`.
        notes: What the capture's record says in sentences.
        held_out: The held-out images as stored; None without images.
        results: `Patterns` or `Heatmaps` of the layers that were computed
            anew, for `on_capture`.
        cost: What it took.
    """

    pictures: tuple[Picture, ...]
    patterns: tuple[PatternLayer, ...] = ()
    maps: tuple[MapLayer, ...] = ()
    outcome: Outcome | None = None
    shortcuts: ShortcutSearch | None = None
    scalars: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    held_out: StoredImages | None = None
    results: tuple[Any, ...] = ()
    cost: Cost = Cost()


class Series(Protocol):
    """Draws one stream, capture after capture.

    Attributes:
        kind: What it draws.
    """

    kind: Kind

    def prepare(self, model: "keras.Model") -> Plan:
        """Check everything on the real model and make ready to draw.

        Raises:
            ValueError, TypeError, RuntimeError: The configuration cannot
                work; the message says what to do.
        """

    def draw(
        self,
        model: "keras.Model",
        slot: Slot,
        digests: "Digests",
        limit: Limit = NO_LIMIT,
    ) -> Drawing:
        """Draw with the weights as they are.

        Args:
            model: A model; traced anew if it is another one than before.
            slot: The capture's place in the log.
            digests: Digests of the weights as they are.
            limit: How much may be drawn.
        """

    def num_new(self, model: "keras.Model", digests: "Digests") -> int:
        """Return how many pictures other weights have changed."""

    def keep(self) -> None:
        """Note that the last drawing is in the log."""

    def forget(self) -> None:
        """Forget earlier captures: the log is another one or was removed."""

    def check(self) -> None:
        """Test the newest drawing; the next one says what was found."""

    def end_fit(self) -> None:
        """Forget what was tested: another fit gets tests of its own."""
