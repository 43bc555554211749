"""What is recorded of a capture as a whole: the value of a stream's tag."""

from dataclasses import dataclass

from tb_plugin.contract.decode import ContractError, decode, to_json
from tb_plugin.contract.maps import MapLayer
from tb_plugin.contract.outcome import Outcome
from tb_plugin.contract.patterns import PatternLayer
from tb_plugin.contract.schema import parse_record
from tb_plugin.contract.tags import Kind


@dataclass(frozen=True)
class Capture:
    """Everything one callback drew at one moment of training.

    Attributes:
        schema: `SCHEMA_VERSION` of the writer.
        kind: which callback drew.
        stream: its stream (see the module).
        index: ordinal within the stream, 0 for the baseline; what is missing
            below the newest index was not kept.
        step: TensorBoard's x axis: training steps since the run began, over
            all fits; strictly increasing within a stream.
        iterations: the optimizer's own count, which a new optimizer restarts.
        fit: which call of `fit`, 0 first.
        epoch: epochs finished, as the user counts (initial_epoch included).
        batch: batches finished in the epoch under way; 0 at its end.
        wall_time: seconds since 1970.
        reason: why now. Of the callback: `baseline`; `new fit` and `restart`
            (of an earlier process's run), where weights are other than in the
            newest capture; `last`; `sanity check` (after the last, of the same
            maps); `asked` (`draw()`). Of the schedule: `schedule`, or events,
            which go before it: `trainable weights: more`, `fewer` or `other`,
            `learning rate drop`, `best NAME` of a metric, `loss jump`, `loss
            not finite`, `interrupt`, or a user's own. Several have commas
            between; an event that came where nothing new was to be drawn, or
            that was left out, is told by the next capture.
        cost_s: seconds the drawing took.
        overhead: seconds that the stream took so far, writing, checks and
            preparation included, for each second of training; null before any.
        skipped: captures that were due since the one before and left out, to
            keep within the callback's budget.
        size_bytes: bytes of the pictures written, without this record.
        notes: what was dropped, sampled, skipped or clipped, in sentences.
        patterns: by layer; empty for `grad_cam`.
        maps: by layer; empty for `filter_patterns`.
        outcome: null for `filter_patterns`.
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

    def __post_init__(self) -> None:
        if self.maps and self.outcome is None:
            raise ContractError("maps without an outcome")
        rows = len(self.outcome.row_image) if self.outcome else 0
        if any(len(layer.maximum) != rows for layer in self.maps):
            raise ContractError("maps and outcome differ in rows")

    def to_json(self) -> str:
        """Return the record as it is written."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Capture":
        """Return the record that `text` holds.

        Raises:
            UnknownSchemaError: written by a version that we do not know.
            ContractError: anything else that does not fit.
        """
        return decode(cls, parse_record(text))
