"""Draws the layers of a pattern capture, each compared with earlier captures.

What one capture computes, filter by filter:

| weights below the layer | ascent | images | picture                       |
|-------------------------|--------|--------|-------------------------------|
| seen for the first time | once   | once   | new                           |
| changed                 | once   | once   | new                           |
| changed, no time left   | no     | no     | none; see `choice`            |
| not changed             | no     | no     | the last one                  |

The noise floor of a layer is measured when all its filters are drawn once more,
if there is time left: two ascents of some of them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from kerasviz_callbacks.captures.drawing import (
    NO_LIMIT,
    Limit,
    Picture,
    Slot,
)
from kerasviz_callbacks.captures.filters.ascents import (
    AscentOf,
    Climb,
    climb_here,
)
from kerasviz_callbacks.captures.filters.change import LayerState, state_of
from kerasviz_callbacks.captures.filters.choice import Meter, waves
from kerasviz_callbacks.captures.filters.floor import Floors, ShownLayer
from kerasviz_callbacks.captures.filters.memory import (
    DrawnLayer,
    Floor,
    PatternMemory,
    changes,
    narrowed_excitation,
    no_changes,
)
from kerasviz_callbacks.captures.filters.record import (
    ShownFilters,
    check_same,
    drawn_before,
    drawn_now,
    recorded_floor,
    repeated,
    together,
    written,
)
from kerasviz_callbacks.model import Digests
from kerasviz_callbacks.model.devices import joined
from kerasviz_callbacks.patterns import (
    Excitation,
    Exemplars,
    Patterns,
    PreparedLayer,
    PreparedPatterns,
)
from kerasviz_callbacks.patterns.ascent import Climbed
from tb_plugin.contract import PatternLayer


@dataclass(frozen=True)
class DrawnPatterns:
    """One layer of a capture.

    Attributes:
        picture: To be written.
        record: Of it.
        patterns: What was drawn; None if an earlier picture is repeated.
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
        has_floor: Whether to measure the noise floor of layers.

    Attributes:
        climb: Does the ascents. It may be replaced by what has them done
            elsewhere.
    """

    def __init__(
        self, *, seed: int, num_steps: int | None, has_floor: bool
    ) -> None:
        self._seed = seed
        self._num_steps = num_steps
        self._memory = PatternMemory()
        self._floors = Floors(
            self._memory, seed=seed, num_steps=num_steps, is_wanted=has_floor
        )
        self._foreseen: dict[str, Hashable] = {}
        self.climb: Climb = climb_here

    def draw(
        self,
        prepared: PreparedPatterns,
        slot: Slot,
        digests: Digests,
        limit: Limit = NO_LIMIT,
    ) -> tuple[list[DrawnPatterns], Meter]:
        """Return the picture and the record of each layer, and what it took.

        Layers of which nothing can be shown within the limit are left out.

        Args:
            prepared: What draws them.
            slot: The capture's place in the log.
            digests: Digests of the weights as they are.
            limit: How much may be drawn.
        """
        sources = sources_of(prepared, digests)
        self._memory.begin_capture(slot.index, sources)
        meter = Meter()
        shown = self._shown(prepared, sources, limit, meter)
        is_any_new = any(one.filters and not one.repeats for one in shown)
        activations = prepared.activations() if is_any_new else {}
        exemplars = (
            prepared.exemplars(activations, limit.seconds) if is_any_new else {}
        )
        drawn = []
        for one in shown:
            if one.repeats:
                drawn.append(self._repeated(one.repeats))
            elif one.filters:
                excitation = prepared.excitation(
                    one.layer, activations, one.filters, exemplars
                )
                floor = self._floors.of(one, limit, meter, self.climb)
                beside = excitation, exemplars.get(one.layer.path)
                drawn.append(self._drawn(one, beside, floor, slot.step))
        return drawn, meter

    def num_new(self, prepared: PreparedPatterns, digests: Digests) -> int:
        """Return how many filters are no longer as drawn last."""
        wanted = self._wanted(prepared, sources_of(prepared, digests))
        return sum(map(len, wanted.values()))

    def keep(self) -> None:
        """Note that the last capture is in the log."""
        self._memory.keep()

    def forget(self) -> None:
        """Forget earlier captures: the log is another one or was removed."""
        self._memory.forget()

    def due(
        self, prepared: PreparedPatterns, digests: Digests
    ) -> list[AscentOf]:
        """Return the ascents that a capture of these weights will take.

        Call it for every capture, in their order, before any of them is
        drawn: what repeats an earlier picture takes none.
        """
        due: list[AscentOf] = []
        sources = sources_of(prepared, digests)
        for layer in prepared.layers:
            path, source = layer.path, sources[layer.path]
            known = self._foreseen.get(path)
            self._foreseen[path] = source
            if known == source:
                continue
            due.append(self._ascent(layer, layer.filters))
            if known is not None:
                due += self._floors.due(path, layer.filters)
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
        exemplars = prepared.exemplars(activations, NO_LIMIT.seconds)
        sources = sources_of(prepared, Digests())
        for layer in prepared.layers:
            path, filters = layer.path, layer.filters
            if (record := records.get(path)) is None:
                continue
            excited = prepared.excitation(
                layer, activations, filters, exemplars
            )
            climbed = self.climb(layer, self._ascent(layer, filters))
            margin = self._memory.margin(path, climbed)
            patterns = layer.engine.patterns(filters, climbed, excited, margin)
            check_same(patterns, record, step)
            beside = excited, exemplars.get(path)
            state = _state(layer, drawn_now(patterns), beside)
            self._memory.recall(DrawnLayer(step, sources[path], record, state))
            if floor := recorded_floor(record):
                self._memory.keep_floor(path, floor)
            self._foreseen[path] = sources[path]

    def statuses(self, path: str) -> dict[int, str]:
        """Return the status of each filter in the newest capture kept."""
        return {
            index: drawn.record.status[drawn.record.filters.index(index)]
            for index, drawn in self._memory.newest(path).items()
        }

    def notes(self) -> list[str]:
        """Return what is to be said of the capture, before it is kept."""
        if not self._memory.is_cut_off():
            return []
        return [
            "Captures from before the restart are not compared with: changes "
            "since the baseline are unknown."
        ]

    def _ascent(
        self, layer: PreparedLayer, filters: tuple[int, ...]
    ) -> AscentOf:
        return AscentOf(layer.path, filters, self._seed, self._num_steps)

    def _wanted(
        self, prepared: PreparedPatterns, sources: Mapping[str, Hashable]
    ) -> dict[str, tuple[int, ...]]:
        """Return the filters that need a new pattern, by path."""
        wanted = {}
        for layer in prepared.layers:
            path, filters = layer.path, layer.filters
            current = self._memory.current(path, sources[path], filters)
            if missing := tuple(i for i in filters if i not in current):
                wanted[path] = missing
        return wanted

    def _shown(
        self,
        prepared: PreparedPatterns,
        sources: Mapping[str, Hashable],
        limit: Limit,
        meter: Meter,
    ) -> list[ShownLayer]:
        """Climb as far as the limit allows; return what can be shown."""
        layers = {layer.path: layer for layer in prepared.layers}
        parts: dict[str, list[tuple[tuple[int, ...], Climbed]]] = {}
        wanted = self._wanted(prepared, sources)
        num_wanted = sum(map(len, wanted.values()))
        for chosen in waves(wanted, self._memory.newest, limit, meter):
            for path, filters in chosen.items():
                if limit.tell is not None:
                    limit.tell(path, meter.count, num_wanted)
                ascent = self._ascent(layers[path], filters)
                climbed = meter.run(self.climb, layers[path], ascent)
                parts.setdefault(path, []).append((filters, climbed))
        found = []
        for path, layer in layers.items():
            fresh = [f for filters, _ in parts.get(path, []) for f in filters]
            ends = [climbed for _, climbed in parts.get(path, [])]
            found.append(
                ShownLayer(
                    layer,
                    sources[path],
                    tuple(fresh),
                    joined(ends) if ends else None,
                    self._memory.current(path, sources[path], layer.filters),
                )
            )
        return found

    def _drawn(
        self,
        shown: ShownLayer,
        beside: tuple[Excitation | None, Exemplars | None],
        floor: Floor,
        step: int,
    ) -> DrawnPatterns:
        layer, filters = shown.layer, shown.filters
        excitation, exemplars = beside
        parts = [
            drawn_before(drawn, (index,))
            for index, drawn in shown.current.items()
        ]
        patterns = None
        if shown.climbed is not None:
            patterns = layer.engine.patterns(
                shown.fresh,
                shown.climbed,
                narrowed_excitation(
                    excitation, [filters.index(i) for i in shown.fresh]
                ),
                self._memory.margin(layer.path, shown.climbed),
            )
            parts.append(drawn_now(patterns))
        all_of_it = together(parts, filters)
        if patterns is None:  # from several captures, in one from now on
            all_of_it = all_of_it.afresh()
        state = _state(layer, all_of_it, beside)
        measures, layer_measures = changes(state, self._memory, layer.path)
        picture, record = written(
            all_of_it,
            layer.engine,
            {**measures, **floor},
            layer_measures,
            exemplars,
        )
        self._memory.hold(DrawnLayer(step, shown.source, record, state))
        return DrawnPatterns(picture, record, patterns)

    def _repeated(self, last: DrawnLayer) -> DrawnPatterns:
        """Return the record that points at the picture in the log."""
        measures, layer_measures = no_changes(last, self._memory)
        picture, record = repeated(
            last.record, last.step, measures, layer_measures
        )
        return DrawnPatterns(picture, record, None)


def _state(
    layer: PreparedLayer,
    shown: ShownFilters,
    beside: tuple[Excitation | None, Exemplars | None],
) -> LayerState:
    return state_of(layer, shown.filters, shown.images, shown.is_finite, beside)


def sources_of(
    prepared: PreparedPatterns, digests: Digests
) -> dict[str, Hashable]:
    """Return what the pictures of each layer depend on, by path."""
    return {
        layer.path: (prepared.signature, digests.of(layer.engine.weights))
        for layer in prepared.layers
    }
