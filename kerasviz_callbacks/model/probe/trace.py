"""Traces a model once and records every layer call of its forward pass.

The whole forward pass is traced and never run. The trace shows which layers are
called, in what order and with what output shapes, and what the model's outputs
are. It finds what cannot work before the first batch.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import ImageShape
from kerasviz_callbacks.model.dependence import (
    PathGraph,
    ancestors,
    crossings,
    dependents,
    displaced,
    path_graph,
)
from kerasviz_callbacks.model.input import ModelInput, Shape
from kerasviz_callbacks.model.layers import (
    Located,
    walk,
    walk_operations,
)
from kerasviz_callbacks.model.output import named_outputs, output_specs
from kerasviz_callbacks.model.tap import (
    Answer,
    TapError,
    forward,
    unreachable,
)

# Layers that only pool, drop, copy or re-arrange: what is worth looking at is
# the activation that enters them.
_PASSIVE = (
    "Pooling",
    "Dropout",
    "Flatten",
    "Reshape",
    "Permute",
    "Identity",
    "InputLayer",
    "ZeroPadding",
    "Cropping",
    "UpSampling",
    "Resizing",
)
_PASSIVE_OPERATIONS = (
    "Cast",
    "ExpandDims",
    "Flip",
    "GetItem",
    "Identity",
    "Pad",
    "Reshape",
    "Slice",
    "Squeeze",
    "Transpose",
)

# What stands between an output and its nonlinearity: GELU is of x / sqrt(2).
_SCALING = ("Cast", "Identity", "IdentityN", "Mul", "Neg", "RealDiv")
_DEPTH = 2


@dataclass(frozen=True)
class LayerCall:
    """One call of one layer.

    Attributes:
        located: The layer.
        shape: Shape of its output.
        is_new: False if the output is a tensor that an inner layer has returned
            already (a nested model and its last layer).
        sees_image: Whether the output depends on the image, not only on other
            inputs.
        feeds: Indices of the model's outputs that depend on it.
        crossed_by: Indices of the outputs that all paths from the image to
            cross it.
        keeps_places: Whether its positions are known to lie as in the image,
            from the operations on the way.
        place: Index of this output among the tensors that the layer returned.
        rivals: Shapes of others of them that the model's outputs use as well.
        node: Number of its operation in the probe's `paths`; None if it lies on
            no path from the image to an output.
        output: Name of the operation that the output comes from.
        takes: Names of the operations that its inputs come from.
        num_uses: Number of operations that take the output.
        used_by: Kinds of these, and of those that take what they scale.
    """

    located: Located
    shape: Shape
    is_new: bool
    sees_image: bool
    feeds: tuple[int, ...]
    crossed_by: tuple[int, ...] = ()
    keeps_places: bool = True
    place: int = 0
    rivals: tuple[Shape, ...] = ()
    node: int | None = None
    output: str = ""
    takes: tuple[str, ...] = ()
    num_uses: int = 0
    used_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Probe:
    """The layer calls of a forward pass, in the order in which they end.

    Attributes:
        model: The traced model.
        spec: The inputs of the model.
        image_shape: (h, w, c) of the images that it was traced for.
        calls: Every call that a tap can see.
        inner: Layers that are called where a tap cannot see them.
        outputs: Name and shape of each of the model's outputs.
        paths: The operations between the image and the outputs.
        returned: Spec of what the model returned, in its nest.
    """

    model: keras.Model
    spec: ModelInput
    image_shape: ImageShape
    calls: tuple[LayerCall, ...]
    inner: tuple[Located, ...]
    outputs: tuple[tuple[str, Shape], ...]
    paths: PathGraph
    returned: Any = None

    def calls_of(self, layer: keras.Layer) -> tuple[LayerCall, ...]:
        """Return the calls of one layer, in order."""
        return tuple(call for call in self.calls if call.located.layer is layer)

    def ordinal(self, call: LayerCall) -> int:
        """Return which of its layer's calls one is, from 0 on."""
        calls = self.calls_of(call.located.layer)
        return next(i for i, each in enumerate(calls) if each is call)

    def num_calls(self, layer: keras.Layer) -> int:
        """Return how often the layer is called where a tap can see it."""
        return len(self.calls_of(layer))

    def place(self, layer: keras.Layer) -> int | None:
        """Return which of the tensors that the layer returns is taken."""
        places = [
            call.place for call in self.calls if call.located.layer is layer
        ]
        return places[-1] if places else None

    def rivalries(self, layers: Sequence[Located]) -> tuple[str, ...]:
        """Return which tensor is taken where the outputs use several."""
        return tuple(
            f"The layer {call.located.path!r} returns several tensors that the "
            f"output uses; number {call.place}, {call.shape}, is taken, not "
            f"{', '.join(map(str, call.rivals))}."
            for call in self.calls
            if call.rivals
            and any(call.located.layer is one.layer for one in layers)
        )

    def shape(self, layer: keras.Layer) -> Shape:
        """Return the shape of the layer's output at its last call.

        Raises:
            TapError: If the layer is never called, or only in an inner graph.
        """
        shapes = [
            call.shape for call in self.calls if call.located.layer is layer
        ]
        if shapes:
            return shapes[-1]
        is_inner = any(located.layer is layer for located in self.inner)
        raise unreachable(layer, is_inner)


