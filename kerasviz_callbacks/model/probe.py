"""Traces a model once and records every layer call of its forward pass.

The whole forward pass is traced and never run. The trace shows which layers are
called, in what order and with what output shapes, and what the model's outputs
are. It chooses the `"auto"` layers and finds what cannot work before the first
batch.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import ImageShape, spread_evenly
from kerasviz_callbacks.model.dependence import ancestors, dependents
from kerasviz_callbacks.model.input import ModelInput, Shape
from kerasviz_callbacks.model.layers import Located, is_convolution, walk
from kerasviz_callbacks.model.output import named_outputs, output_index
from kerasviz_callbacks.model.tap import (
    Answer,
    TapError,
    forward,
    unreachable,
)

NUM_AUTO_LAYERS = 4


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
        place: Index of this output among the tensors that the layer returned.
        rivals: Shapes of others of them that the model's outputs use as well.
    """

    located: Located
    shape: Shape
    is_new: bool
    sees_image: bool
    feeds: tuple[int, ...]
    place: int = 0
    rivals: tuple[Shape, ...] = ()


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
    """

    model: keras.Model
    spec: ModelInput
    image_shape: ImageShape
    calls: tuple[LayerCall, ...]
    inner: tuple[Located, ...]
    outputs: tuple[tuple[str, Shape], ...]

    def num_calls(self, layer: keras.Layer) -> int:
        """Return how often the layer is called where a tap can see it."""
        return sum(call.located.layer is layer for call in self.calls)

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
    located = list(walk(model))
    result: list[Probe] = []

    def trace(image: tf.Tensor) -> tf.Tensor:
        order: list[tuple[int, Answer]] = []
        with _explained(model, image_shape):
            run = forward(
                model,
                spec.pack(image, {}),
                [found.layer for found in located],
                on_call=lambda index, answer: order.append((index, answer)),
            )
        outputs = named_outputs(model, run.outputs)
        result.append(
            Probe(
                model,
                spec,
                image_shape,
                _layer_calls(located, order, image, [x for _, x in outputs]),
                tuple(located[index] for index in sorted(run.inner)),
                tuple((name, tuple(x.shape)) for name, x in outputs),
            )
        )
        return tf.constant(0)

    tf.function(trace, autograph=False).get_concrete_function(
        tf.TensorSpec([None, *image_shape], tf.float32)
    )
    return result[-1]


def spread_convolutions(probe: Probe, num_layers: int) -> tuple[Located, ...]:
    """Choose convolutions evenly over the depth of the network.

    1 x 1 kernels only mix channels and are skipped if there are others. The
    first and the last convolution are always chosen.
    """
    seen: dict[int, Located] = {}
    for call in probe.calls:
        layer = call.located.layer
        is_picture = call.sees_image and len(call.shape) == 4
        if is_convolution(layer) and is_picture:
            seen.setdefault(id(layer), call.located)
    every = list(seen.values())
    wide = [f for f in every if max(getattr(f.layer, "kernel_size", (1,))) > 1]
    return tuple(spread_evenly(wide or every, num_layers))


def last_spatial(
    probe: Probe, output: str | int | None = None
) -> Located | None:
    """Choose the last spatial activation before pooling or flattening.

    Args:
        probe: Probe of the model.
        output: Name or index of the output to explain. Defaults to any output.

    Raises:
        ValueError: If the model has no such output.
    """
    shapes = {shape for _, shape in probe.outputs}
    wanted = set(range(len(probe.outputs)))
    if output is not None:
        wanted = {output_index(probe.outputs, output)}
    for call in reversed(probe.calls):
        name = type(call.located.layer).__name__
        is_passive = any(part in name for part in _PASSIVE)
        is_between = call.sees_image and wanted.intersection(call.feeds)
        if is_between and call.is_new and not is_passive:
            if _is_spatial(call.shape) and call.shape not in shapes:
                return call.located
    return None


@contextlib.contextmanager
def _explained(model: keras.Model, image_shape: Shape) -> Iterator[None]:
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
) -> tuple[LayerCall, ...]:
    from_image = dependents(image)
    to_output = [ancestors(output) for output in outputs]
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
                place,
                tuple(tuple(answer.tensors[i].shape) for i in rivals),
            )
        )
    return tuple(calls)


def _is_spatial(shape: Shape) -> bool:
    return len(shape) == 4 and any(
        size is None or size > 1 for size in shape[1:3]
    )
