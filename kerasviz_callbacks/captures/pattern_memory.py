"""Remembers the first and the newest patterns of each layer.

A capture counts only once it is in the log: one that could not be written is
neither compared with nor pointed at.

Captures of an earlier process are not compared with. The log holds their
pictures, but not the weights and activations, so that half of the changes
would be of one baseline and half of another. After a restart all changes since
the baseline are unknown, and those since the previous capture begin anew.
A backfill has the weights, and recalls what it needs.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.pattern_change import LayerState
from kerasviz_callbacks.patterns import Excitation, PreparedPatterns
from tb_plugin.contract import PatternLayer


@dataclass(frozen=True)
class DrawnLayer:
    """The patterns of one layer in one capture.

    Attributes:
        step: where their picture lies.
        source: what they were drawn from; equal sources give equal pictures.
        record: as written.
        state: what other captures are compared with.
        floor: what the measures of likeness show where no weight changed.
    """

    step: int
    source: Hashable
    record: PatternLayer
    state: LayerState
    floor: Mapping[str, FloatArray]


class PatternMemory:
    """The first and the newest capture of each layer of a stream."""

    def __init__(self) -> None:
        self._is_continued = False  # the log has captures not remembered
        self._first: dict[str, DrawnLayer] = {}
        self._newest: dict[str, DrawnLayer] = {}
        self._pending: dict[str, DrawnLayer] = {}

    def begin_capture(self, num_written: int) -> None:
        """Look at the log before a capture.

        Args:
            num_written: captures of the stream that lie in it; 0 also where
                it was removed.
        """
        self._pending.clear()
        if not num_written:
            self._first.clear()
            self._newest.clear()
            self._is_continued = False
        elif not self._newest:
            self._is_continued = True

    def is_empty(self) -> bool:
        """Return whether nothing was drawn yet."""
        return not self._newest

    def is_cut_off(self) -> bool:
        """Return whether the log goes on where nothing is remembered."""
        return self._is_continued and not self._newest

    def hold(self, drawn: DrawnLayer) -> None:
        """Take what was drawn, until it is in the log."""
        self._pending[drawn.record.path] = drawn

    def keep(self) -> None:
        """Note that what was held lies in the log."""
        self._newest |= self._pending
        self._first = self._pending | self._first

    def recall(self, drawn: DrawnLayer) -> None:
        """Take what an earlier process drew as remembered.

        The first capture of a layer comes first, the newest last.
        """
        self._newest[drawn.record.path] = drawn
        self._first.setdefault(drawn.record.path, drawn)

    def first(self, path: str) -> DrawnLayer | None:
        """Return the first capture of the layer that is remembered."""
        return self._first.get(path)

    def baseline(self, path: str) -> DrawnLayer | None:
        """Return it if it is the first one of the log as well."""
        return None if self._is_continued else self._first.get(path)

    def newest(self, path: str) -> DrawnLayer | None:
        """Return the newest capture of the layer that is remembered."""
        return self._newest.get(path)


Floor = Mapping[str, FloatArray]


def thinned(prepared: PreparedPatterns, share: float) -> PreparedPatterns:
    """Return what draws a share of each layer's filters, spread evenly."""
    one_in = round(1 / share)
    layers = tuple(
        replace(layer, filters=layer.filters[::one_in])
        for layer in prepared.layers
    )
    return replace(prepared, layers=layers)


def narrowed(state: LayerState, filters: tuple[int, ...]) -> LayerState:
    """Return what is known of these filters; all of it if one is missing."""
    if not has_all(state, filters) or state.filters == filters:
        return state
    places = [state.filters.index(index) for index in filters]
    weights, excitation = state.weights, state.excitation
    return LayerState(
        filters=filters,
        images=state.images[places],
        weights=None if weights is None else weights[places],
        excitation=_excitation(excitation, places),
    )


def narrowed_floor(
    floor: Floor, state: LayerState, filters: tuple[int, ...]
) -> Floor:
    """Return the floor of these filters, all of which the state knows."""
    places = [state.filters.index(index) for index in filters]
    return {name: values[places] for name, values in floor.items()}


def spread_out(
    measures: Floor, places: list[int], num_filters: int
) -> dict[str, FloatArray]:
    """Return measures of filters at these places as some of all of them.

    NaN for the others.
    """
    found: dict[str, FloatArray] = {}
    for name, values in measures.items():
        found[name] = np.full(num_filters, np.nan)
        found[name][places] = values
    return found


def has_all(state: LayerState, filters: tuple[int, ...]) -> bool:
    """Return whether all these filters are known."""
    return set(filters) <= set(state.filters)


def _excitation(
    found: Excitation | None, places: list[int]
) -> Excitation | None:
    if found is None:
        return None
    columns = ("mean", "lowest", "highest", "peak")
    return replace(
        found,
        **{name: getattr(found, name)[:, places] for name in columns},
        crop_image=found.crop_image[places],
        crop_box=found.crop_box[places],
    )
