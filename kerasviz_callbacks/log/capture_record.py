"""Builds the record of a capture from what was drawn, when and why."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.captures import Drawing, TrainingPlace
from kerasviz_callbacks.log.run_log import Place
from kerasviz_callbacks.log.summary import with_size
from kerasviz_callbacks.schedule import SCHEDULED, joined
from tb_plugin.contract import (
    MAX_NOT_FINITE,
    SCHEMA_VERSION,
    Capture,
    Happened,
    Kind,
    NotFiniteWeight,
)

_MAX_EVENTS = 64  # between two captures; a user's schedule may name many


@dataclass(frozen=True)
class Circumstances:
    """When, why and at what cost a capture was drawn; see `Capture`."""

    kind: Kind
    place: Place
    index: int
    at: TrainingPlace
    reason: str
    cost_s: float
    overhead: float | None
    skipped: int
    not_finite: Sequence[NotFiniteWeight] = ()
    happened: tuple[Happened, ...] = ()

    def scalars(self) -> dict[str, float]:
        """Return what is worth a chart."""
        stream = self.place.stream
        found = {f"cost_s/{stream}": self.cost_s}
        if self.overhead is not None:
            found[f"overhead/{stream}"] = self.overhead
        return found


class Reasons:
    """Why the next capture will have been made, and what happened before it."""

    def __init__(self) -> None:
        self._words = ""
        self._fired: dict[str, Happened] = {}

    def add(self, reason: str, at: TrainingPlace) -> None:
        """Have the next capture name a reason, and where it arose."""
        self._words = joined((self._words, reason)) or ""
        for event in reason.split(", "):
            self.happened(event, at)

    def happened(self, event: str, at: TrainingPlace) -> None:
        """Have the next capture say that something happened before it."""
        if event != SCHEDULED and len(self._fired) < _MAX_EVENTS:
            place = Happened(event, at.step, at.epoch, at.batch)
            self._fired.setdefault(event, place)

    def words(self, reason: str) -> str:
        """Return all reasons in one."""
        return joined((reason, self._words)) or "asked"

    def before(self, step: int) -> tuple[Happened, ...]:
        """Return what happened before a step."""
        return tuple(x for x in self._fired.values() if x.step < step)

    def clear(self) -> None:
        """Forget all: a capture has said it."""
        self._words = ""
        self._fired.clear()


def as_capture(
    drawing: Drawing, when: Circumstances, lost: Sequence[str]
) -> Capture:
    """Return the record of a capture.

    Args:
        drawing: What was drawn.
        when: When, why and at what cost.
        lost: What failed since the last capture, a sentence each.
    """
    at = when.at
    capture = Capture(
        schema=SCHEMA_VERSION,
        kind=when.kind,
        stream=when.place.stream,
        index=when.index,
        step=at.step,
        iterations=at.step if at.iterations is None else at.iterations,
        fit=when.place.fit,
        epoch=at.epoch,
        batch=at.batch,
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
        shortcuts=drawing.shortcuts,
        not_finite=tuple(when.not_finite[:MAX_NOT_FINITE]),
        num_not_finite=len(when.not_finite),
        happened=when.happened,
    )
    return with_size(capture, drawing.pictures)


def _thinned(skipped: int) -> tuple[str, ...]:
    if not skipped:
        return ()
    return (
        f"{counted(skipped, 'capture')} before this one skipped, to stay "
        "within budget= or max_log_bytes=.",
    )


def not_finite_weights(variables: Iterable[Any]) -> list[NotFiniteWeight]:
    """Return the weights that hold NaN or infinity, in their order.

    Args:
        variables: Variables of a model.
    """
    found = []
    for variable in variables:
        values = np.asarray(variable.numpy())
        if values.dtype.kind in "biu" or np.isfinite(values).all():
            continue
        num_nan = int(np.isnan(values).sum())
        num_infinite = int(np.isinf(values).sum())
        weight = NotFiniteWeight(
            variable.path, values.size, num_nan, num_infinite
        )
        found.append(weight)
    return found
