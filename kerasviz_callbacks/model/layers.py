"""Lists the layers of a model and finds them by path.

A layer's path is its address: names from the outside in, joined by `/`, as
`model.get_layer` would be called along the way (`backbone/conv4`). Layers are
found through Keras' own flattening, which also sees layers that a subclassed
model keeps in attributes, lists, dicts and wrappers.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

MAX_NAMES_IN_ERROR = 10

_CONVOLUTIONS = (
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
    keras.layers.SeparableConv1D,
    keras.layers.SeparableConv2D,
    keras.layers.DepthwiseConv1D,
    keras.layers.DepthwiseConv2D,
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


@dataclass(frozen=True)
class LayerPath:
    """One convolution of a model, as `layer_paths` lists it.

    Attributes:
        path: Names from the outside in, joined by `/`.
        kind: Class name of the layer.
        filters: Number of output channels; None if not known yet.
        output_shape: Shape of the output, with None for unknown sizes; None
            before the layer's first use.
    """

    path: str
    kind: str
    filters: int | None
    output_shape: tuple[int | None, ...] | None


@dataclass(frozen=True)
class Located:
    """A layer, or an operation of a functional model, and its path.

    Attributes:
        path: Its address.
        layer: The layer whose output is meant.
        holder: The layer at that path, which holds the filters' weights, if
            their output is that of another one; see `unit_of`.
    """

    path: str
    layer: keras.Layer
    holder: keras.Layer | None = None

    @property
    def named(self) -> keras.Layer:
        """The layer at the path."""
        return self.layer if self.holder is None else self.holder


def layer_paths(model: keras.Model) -> list[LayerPath]:
    """List every convolution of a model, nested to any depth.

    Args:
        model: A Keras model, built or not.

    Returns:
        One record per layer, in the order in which the model holds them. A
        layer that is used in several places is listed once.

    Example:
        >>> [record.path for record in layer_paths(model)]
        ['backbone/conv1', 'backbone/conv2']
    """
    check_model(model)
    return [
        LayerPath(
            path=located.path,
            kind=type(located.layer).__name__,
            filters=num_filters(located.layer),
            output_shape=_output_shape(located.layer),
        )
        for located in walk(model)
        if is_convolution(located.layer)
    ]


def find_layer(model: keras.Model, address: str | keras.Layer) -> Located:
    """Return the layer at `address`: a path, a short name, or the layer.

    Raises:
        TypeError: If the address is neither a string nor a layer.
        ValueError: If no layer, or more than one, has that address.
    """
    check_model(model)
    if isinstance(address, keras.Layer):
        return _locate(model, address)
    if not isinstance(address, str):
        raise TypeError(
            "A layer is given by its path or as a layer object — got "
            f"{address!r}. layer_paths(model) lists the convolutions."
        )
    everything = [*walk(model), *walk_operations(model)]
    exact = [found for found in everything if found.path == address]
    found = exact or [
        candidate
        for candidate in everything
        if candidate.path.endswith("/" + address)
    ]
    if len(found) == 1:
        return found[0]
    raise ValueError(_miss(address, found, everything))


def is_convolution(layer: keras.Layer) -> bool:
    """Return whether the layer is a convolution of any kind."""
    return isinstance(layer, _CONVOLUTIONS)


def num_filters(layer: keras.Layer) -> int | None:
    """Return the number of channels of the layer's output; None if unknown."""
    filters = getattr(layer, "filters", None)
    if filters is not None:
        return int(filters)
    shape = _output_shape(layer)
    if shape is None or len(shape) < 3:
        return None
    return shape[1 if is_channels_first(layer) else -1]


def is_channels_first(layer: keras.Layer) -> bool:
    """Return whether the layer's channels come before its spatial axes."""
    return getattr(layer, "data_format", None) == "channels_first"


def walk(model: keras.Model) -> Iterator[Located]:
    """Yield every layer below the model once, outer layers first."""
    yield from _walk(model, "", {id(model)})


def walk_operations(model: keras.Model) -> Iterator[Located]:
    """Yield every operation of functional models that is no layer, once.

    Such as the sum that `x + y` makes of two symbolic tensors. It has a name
    and is called like a layer, so that its result can be tapped like one.
    """
    seen: set[int] = set()
    for parent in (Located("", model), *walk(model)):
        prefix = f"{parent.path}/" if parent.path else ""
        for operation in getattr(parent.layer, "operations", ()):
            is_layer = isinstance(operation, keras.Layer)
            if not is_layer and id(operation) not in seen:
                seen.add(id(operation))
                yield Located(prefix + operation.name, operation)


def _walk(
    parent: keras.Layer, prefix: str, seen: set[int]
) -> Iterator[Located]:
    for layer in _children(parent):
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        path = prefix + layer.name
        yield Located(path, layer)
        yield from _walk(layer, path + "/", seen)


def _children(parent: keras.Layer) -> list[keras.Layer]:
    # Functional models and Sequential list their layers in the order of use;
    # `_flatten_layers` gives any other layer's own, whatever holds them.
    own = parent._flatten_layers(include_self=False, recursive=False)
    listed = parent.layers if isinstance(parent, keras.Model) else []
    return [*listed, *own]


def _locate(model: keras.Model, layer: keras.Layer) -> Located:
    for located in walk(model):
        if located.layer is layer:
            return located
    raise ValueError(
        f"The layer must be part of the model {model.name!r} — got "
        f"{layer.name!r}, which is not. Take it from the model itself, or "
        "give its path; layer_paths(model) lists the convolutions."
    )


def _miss(address: str, found: list[Located], everything: list[Located]) -> str:
    if found:
        same = len({candidate.path for candidate in found}) < len(found)
        names = ", ".join(repr(candidate.path) for candidate in found)
        todo = "the layer object itself" if same else "one of these paths"
        return (
            f"A layer's address must be unambiguous — {address!r} could be "
            f"{names}. Give {todo}."
        )
    return (
        f"There is no layer {address!r} in this model. Nearest: "
        f"{_nearest(address, everything)}. "
        "layer_paths(model) lists the convolutions."
    )


def _nearest(address: str, everything: list[Located]) -> str:
    short = address.rsplit("/", 1)[-1]
    scores = [
        difflib.SequenceMatcher(None, short, located.layer.name).ratio()
        for located in everything
    ]
    order = sorted(range(len(scores)), key=lambda index: -scores[index])
    names = [everything[index].path for index in order[:MAX_NAMES_IN_ERROR]]
    return ", ".join(repr(name) for name in names) or "none, it has no layers"


def _output_shape(layer: keras.Layer) -> tuple[int | None, ...] | None:
    """Return the shape from the layer's place in a graph, or its build."""
    nodes = getattr(layer, "_inbound_nodes", [])
    if nodes:
        return _without_batch(getattr(nodes[0].outputs[0], "shape", None))
    config = layer.get_build_config() if layer.built else None
    if not config or "input_shape" not in config:
        return None
    try:
        return _without_batch(layer.compute_output_shape(config["input_shape"]))
    except (NotImplementedError, TypeError, ValueError):
        return None  # a custom layer that cannot tell: "where known"


def _without_batch(shape: Any) -> tuple[int | None, ...] | None:
    return None if shape is None else (None, *shape[1:])


def check_model(model: object) -> None:
    """Raise TypeError if this is not a Keras model."""
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"model must be a keras.Model — got {model!r}. "
            "A single layer can be wrapped in keras.Sequential([...])."
        )