def probe_model(
    model: keras.Model, spec: ModelInput, image_shape: ImageShape
) -> Probe:
    """Trace the model's forward pass once and record its layer calls.

    Args:
        model: A built model. Nothing of it changes, and nothing is computed.
        spec: The inputs of the model.
        image_shape: (h, w, c) of the images to come.

    Raises:
        TapError: If the model does not accept such an image, or cannot be
            traced.
    """
    located = [*walk(model), *walk_operations(model)]
    result: list[Probe] = []

    def trace(image: tf.Tensor) -> tf.Tensor:
        order: list[tuple[int, Answer]] = []
        with explained(model, image_shape):
            run = forward(
                model,
                spec.pack(image, {}),
                [found.layer for found in located],
                on_call=lambda index, answer: order.append((index, answer)),
            )
        outputs = named_outputs(model, run.outputs)
        tensors = [x for _, x in outputs]
        paths = path_graph(image, tensors)
        result.append(
            Probe(
                model,
                spec,
                image_shape,
                _layer_calls(located, order, image, tensors, paths),
                tuple(located[index] for index in sorted(run.inner)),
                tuple((name, tuple(x.shape)) for name, x in outputs),
                paths,
                output_specs(run.outputs),
            )
        )
        return tf.constant(0)

    tf.function(trace, autograph=False).get_concrete_function(
        tf.TensorSpec([None, *image_shape], tf.float32)
    )
    return result[-1]


def is_passive(call: LayerCall) -> bool:
    """Return whether a call only pools, drops, copies or re-arranges.

    What is worth explaining is the activation that enters it.
    """
    name = type(call.located.layer).__name__
    is_layer = isinstance(call.located.layer, keras.Layer)
    if not is_layer:
        return name in _PASSIVE_OPERATIONS
    return any(part in name for part in _PASSIVE)


@contextlib.contextmanager
def explained(model: keras.Model, image_shape: Shape) -> Iterator[None]:
    """Raise a clear error whatever the forward pass fails with."""
    try:
        yield
    except Exception as error:
        raise TapError(
            f"The model {model.name!r} cannot be run on an image of "
            f"{image_shape} in a graph — {type(error).__name__}, see above. "
            "Give another size where its layers leave nothing of this one; "
            "write a Python `if` on tensors as keras.ops.cond; call takes one "
            "argument that holds all inputs."
        ) from error


def _layer_calls(
    located: Sequence[Located],
    order: Sequence[tuple[int, Answer]],
    image: tf.Tensor,
    outputs: Sequence[tf.Tensor],
    paths: PathGraph,
) -> tuple[LayerCall, ...]:
    from_image = dependents(image)
    to_output = [ancestors(output) for output in outputs]
    crossed = [crossings(image, output) for output in outputs]
    lost = displaced(image)
    seen: set[int] = set()
    calls = []
    for index, answer in order:
        place = answer.place(outputs)
        tensor = answer.tensors[place]
        rivals = [i for i in answer.used(outputs) if i != place]
        is_new = id(tensor) not in seen
        seen.add(id(tensor))
        name = tensor.op.name
        feeds = [i for i, names in enumerate(to_output) if name in names]
        calls.append(
            LayerCall(
                located[index],
                tuple(tensor.shape),
                is_new,
                name in from_image,
                tuple(feeds),
                tuple(i for i, names in enumerate(crossed) if name in names),
                name not in lost,
                place,
                tuple(tuple(answer.tensors[i].shape) for i in rivals),
                paths.numbers.get(name),
                name,
                tuple(map(_name, answer.inputs)),
                len(tensor.consumers()),
                _users(tensor),
            )
        )
    return tuple(calls)


def _name(tensor: tf.Tensor) -> str:
    """Return the name of the operation that made it; "" for a constant."""
    return tensor.op.name if tf.is_symbolic_tensor(tensor) else ""


def _users(tensor: tf.Tensor, depth: int = _DEPTH) -> frozenset[str]:
    """Return the kinds of operations that take a tensor, scaled or not."""
    found: set[str] = set()
    for user in tensor.consumers():
        found.add(user.type)
        # A sum is a residual, but for that with one number.
        is_shift = any(given.shape.rank == 0 for given in user.inputs)
        if depth and (user.type in _SCALING or is_shift):
            for output in user.outputs:
                found |= _users(output, depth - 1)
    return frozenset(found)
