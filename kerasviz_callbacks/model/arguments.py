"""Checks and normalizes the arguments that name layers, filters and sizes.

Everything that can be checked without a model is checked without one, so that a
wrong argument fails on the line where it was written. `choose_layers` then
resolves the names of layers on a model, each layer once.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, SupportsIndex, TypeAlias

import keras

from kerasviz_callbacks.model.layers import Located, find_layer
from kerasviz_callbacks.model.probe import Probe

LayersLike: TypeAlias = str | keras.Layer | Iterable[str | keras.Layer]
FiltersLike: TypeAlias = int | Iterable[int]
SizeLike: TypeAlias = int | tuple[int, int] | None


def as_layers(layers: LayersLike) -> str | tuple[str | keras.Layer, ...]:
    """Return `"auto"`, or the addresses of layers.

    Raises:
        TypeError: If they are neither addresses nor layers.
    """
    if isinstance(layers, str) and is_auto(layers):
        return layers
    one = isinstance(layers, str | keras.Layer)
    found = (layers,) if one else _as_tuple(layers)
    if found is None or not all(
        isinstance(item, str | keras.Layer) for item in found
    ):
        raise TypeError(
            "layers must be 'auto', a path, a layer object, or several of "
            f"them — got {layers!r}. layer_paths(model) lists the "
            "convolutions."
        )
    return found


def is_auto(layers: LayersLike | None) -> bool:
    """Return whether no layer is named."""
    return layers is None or (isinstance(layers, str) and layers == "auto")


def as_filters(filters: FiltersLike) -> int | tuple[int, ...]:
    """Return a number of filters, or their indices.

    Raises:
        TypeError: If it is neither a whole number nor several of them.
        ValueError: If there is none, or a negative one.
    """
    count = _as_int(filters)
    several = None if count is not None else _as_tuple(filters)
    indices = [_as_int(item) for item in several or ()]
    if count is None and (several is None or None in indices):
        raise TypeError(
            "filters must be a number of filters or their indices, whole "
            f"numbers — got {filters!r}."
        )
    chosen = tuple(index for index in indices if index is not None)
    if (count or len(chosen)) < 1 or min(chosen, default=0) < 0:
        raise ValueError(
            "filters must be a positive number, or indices from 0 on — got "
            f"{filters!r}."
        )
    return chosen if count is None else count


def as_size(size: SizeLike) -> tuple[int, int] | None:
    """Return (height, width) of a canvas; None for the model's own size.

    Raises:
        ValueError: If it is not one or two positive whole numbers.
    """
    if size is None:
        return None
    side = _as_int(size)
    sides = (side, side) if side is not None else _as_tuple(size) or ()
    height, width = map(_as_int, sides) if len(sides) == 2 else (None, None)
    if height is None or width is None or min(height, width) < 1:
        raise ValueError(
            "size must be a side in pixels or (height, width) — got "
            f"{size!r}. Leave it out for the model's own size."
        )
    return height, width


def as_steps(steps: int | None) -> int | None:
    """Return the number of ascent steps; None for the preset's number.

    Raises:
        ValueError: If it is not a positive whole number.
    """
    number = _as_int(steps)
    if steps is not None and (number is None or number < 1):
        raise ValueError(
            f"steps must be a positive whole number — got {steps!r}. Leave it "
            "out for the preset's."
        )
    return number


def _as_int(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    try:
        return operator.index(value)
    except TypeError:  # an array of several numbers
        return None


def _as_tuple(values: Any) -> tuple[Any, ...] | None:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return None
    return tuple(values)


def choose_layers(
    probe: Probe,
    layers: LayersLike | None,
    automatic: Callable[[], Sequence[Located]],
) -> tuple[Located, ...]:
    """Return the requested layers, each once.

    Args:
        probe: Probe of the model.
        layers: A path, a layer, or several of them. `None` and `"auto"` stand
            for `automatic`.
        automatic: Function that returns the layers to use when none is named.

    Raises:
        ValueError: If there is no layer, a name is not found, or two layers
            have the same path.
    """
    chosen: Sequence[Located]
    if layers is None or is_auto(layers):
        chosen = automatic()
    elif isinstance(layers, str | keras.Layer):
        chosen = (find_layer(probe.model, layers),)
    else:
        chosen = tuple(find_layer(probe.model, layer) for layer in layers)
    if not chosen:
        raise ValueError(
            f"layers must name at least one layer — got {layers!r}, which "
            f"finds none in {probe.model.name!r} with feature maps. "
            "layer_paths(model) lists the convolutions."
        )
    once = tuple({id(one.layer): one for one in chosen}.values())
    paths = [one.path for one in once]
    if len(set(paths)) < len(paths):
        raise ValueError(
            "Layers drawn together must differ in their paths — got "
            f"{', '.join(map(repr, paths))}. Give nested models names of "
            "their own, or draw one at a time."
        )
    return once
