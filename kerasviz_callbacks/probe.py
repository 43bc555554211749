"""A model and an image size in, what a forward pass would call out.

One trace of the whole forward pass, which is never run: which layers answer, in
what order, with what shapes, and what the model's outputs are. It chooses the
`"auto"` layers and finds what cannot work before the first batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.layers import Located, is_convolution, walk
from kerasviz_callbacks.model_input import ModelInput
from kerasviz_callbacks.tap import forward, unreachable

Shape = tuple[int | None, ...]

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
class Answer:
    """One call of one layer: the shape of what it answered.

    `is_new` is False where a layer hands on a tensor that an inner layer had
    answered already (a nested model and its last layer).
    """

    located: Located
    shape: Shape
    is_new: bool


@dataclass(frozen=True)
class Probe:
    """What a forward pass calls, in the order in which the calls end.

    Attributes:
        model: the model that was traced.
        spec: what it takes.
        image_shape: (h, w, c) of the images it was traced for.
        answers: every call that a tap can see.
        inner: layers that answer where a tap cannot see them.
        output_shapes: of the model's outputs.
    """

    model: keras.Model
    spec: ModelInput
    image_shape: tuple[int, int, int]
    answers: tuple[Answer, ...]
    inner: tuple[Located, ...]
    output_shapes: tuple[Shape, ...]

    def num_calls(self, layer: keras.Layer) -> int:
        """Return how often the layer answers where a tap can see it."""
        return sum(a.located.layer is layer for a in self.answers)

    def shape(self, layer: keras.Layer) -> Shape:
        """Return the shape of the layer's last answer.

        Raises:
            TapError: the layer is never called, or only in an inner graph.
        """
        shapes = [a.shape for a in self.answers if a.located.layer is layer]
        if shapes:
            return shapes[-1]
        is_inner = any(located.layer is layer for located in self.inner)
        raise unreachable(layer, is_inner)


def probe(
    model: keras.Model, spec: ModelInput, image_shape: tuple[int, int, int]
) -> Probe:
    """Trace the model's forward pass once and tell what it calls.

    Args:
        model: built; nothing of it changes and nothing is computed.
        spec: what it takes.
        image_shape: (h, w, c) of the images to come.
    """
    located = list(walk(model))
    order: list[tuple[int, tf.Tensor]] = []
    result: dict[str, Any] = {}

    def trace(image: tf.Tensor) -> tf.Tensor:
        run = forward(
            model,
            spec.pack(image, {}),
            [found.layer for found in located],
            on_call=lambda index, tensor: order.append((index, tensor)),
        )
        result["run"] = run
        return tf.constant(0)

    tf.function(trace, autograph=False).get_concrete_function(
        tf.TensorSpec([None, *image_shape], tf.float32)
    )
    run = result["run"]
    outputs = [x for x in tf.nest.flatten(run.outputs) if tf.is_tensor(x)]
    return Probe(
        model,
        spec,
        image_shape,
        _answers(located, order),
        tuple(located[index] for index in sorted(run.inner)),
        tuple(tuple(output.shape) for output in outputs),
    )


def spread_convolutions(found: Probe, num_layers: int) -> tuple[Located, ...]:
    """Choose convolutions evenly over the depth of the network.

    One-pixel kernels only mix channels and are passed over where others are
    there; the first and the last are always among the chosen.
    """
    seen: dict[int, Located] = {}
    for answer in found.answers:
        layer = answer.located.layer
        if is_convolution(layer) and len(answer.shape) == 4:
            seen.setdefault(id(layer), answer.located)
    every = list(seen.values())
    wide = [f for f in every if max(getattr(f.layer, "kernel_size", (1,))) > 1]
    return tuple(_evenly(wide or every, num_layers))


def last_spatial(found: Probe) -> Located | None:
    """Choose the last spatial activation before pooling or flattening."""
    outputs = set(found.output_shapes)
    for answer in reversed(found.answers):
        name = type(answer.located.layer).__name__
        passive = any(part in name for part in _PASSIVE)
        if answer.is_new and not passive and _is_spatial(answer.shape):
            if answer.shape not in outputs:
                return answer.located
    return None


def _answers(
    located: Sequence[Located], order: Sequence[tuple[int, tf.Tensor]]
) -> tuple[Answer, ...]:
    seen: set[int] = set()
    answers = []
    for index, tensor in order:
        is_new = id(tensor) not in seen
        seen.add(id(tensor))
        answers.append(Answer(located[index], tuple(tensor.shape), is_new))
    return tuple(answers)


def _is_spatial(shape: Shape) -> bool:
    return len(shape) == 4 and any(
        size is None or size > 1 for size in shape[1:3]
    )


def _evenly(items: list[Located], count: int) -> list[Located]:
    if len(items) <= count:
        return items
    if count == 1:
        return items[-1:]
    last = len(items) - 1
    return [items[round(i * last / (count - 1))] for i in range(count)]
