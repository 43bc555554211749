"""Measures a layer's noise floor: how alike patterns are if no weight changed.

Some of a layer's filters are drawn twice more, from a start moved by a
millionth and from another seed. This is done once, when all of the layer's
filters are drawn for the second time, and stands in every record since: before
the first batch nobody should wait for it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.drawing import Limit
from kerasviz_callbacks.captures.filters.ascents import (
    AscentOf,
    Climb,
    floor_ascents,
    floor_filters,
)
from kerasviz_callbacks.captures.filters.change import picture_likeness
from kerasviz_callbacks.captures.filters.choice import Meter
from kerasviz_callbacks.captures.filters.memory import (
    DrawnLayer,
    Floor,
    PatternMemory,
    spread_out,
)
from kerasviz_callbacks.patterns import PreparedLayer, without_margin
from kerasviz_callbacks.patterns.ascent import Climbed


@dataclass(frozen=True)
class ShownLayer:
    """The filters of a layer whose patterns are right in this capture.

    Attributes:
        layer: The layer.
        source: What its patterns depend on.
        fresh: Filters that were drawn for it, and where their ascents ended.
        climbed: Likewise; None if there are none.
        current: Filters whose earlier patterns are of the same weights.
    """

    layer: PreparedLayer
    source: Hashable
    fresh: tuple[int, ...]
    climbed: Climbed | None
    current: Mapping[int, DrawnLayer]

    @property
    def filters(self) -> tuple[int, ...]:
        """All of them, in the order of the layer's."""
        return tuple(
            index
            for index in self.layer.filters
            if index in self.fresh or index in self.current
        )

    @property
    def repeats(self) -> DrawnLayer | None:
        """The capture that shows all of it already, if there is one."""
        captures = list({id(d): d for d in self.current.values()}.values())
        if self.fresh or len(captures) != 1:
            return None
        is_whole = captures[0].state.filters == self.filters
        return captures[0] if is_whole else None


class Floors:
    """Measures the noise floors of layers, each once.

    Args:
        memory: Earlier captures, and the floors that are known.
        seed: Seed of the pictures' starting noise.
        num_steps: Number of ascent steps; None takes the preset's.
        is_wanted: Whether to measure at all.
    """

    def __init__(
        self,
        memory: PatternMemory,
        *,
        seed: int,
        num_steps: int | None,
        is_wanted: bool,
    ) -> None:
        self._memory = memory
        self._seed = seed
        self._num_steps = num_steps
        self._is_wanted = is_wanted
        self._foreseen: set[str] = set()

    def due(self, path: str, filters: tuple[int, ...]) -> tuple[AscentOf, ...]:
        """Return the ascents that a layer's second capture will take."""
        is_known = self._memory.floor(path) is not None
        if not self._is_wanted or is_known or path in self._foreseen:
            return ()
        self._foreseen.add(path)
        return floor_ascents(path, filters, self._seed, self._num_steps)

    def of(
        self, shown: ShownLayer, limit: Limit, meter: Meter, climb: Climb
    ) -> Floor:
        """Return the floor of a layer's filters, measured if there is time.

        NaN for filters that others stand for; nothing if it is not known.
        """
        layer, path = shown.layer, shown.layer.path
        known = self._memory.floor(path)
        if known is None:
            if shown.climbed is None or not self._may(shown, limit, meter):
                return {}
            known = self._measured(shown, shown.climbed, meter, climb)
            self._memory.keep_floor(path, known)
        places = [layer.filters.index(index) for index in shown.filters]
        return {name: values[places] for name, values in known.items()}

    def _may(self, shown: ShownLayer, limit: Limit, meter: Meter) -> bool:
        filters = shown.layer.filters
        count = meter.count + 2 * len(floor_filters(filters))
        is_again = bool(self._memory.newest(shown.layer.path))
        is_whole = len(shown.fresh) == len(filters)
        is_paid = count <= limit.pictures and meter.seconds < limit.seconds
        return self._is_wanted and is_again and is_whole and is_paid

    def _measured(
        self,
        shown: ShownLayer,
        climbed: Climbed,
        meter: Meter,
        climb: Climb,
    ) -> Floor:
        layer, filters = shown.layer, shown.layer.filters
        chosen = floor_filters(filters)
        margin = self._memory.margin(layer.path, climbed)
        images = climbed.images[[shown.fresh.index(i) for i in chosen]]
        images = without_margin(images, margin)
        floor: dict[str, FloatArray] = {}
        for name, ascent in zip(
            ("floor", "seed"),
            floor_ascents(layer.path, filters, self._seed, self._num_steps),
            strict=True,
        ):
            again = meter.run(climb, layer, ascent).images
            floor |= picture_likeness(
                images, without_margin(again, margin), name
            )
        return spread_out([(chosen, floor)], filters)
