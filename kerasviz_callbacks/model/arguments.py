"""Checks and normalizes the arguments that name layers, filters and sizes.

Everything that can be checked without a model is checked without one, so that a
wrong argument fails on the line where it was written. `choose_layers` then
resolves the names of layers on a model, each layer once.

A call of an earlier version gets an error that says how to write it today, and
a keyword that nobody knows gets the nearest one that is known: `says_moved`.
"""

import difflib
import functools
import inspect
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, SupportsIndex, TypeAlias, TypeVar, cast

import keras

from kerasviz_callbacks.model.layers import Located, find_layer
from kerasviz_callbacks.model.probe import Probe

LayersLike: TypeAlias = str | keras.Layer | Iterable[str | keras.Layer]
FiltersLike: TypeAlias = int | Iterable[int]
Function = TypeVar("Function", bound=Callable[..., Any])
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
            f"{size!r}. Omit it for the model's own size."
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
            f"steps must be a positive whole number — got {steps!r}. Omit it "
            "for the preset's."
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


def says_moved(
    name: str, moved: Mapping[str, str]
) -> Callable[[Function], Function]:
    """Return a decorator: it explains a call of an earlier version.

    Args:
        name: What is called, for the messages.
        moved: Old keywords, and how to write them now; `{}` in it stands for
            the value that was given.

    Raises:
        TypeError: By the decorated function, if an argument is not known or
            given by place where it is a keyword.
    """

    def decorator(function: Function) -> Function:
        parameters = inspect.signature(function).parameters
        by_place = [p.name for p in parameters.values() if _is_by_place(p)]
        by_name = [p.name for p in parameters.values() if not _is_by_place(p)]

        @functools.wraps(function)
        def checked(*args: Any, **given: Any) -> Any:
            if len(args) > len(by_place):
                places = [one for one in by_place if one != "self"]
                raise TypeError(
                    f"{name} takes {', '.join(places)} by place and all else "
                    f"by keyword — got {len(args) - len(by_place)} more by "
                    f"place. Name it: {'=…, '.join(by_name[:4])}=…"
                )
            for keyword, value in given.items():
                if keyword not in parameters:
                    raise TypeError(
                        _unknown(name, keyword, value, moved, list(parameters))
                    )
            return function(*args, **given)

        return cast(Function, checked)

    return decorator


def _is_by_place(parameter: inspect.Parameter) -> bool:
    return parameter.kind is not inspect.Parameter.KEYWORD_ONLY


def _unknown(
    name: str, keyword: str, value: Any, moved: Mapping[str, str], known: Any
) -> str:
    if keyword in moved:
        words = moved[keyword].format(_short(value))
        return f"{name}({keyword}=…) has moved. Write {words}."
    near = difflib.get_close_matches(keyword, known, n=1)
    if near:
        return f"{name} has no argument {keyword!r}. Did you mean {near[0]}=?"
    names = ", ".join(one for one in known if one != "self")
    return f"{name} has no argument {keyword!r} — it has {names}."


def _short(value: Any) -> str:
    """Return the value as one would write it, or a dot for what is long."""
    words = repr(value)
    return words if len(words) <= 40 and not words.startswith("<") else "…"
