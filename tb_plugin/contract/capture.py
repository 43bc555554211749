"""The record of one capture: the value of a stream's tag."""

from dataclasses import dataclass

from tb_plugin.contract.decode import (
    ContractError,
    decode,
    parse_record,
    to_json,
)
from tb_plugin.contract.maps import MapLayer
from tb_plugin.contract.outcome import Outcome
from tb_plugin.contract.patterns import PatternLayer
from tb_plugin.contract.shortcuts import ShortcutSearch
from tb_plugin.contract.tags import Kind

MAX_NOT_FINITE = 64  # weights of one capture; the next are counted alone
_MAX_TIME_S = 253_370_764_800  # the year 9999, in which calendars end


@dataclass(frozen=True)
class NotFiniteWeight:
    """A weight of the model that holds NaN or infinity.

    Attributes:
        path: Its path in the model, such as `sequential/conv2d/kernel`.
        size: How many numbers it has.
        num_nan: How many of them are NaN.
        num_infinite: How many are infinite.
    """

    path: str
    size: int
    num_nan: int
    num_infinite: int

    def __post_init__(self) -> None:
        if min(self.num_nan, self.num_infinite) < 0:
            raise ContractError("a count of numbers is negative")
        if self.num_nan + self.num_infinite > self.size:
            raise ContractError("more numbers are not finite than there are")


@dataclass(frozen=True)
class Happened:
    """An event between the capture before and the one that records it.

    Attributes:
        reason: Its name, as in `Capture.reason`.
        step: Training steps when it happened, as in `Capture.step`.
        epoch: Epochs that were finished then.
        batch: Batches that were finished then of the current epoch.
    """

    reason: str
    step: int
    epoch: int
    batch: int


@dataclass(frozen=True)
class Capture:
    """Everything that one callback drew at one moment of training.

    Attributes:
        schema: `SCHEMA_VERSION` of the writer.
        kind: Which callback drew: `filter_patterns` or `grad_cam`.
        stream: Name of its stream.
        index: Ordinal within the stream, 0 for the baseline. Indices missing
            below the newest one are captures that the log no longer holds.
        step: TensorBoard's x axis: training steps since the run began, over all
            fits, from 0 to `MAX_STEP`; a reader shows others all the same.
            Strictly increasing within a stream.
        iterations: The optimizer's own count, which a new optimizer restarts.
        fit: Which call of `fit`, from 0.
        epoch: Finished epochs, as the user counts them (`initial_epoch`
            included).
        batch: Finished batches of the current epoch; 0 at the end of an epoch.
        wall_time: Seconds since 1970.
        reason: Why the capture was made; several reasons are joined by commas.
            From the callback: `baseline`; `new fit` and `restart` (of an
            earlier process's run), where weights differ from the newest
            capture's; `last`; `sanity check` (after the last, of the same
            heatmaps); `asked` (`draw()`). From the schedule: `schedule`, or
            events, which take precedence: `trainable weights: more`, `fewer`
            or `other`, `learning rate drop`, `best NAME` of a metric, `loss
            jump`, `loss not finite`, `interrupt`, or a user's own. An event
            that fires while nothing has changed, or whose capture was skipped,
            is recorded by the next capture.
        cost_s: Seconds that drawing took.
        overhead: Seconds that the stream took so far per second of training,
            including writing, checks and preparation. Null before any training.
        skipped: Number of captures that were due since the previous one and
            skipped to stay within the budget.
        size_bytes: Bytes of the pictures written, without this record.
        notes: Sentences on what was dropped, sampled, skipped or clipped.
        patterns: One entry per layer; empty for `grad_cam`.
        maps: One entry per layer; empty for `filter_patterns`.
        outcome: Predictions on the held-out images; null for
            `filter_patterns`.
        shortcuts: The search for shortcuts; null if none was wanted or none is
            possible, and absent from the first logs.
        not_finite: The model's weights that hold NaN or infinity, in its order,
            the first `MAX_NOT_FINITE` of them; null in logs that do not say.
            Some models hold infinity from the start, as a mask of attention.
        num_not_finite: How many there are.
        happened: Events, in their order, that were over when the capture was
            made: no capture was due then, nothing had changed, or there was no
            time. Those of its own step are not among them.
    """

    schema: int
    kind: Kind
    stream: str
    index: int
    step: int
    iterations: int
    fit: int
    epoch: int
    batch: int
    wall_time: float
    reason: str
    cost_s: float
    overhead: float | None
    skipped: int
    size_bytes: int
    notes: tuple[str, ...]
    patterns: tuple[PatternLayer, ...]
    maps: tuple[MapLayer, ...]
    outcome: Outcome | None
    shortcuts: ShortcutSearch | None = None
    not_finite: tuple[NotFiniteWeight, ...] | None = None
    num_not_finite: int = 0
    happened: tuple[Happened, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.wall_time <= _MAX_TIME_S:
            raise ContractError("wall_time is no time")
        if self.num_not_finite < len(self.not_finite or ()):
            raise ContractError("more weights are listed than there are")
        if self.maps and self.outcome is None:
            raise ContractError("maps without an outcome")
        rows = len(self.outcome.row_image) if self.outcome else 0
        if any(len(layer.maximum) != rows for layer in self.maps):
            raise ContractError("maps and outcome differ in rows")

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Capture":
        """Return the record that `text` holds.

        Raises:
            UnknownSchemaError: Another version of kerasviz wrote the record.
            ContractError: The text is no valid record.
        """
        return decode(cls, parse_record(text))
