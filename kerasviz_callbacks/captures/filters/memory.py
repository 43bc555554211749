"""Remembers, filter by filter, the first and the newest patterns of each layer.

A capture counts only once it is in the log: one that could not be written is
neither compared with nor pointed at. It may hold a part of a layer's filters,
so that the newest patterns of a layer may come from several captures.

Captures of an earlier process are not compared with. The log holds their
pictures, but not the weights and activations, so that half of the changes
would be of one baseline and half of another. After a restart all changes since
the baseline are unknown, and those since the previous capture begin anew.
A backfill has the weights, and recalls what it needs.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.filters.change import (
    LayerState,
    filter_changes,
    layer_change,
    no_change,
    no_layer_change,
)
from kerasviz_callbacks.patterns import Excitation, margin_px
from kerasviz_callbacks.patterns.ascent import Climbed
from tb_plugin.contract import PatternLayer


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """The patterns of one layer in one capture.

    Attributes:
        step: Where their picture lies.
        source: What they were drawn from; equal sources give equal pictures.
        record: As written.
        state: What other captures are compared with.
    """

    step: int
    source: Hashable
    record: PatternLayer
    state: LayerState


ByFilter: TypeAlias = Mapping[int, DrawnLayer]
Floor: TypeAlias = Mapping[str, FloatArray]


class PatternMemory:
    """The first and the newest patterns of each filter of a stream."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget all: the log is another one or was removed."""
        self._is_continued = False  # the log has captures not remembered
        self._first: dict[str, dict[int, DrawnLayer]] = {}
        self._newest: dict[str, dict[int, DrawnLayer]] = {}
        self._pending: list[DrawnLayer] = []
        self._baseline: dict[str, Hashable] = {}  # sources
        self._floors: dict[str, Floor] = {}
        self._margins: dict[tuple[str, int, int], int] = {}

    def begin_capture(
        self, num_written: int, sources: Mapping[str, Hashable]
    ) -> None:
        """Look at the log before a capture.

        Args:
            num_written: Captures of the stream that lie in it; 0 also if it
                was removed.
            sources: What the patterns of each layer depend on, by path.
        """
        self._pending.clear()
        if not num_written:
            self.forget()
            self._baseline = dict(sources)
        elif not self._newest:
            self._is_continued = True

    def is_cut_off(self) -> bool:
        """Return whether the log goes on where nothing is remembered."""
        return self._is_continued and not self._newest

    def hold(self, drawn: DrawnLayer) -> None:
        """Take what was drawn, until it is in the log."""
        self._pending.append(drawn)

    def keep(self) -> None:
        """Note that what was held lies in the log."""
        for drawn in self._pending:
            self.recall(drawn)
        self._pending.clear()

    def recall(self, drawn: DrawnLayer) -> None:
        """Take what was drawn as remembered; the newest comes last."""
        path = drawn.record.path
        by_filter = dict.fromkeys(drawn.state.filters, drawn)
        self._baseline.setdefault(path, drawn.source)
        self._newest[path] = {**self._newest.get(path, {}), **by_filter}
        self._first[path] = {**by_filter, **self._first.get(path, {})}

    def newest(self, path: str) -> ByFilter:
        """Return the newest patterns that are remembered, by filter."""
        return self._newest.get(path, {})

    def first(self, path: str) -> ByFilter:
        """Return the first patterns that are remembered, by filter."""
        return self._first.get(path, {})

    def baseline(self, path: str) -> ByFilter:
        """Return those of them that show the weights of the first capture."""
        if self._is_continued:
            return {}
        source = self._baseline.get(path)
        return {
            index: drawn
            for index, drawn in self.first(path).items()
            if drawn.source == source
        }

    def current(
        self, path: str, source: Hashable, filters: Iterable[int]
    ) -> dict[int, DrawnLayer]:
        """Return the filters whose newest patterns are of this source."""
        newest = self.newest(path)
        return {
            index: newest[index]
            for index in filters
            if index in newest and newest[index].source == source
        }

    def floor(self, path: str) -> Floor | None:
        """Return the noise floor of all the layer's filters, once known."""
        return self._floors.get(path)

    def margin(self, path: str, climbed: Climbed) -> int:
        """Return the width of the border that a layer's pictures leave out.

        That of its first ascents on such a canvas: pictures of one size can be
        compared.
        """
        height, width = climbed.images.shape[1:3]
        where = (path, height, width)
        if where not in self._margins:
            self._margins[where] = margin_px(climbed)
        return self._margins[where]

    def keep_floor(self, path: str, floor: Floor) -> None:
        """Remember what likeness shows where no weight has changed."""
        self._floors[path] = floor


