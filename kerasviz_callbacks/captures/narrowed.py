"""Some of a layer's filters in all that is known of it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.pattern_change import LayerState
from kerasviz_callbacks.patterns.excitation import Excitation
from kerasviz_callbacks.patterns.preparation import PreparedPatterns

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
    """Tell whether all these filters are known."""
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
