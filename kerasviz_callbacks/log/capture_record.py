"""What was drawn and where training stands in, the record of a capture out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from kerasviz_callbacks.captures.drawing import Drawing
from kerasviz_callbacks.log.run_log import Place
from kerasviz_callbacks.log.summary import with_size
from tb_plugin.contract import SCHEMA_VERSION, Capture, Kind


@dataclass(frozen=True)
class Circumstances:
    """When, why and at what cost a capture was drawn; see `Capture`."""

    kind: Kind
    place: Place
    index: int
    step: int
    iterations: int | None
    epoch: int
    batch: int
    reason: str
    cost_s: float
    overhead: float | None
    skipped: int

    def scalars(self) -> dict[str, float]:
        """Return what is worth a chart."""
        stream = self.place.stream
        found = {f"cost_s/{stream}": self.cost_s}
        if self.overhead is not None:
            found[f"overhead/{stream}"] = self.overhead
        return found


def as_capture(
    drawing: Drawing, when: Circumstances, lost: Sequence[str]
) -> Capture:
    """Return the record.

    Args:
        drawing: what was drawn.
        when: the circumstances.
        lost: what failed since the capture before, in sentences.
    """
    count = when.iterations
    capture = Capture(
        schema=SCHEMA_VERSION,
        kind=when.kind,
        stream=when.place.stream,
        index=when.index,
        step=when.step,
        iterations=when.step if count is None else count,
        fit=when.place.fit,
        epoch=when.epoch,
        batch=when.batch,
        wall_time=time.time(),
        reason=when.reason,
        cost_s=when.cost_s,
        overhead=when.overhead,
        skipped=when.skipped,
        size_bytes=0,
        notes=(*lost, *_thinned(when.skipped), *drawing.notes),
        patterns=drawing.patterns,
        maps=drawing.maps,
        outcome=drawing.outcome,
    )
    return with_size(capture, drawing.pictures)


def new_share(drawing: Drawing) -> float:
    """Return which share of its pictures was drawn anew."""
    layers = [layer.origin for layer in drawing.patterns]
    layers += [layer.origin for layer in drawing.maps]
    origins = [origin for layer in layers for origin in layer]
    fresh = sum(origin != "unchanged" for origin in origins)
    return fresh / len(origins) if origins else 0.0


def _thinned(skipped: int) -> tuple[str, ...]:
    if not skipped:
        return ()
    plural = "s" * (skipped != 1)
    return (
        f"{skipped} capture{plural} before this one left out, to keep within "
        "budget= or max_log_bytes=.",
    )
