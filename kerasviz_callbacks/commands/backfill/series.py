"""Weights of a checkpoint in, what a series knows of it out, drawn or not."""

from collections.abc import Hashable, Mapping

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.pattern_ascents import (
    AscentOf,
    floor_ascents,
    picture_ascent,
)
from kerasviz_callbacks.captures.pattern_memory import DrawnLayer
from kerasviz_callbacks.captures.pattern_series import PatternSeries, state_of
from kerasviz_callbacks.patterns.preparation import PreparedPatterns
from kerasviz_callbacks.patterns.result import Patterns
from tb_plugin.contract import PatternLayer

_FLOOR_ENDS = ("_floor", "_seed")
_TOLERANCE = 1e-2  # relative; devices differ by less, seeds by more


class BackfillSeries(PatternSeries):
    """A series that looks ahead, and back at what other processes drew."""

    def __init__(
        self, *, seed: int, num_steps: int | None, has_floor: bool
    ) -> None:
        super().__init__(seed=seed, num_steps=num_steps, has_floor=has_floor)
        self._foreseen: dict[str, Hashable] = {}

    def due(self, prepared: PreparedPatterns) -> list[AscentOf]:
        """Return the ascents that a capture of the weights will take.

        Call it for every capture, in their order, before any of them is
        drawn: what repeats an earlier picture takes none.
        """
        seed, num_steps = self._seed, self._num_steps
        due: list[AscentOf] = []
        for layer, source in zip(
            prepared.layers, self._sources(prepared), strict=True
        ):
            known = self._foreseen.get(layer.path)
            self._foreseen[layer.path] = source
            if known == source:
                continue
            due.append(picture_ascent(layer, seed, num_steps))
            if known is None and self._has_floor:
                due += floor_ascents(layer, seed, num_steps)
        return due

    def recall(
        self,
        prepared: PreparedPatterns,
        records: Mapping[str, PatternLayer],
        step: int,
    ) -> None:
        """Take layers of a capture in the log as drawn by this process.

        Their pictures are drawn once more, for later ones are compared with
        them: the log may hold them compressed. The first capture of a layer
        must come before any other.

        Args:
            prepared: with the weights of that capture.
            records: of the layers, by path.
            step: where they lie.

        Raises:
            ValueError: they were drawn in another way, or of other weights.
        """
        activations = prepared.activations()
        for layer, source in zip(
            prepared.layers, self._sources(prepared), strict=True
        ):
            record = records.get(layer.path)
            if record is None:
                continue
            excitation = prepared.excitation(layer, activations)
            patterns = self._patterns(layer, excitation)
            _check_same(patterns, record, step)
            state = state_of(layer, patterns, excitation)
            drawn = DrawnLayer(step, source, record, state, _floor(record))
            self._memory.recall(drawn)
            self._foreseen[layer.path] = source


def _check_same(patterns: Patterns, record: PatternLayer, step: int) -> None:
    """Raise unless the record is of these pictures.

    It holds all that tells how they were drawn but the seed, the steps and the
    weights; what the ascent reached depends on these.
    """
    reached = np.array(record.objective, np.float64)  # None becomes NaN
    objective = patterns.objective
    drawn = np.where(np.isfinite(objective), objective, np.nan)
    is_same = record.filters == patterns.filters and np.allclose(
        drawn, reached, _TOLERANCE, equal_nan=True
    )
    if not is_same or record.preset != patterns.preset:
        raise ValueError(
            f"--log-dir must be new, or begun with the same options and "
            f"checkpoints — at step {step} the patterns of {record.path!r} "
            "were others. Name another directory or remove it."
        )


def _floor(record: PatternLayer) -> dict[str, FloatArray]:
    """Return what was measured once and stands in every record since."""
    return {
        name: np.array(column, np.float64)  # None becomes NaN
        for name, column in record.measures.items()
        if name.endswith(_FLOOR_ENDS)
    }
