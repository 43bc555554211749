"""A model's outputs in, the one that is explained out.

An output in, the scores before its softmax or sigmoid out.

A confident softmax has no gradient, its logits have. They are found in the
graph that was traced, so the live model stays as it is: Keras keeps the logits
on the output of its own softmax and sigmoid, and for others the operation is
looked for above the output, through operations that only re-arrange or cast.
Where neither finds anything (a softmax written by hand, up-sampled
probabilities) there are none to be had.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

Outputs: TypeAlias = Sequence[tuple[str, tuple[int | None, ...]]]


def choose_output(
    model: keras.Model, outputs: Any, wanted: str | int | None
) -> tf.Tensor:
    """Return one of the outputs of a forward pass.

    Args:
        model: its names of the outputs are used where it has some.
        outputs: what it answered: a tensor, or a nest of tensors.
        wanted: name or index; None where there is only one.

    Raises:
        ValueError: there are several and none is named, or none has the name.
    """
    named = named_outputs(model, outputs)
    shapes = [(name, tuple(tensor.shape)) for name, tensor in named]
    return named[output_index(shapes, wanted)][1]


def output_index(outputs: Outputs, wanted: str | int | None) -> int:
    """Return the index of the output wanted, of these names and shapes.

    Raises:
        ValueError: there are several and none is named, or none has the name.
    """
    listing = ", ".join(f"{name!r} {shape}" for name, shape in outputs)
    if wanted is None and len(outputs) != 1:
        raise ValueError(
            f"output must name one of the model's {len(outputs)} outputs: "
            f"{listing}. Give output=…"
        )
    for index, (name, _) in enumerate(outputs):
        if wanted is None or wanted in (name, index):
            return index
    raise ValueError(
        f"output must be the name or index of an output — got {wanted!r}; "
        f"the model has {listing}."
    )


def named_outputs(
    model: keras.Model, outputs: Any
) -> list[tuple[str, tf.Tensor]]:
    """Return every output with its name, in the order of the nest."""
    flat = [
        (path, tensor)
        for path, tensor in keras.tree.flatten_with_path(outputs)
        if tf.is_tensor(tensor)
    ]
    own: Sequence[str] = getattr(model, "output_names", None) or ()
    if len(own) == len(flat) and not isinstance(outputs, dict):
        return [(name, x) for name, (_, x) in zip(own, flat, strict=True)]
    return [("/".join(map(str, path)), tensor) for path, tensor in flat]


_ACTIVATIONS = ("Softmax", "LogSoftmax", "Sigmoid")
_REARRANGING = ("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims")


def find_logits(output: tf.Tensor) -> tf.Tensor | None:
    """Return the logits of an output, of its shape; None if there are none.

    Args:
        output: symbolic, as the model answered it while being traced.
    """
    tensor = output
    while True:
        logits = getattr(tensor, "_keras_logits", None)
        if logits is None and tensor.op.type in _ACTIVATIONS:
            logits = tensor.op.inputs[0]
        if logits is not None:
            return _in_shape_of(output, logits)
        above = _above(tensor)
        if above is None:
            return None
        tensor = above


def is_trained_from_logits(model: keras.Model) -> bool:
    """Tell whether the model was compiled with a loss that takes logits."""
    losses = keras.tree.flatten(getattr(model, "loss", None))
    return any(getattr(loss, "from_logits", False) is True for loss in losses)


def _above(tensor: tf.Tensor) -> tf.Tensor | None:
    """Return what the operation only re-arranged, if it did only that."""
    if tensor.op.type not in _REARRANGING:
        return None
    above = tensor.op.inputs[0]
    return above if above.dtype.is_floating else None


def _in_shape_of(output: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    if logits.shape.rank == output.shape.rank:
        return logits
    reshaped = tf.reshape(logits, tf.shape(output))
    reshaped.set_shape(output.shape)
    return reshaped
