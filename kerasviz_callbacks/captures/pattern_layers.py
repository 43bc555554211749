"""Draws the layers of a pattern capture, each compared with earlier captures.

What one capture computes, layer by layer:

| weights below the layer | ascent | images | noise floor      | picture       |
|-------------------------|--------|--------|------------------|---------------|
| seen for the first time | once   | once   | two more of some | new           |
| changed                 | once   | once   | as measured      | new           |
| not changed             | no     | no     | as measured      | the last one  |
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.drawing import Picture, Slot
from kerasviz_callbacks.captures.pattern_ascents import (
    AscentOf,
    Climb,
    climb_here,
    floor_ascents,
    floor_filters,
    picture_ascent,
)
from kerasviz_callbacks.captures.pattern_change import (
    LayerState,
    filter_changes,
    layer_change,
    no_change,
    no_layer_change,
    own_weights,
    picture_likeness,
)
from kerasviz_callbacks.captures.pattern_memory import (
    DrawnLayer,
    PatternMemory,
    has_all,
    narrowed,
    narrowed_floor,
    spread_out,
)
from kerasviz_callbacks.captures.pattern_record import (
    check_same,
    recorded_floor,
    repeated,
    written,
)
from kerasviz_callbacks.model import Digests
from kerasviz_callbacks.patterns import (
    Excitation,
    Patterns,
    PreparedLayer,
    PreparedPatterns,
)
from tb_plugin.contract import PatternLayer

_SINCE = ("previous", "baseline")


@dataclass(frozen=True)
class DrawnPatterns:
    """One layer of a capture.

    Attributes:
        picture: to be written.
        record: of it.
        patterns: that were drawn; None where an earlier picture is repeated.
    """

    picture: Picture
    record: PatternLayer
    patterns: Patterns | None


class PatternLayers:
    """Draws layers, capture after capture.

    Args:
        seed: Seed of all starting noise.
        num_steps: Number of ascent steps per pattern. None takes the
            preset's.
        has_floor: Whether to measure the noise floor of a layer at its first
            capture.

    Attributes:
        climb: Does the ascents. It may be replaced by what has them done
            elsewhere.
    """

    def __init__(
        self, *, seed: int, num_steps: int | None, has_floor: bool
    ) -> None:
        self._seed = seed
        self._num_steps = num_steps
        self._has_floor = has_floor
        self._memory = PatternMemory()
        self._foreseen: dict[str, Hashable] = {}
        self.climb: Climb = climb_here

    def draw(
        self, prepared: PreparedPatterns, slot: Slot, digests: Digests
    ) -> list[DrawnPatterns]:
        """Return the picture and the record of each layer.

        Args:
            prepared: What draws them.
            slot: The capture's place in the log.
            digests: Digests of the weights as they are.
        """
        self._memory.begin_capture(slot.index)
        sources = sources_of(prepared, digests)
        kept = [
            self._kept(layer, source)
            for layer, source in zip(prepared.layers, sources, strict=True)
        ]
        is_any_new = any(last is None for last in kept)
        activations = prepared.activations() if is_any_new else {}

        def drawn(layer: PreparedLayer, source: Hashable) -> DrawnPatterns:
            excitation = prepared.excitation(layer, activations)
            return self._drawn(layer, excitation, source, slot.step)

        return [
            drawn(layer, source) if last is None else self._repeated(last)
            for layer, source, last in zip(
                prepared.layers, sources, kept, strict=True
            )
        ]

    def new_share(self, prepared: PreparedPatterns, digests: Digests) -> float:
        """Return the share of filters that are no longer as drawn last."""
        num_new = sum(
            len(layer.filters)
            for layer, source in zip(
                prepared.layers, sources_of(prepared, digests), strict=True
            )
            if self._kept(layer, source) is None
        )
        return num_new / sum(len(layer.filters) for layer in prepared.layers)

    def keep(self) -> None:
        """Note that the last capture is in the log."""
        self._memory.keep()

    def forget(self) -> None:
        """Forget earlier captures: the log is another one or was removed."""
        self._memory = PatternMemory()

    def due(
        self, prepared: PreparedPatterns, digests: Digests
    ) -> list[AscentOf]:
        """Return the ascents that a capture of these weights will take.

        Call it for every capture, in their order, before any of them is
        drawn: what repeats an earlier picture takes none.
        """
        due: list[AscentOf] = []
        for layer, source in zip(
            prepared.layers, sources_of(prepared, digests), strict=True
        ):
            known = self._foreseen.get(layer.path)
            self._foreseen[layer.path] = source
            if known == source:
                continue
            due.append(picture_ascent(layer, self._seed, self._num_steps))
            if known is None and self._has_floor:
                due += floor_ascents(layer, self._seed, self._num_steps)
        return due

    def recall(
        self,
        prepared: PreparedPatterns,
        records: Mapping[str, PatternLayer],
        step: int,
    ) -> None:
        """Take layers of a capture in the log as drawn by this process.

        Their pictures are drawn once more, because later ones are compared
        with them and the log may hold them compressed. The first capture of a
        layer must come before any other.

        Args:
            prepared: What draws them, with the weights of that capture.
            records: Records of the layers, by path.
            step: Step of the capture.

        Raises:
            ValueError: They were drawn in another way, or of other weights.
        """
        activations = prepared.activations()
        for layer, source in zip(
            prepared.layers, sources_of(prepared, Digests()), strict=True
        ):
            record = records.get(layer.path)
            if record is None:
                continue
            excitation = prepared.excitation(layer, activations)
            patterns = self._patterns(layer, excitation)
            check_same(patterns, record, step)
            state = state_of(layer, patterns, excitation)
            floor = recorded_floor(record)
            self._memory.recall(DrawnLayer(step, source, record, state, floor))
            self._foreseen[layer.path] = source

    def floor_share(self, prepared: PreparedPatterns) -> float:
        """Return the pictures that the next capture draws for the floor.

        As a share of those that are shown.
        """
        if not self._has_floor or not self._memory.is_empty():
            return 0.0
        num_more = sum(
            len(ascent.filters)
            for layer in prepared.layers
            for ascent in floor_ascents(layer, self._seed, self._num_steps)
        )
        return num_more / sum(len(layer.filters) for layer in prepared.layers)

    def notes(self) -> list[str]:
        """Return what is to be said of the capture, before it is kept."""
        if not self._memory.is_cut_off():
            return []
        return [
            "Captures from before the restart are not compared with: changes "
            "since the baseline are unknown."
        ]

    def _kept(
        self, layer: PreparedLayer, source: Hashable
    ) -> DrawnLayer | None:
        """Return the newest capture of the layer, if it is of this source."""
        last = self._memory.newest(layer.path)
        if last is None or not has_all(last.state, layer.filters):
            return None
        return last if last.source == source else None

    def _drawn(
        self,
        layer: PreparedLayer,
        excitation: Excitation | None,
        source: Hashable,
        step: int,
    ) -> DrawnPatterns:
        patterns = self._patterns(layer, excitation)
        state = state_of(layer, patterns, excitation)
        floor = self._floor(layer, patterns)
        measures, layer_measures = self._changes(layer.path, state)
        picture, record = written(
            patterns, layer.engine, {**measures, **floor}, layer_measures
        )
        self._memory.hold(DrawnLayer(step, source, record, state, floor))
        return DrawnPatterns(picture, record, patterns)

    def _repeated(self, last: DrawnLayer) -> DrawnPatterns:
        """Return the record that points at the picture in the log."""
        baseline = self._memory.baseline(last.record.path)
        measures: dict[str, FloatArray] = {}
        layer_measures: dict[str, float] = {}
        for since in _SINCE if last is baseline else _SINCE[:1]:
            measures |= no_change(last.state, since)
            layer_measures |= no_layer_change(last.state, since)
        picture, record = repeated(
            last.record, last.step, measures, layer_measures
        )
        return DrawnPatterns(picture, record, None)

    def _patterns(
        self,
        layer: PreparedLayer,
        excitation: Excitation | None,
    ) -> Patterns:
        ascent = picture_ascent(layer, self._seed, self._num_steps)
        climbed = self.climb(layer, ascent)
        return layer.engine.patterns(layer.filters, climbed, excitation)

    def _floor(
        self, layer: PreparedLayer, patterns: Patterns
    ) -> Mapping[str, FloatArray]:
        """Return what likeness shows where no weight has changed.

        NaN for filters that others stand for.
        """
        path, filters = layer.path, layer.filters
        for last in (self._memory.newest(path), self._memory.first(path)):
            if last is not None and has_all(last.state, filters):
                return narrowed_floor(last.floor, last.state, filters)
        if not self._has_floor:
            return {}
        measured = [filters.index(index) for index in floor_filters(filters)]
        floor: dict[str, FloatArray] = {}
        for name, ascent in zip(
            ("floor", "seed"),
            floor_ascents(layer, self._seed, self._num_steps),
            strict=True,
        ):
            again = self.climb(layer, ascent).images
            floor |= picture_likeness(patterns.images[measured], again, name)
        return spread_out(floor, measured, len(filters))

    def _changes(
        self, path: str, now: LayerState
    ) -> tuple[dict[str, FloatArray], dict[str, float]]:
        first = self._memory.first(path)
        unit = now if first is None else narrowed(first.state, now.filters)
        earlier = self._memory.newest(path), self._memory.baseline(path)
        measures: dict[str, FloatArray] = {}
        layer_measures: dict[str, float] = {}
        for since, drawn in zip(_SINCE, earlier, strict=True):
            then = None
            if drawn is not None:
                then = narrowed(drawn.state, now.filters)
            measures |= filter_changes(now, then, since, unit)
            layer_measures |= layer_change(now, then, since)
        return measures, layer_measures


def state_of(
    layer: PreparedLayer, patterns: Patterns, excitation: Excitation | None
) -> LayerState:
    """Return what of a layer later captures are compared with."""
    return LayerState(
        filters=layer.filters,
        images=patterns.images,
        weights=own_weights(layer.engine.located.layer, layer.filters),
        excitation=excitation,
    )


def sources_of(prepared: PreparedPatterns, digests: Digests) -> list[Hashable]:
    """Return what the picture of each layer depends on."""
    return [
        (prepared.signature, digests.of(layer.engine.weights))
        for layer in prepared.layers
    ]