def groups(
    found: Sequence[ByFilter], filters: Iterable[int]
) -> dict[tuple[DrawnLayer | None, ...], tuple[int, ...]]:
    """Return the filters by the captures that hold them in each of `found`."""
    grouped: dict[tuple[DrawnLayer | None, ...], tuple[int, ...]] = {}
    for index in filters:
        captures = tuple(each.get(index) for each in found)
        grouped[captures] = (*grouped.get(captures, ()), index)
    return grouped


_SINCE = ("previous", "baseline")


def changes(
    now: LayerState, memory: PatternMemory, path: str
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    """Return the changes of a layer's filters, and those of the layer.

    A filter's previous capture is the newest that drew it.
    """
    measures: dict[str, FloatArray] = {}
    layer_measures: dict[str, float] = {}
    first = memory.first(path)
    earlier = memory.newest(path), memory.baseline(path)
    for since, then in zip(_SINCE, earlier, strict=True):
        parts = []
        for (was, unit), filters in groups((then, first), now.filters).items():
            some = narrowed(now, filters)
            before = narrowed(was.state, filters) if was else None
            scale = narrowed(unit.state, filters) if unit else some
            parts.append((filters, filter_changes(some, before, since, scale)))
        measures |= spread_out(parts, now.filters)
        newest = max(then.values(), key=lambda one: one.step, default=None)
        state = newest.state if newest else None
        layer_measures |= layer_change(now, state, since)
    return measures, layer_measures


def no_changes(
    last: DrawnLayer, memory: PatternMemory
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    """Return the same of a layer that is as it was drawn last.

    What changed since the baseline is as it was then; nothing did if that was
    the baseline's weights.
    """
    measures: dict[str, FloatArray] = {}
    layer_measures: dict[str, float] = {}
    baseline = memory.baseline(last.record.path).values()
    is_as_first = any(one.source == last.source for one in baseline)
    for since in _SINCE if is_as_first else _SINCE[:1]:
        measures |= no_change(last.state, since)
        layer_measures |= no_layer_change(last.state, since)
    return measures, layer_measures


def spread_out(
    parts: Iterable[tuple[tuple[int, ...], Mapping[str, FloatArray]]],
    filters: tuple[int, ...],
) -> dict[str, FloatArray]:
    """Return measures of parts of the filters as those of all of them.

    NaN for filters that are in none of the parts.
    """
    found: dict[str, FloatArray] = {}
    for some, measures in parts:
        places = [filters.index(index) for index in some]
        for name, values in measures.items():
            found.setdefault(name, np.full(len(filters), np.nan))
            found[name][places] = values
    return found


def narrowed(state: LayerState, filters: tuple[int, ...]) -> LayerState:
    """Return what is known of these filters, each of which is there."""
    if state.filters == filters:
        return state
    places = [state.filters.index(index) for index in filters]
    weights, excitation = state.weights, state.excitation
    responses = state.responses
    return LayerState(
        filters=filters,
        images=state.images[places],
        weights=None if weights is None else weights[places],
        excitation=narrowed_excitation(excitation, places),
        is_finite=state.is_finite[places],
        responses=None if responses is None else responses.of(places),
    )


def narrowed_excitation(
    found: Excitation | None, places: list[int]
) -> Excitation | None:
    """Return the excitation of the filters at these places."""
    if found is None:
        return None
    columns = ("mean", "lowest", "highest", "peak", "place")
    return replace(
        found,
        **{name: getattr(found, name)[:, places] for name in columns},
        crop_image=found.crop_image[places],
        crop_box=found.crop_box[places],
    )
