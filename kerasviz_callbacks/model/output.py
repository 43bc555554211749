"""Chooses the output to explain, and finds the logits behind it.

A confident softmax has no gradient, but its logits do. They are found in the
traced graph, so the live model stays as it is. Keras keeps the logits on the
output of its own softmax and sigmoid. For other models the softmax or sigmoid
operation is searched above the output, through operations that only rearrange
or cast. If neither finds anything (a softmax written by hand, upsampled
probabilities), there are no logits.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

Outputs: TypeAlias = Sequence[tuple[str, tuple[int | None, ...]]]
_ACTIVATIONS = ("Softmax", "LogSoftmax", "Sigmoid")
_REARRANGING = ("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims")


def choose_output(
    model: keras.Model, outputs: Any, wanted: str | int | None
) -> tf.Tensor:
    """Return one of the outputs of a forward pass.

    Args:
        model: The model. Its output names are used if it has any.
        outputs: What the model returned: a tensor, or a nest of tensors.
        wanted: Name or index of an output. None if there is only one.

    Raises:
        ValueError: If there are several outputs and none is named, or no output
            has that name.
    """
    named = named_outputs(model, outputs)
    shapes = [(name, tuple(tensor.shape)) for name, tensor in named]
    return named[output_index(shapes, wanted)][1]


def output_index(outputs: Outputs, wanted: str | int | None) -> int:
    """Return the index of the requested output among names and shapes.

    Raises:
        ValueError: If there are several outputs and none is named, or no output
            has that name.
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


def find_logits(output: tf.Tensor) -> tf.Tensor | None:
    """Return the logits of an output, in its shape; None if there are none.

    Args:
        output: The model's symbolic output, as it was traced.
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
    """Return whether the model was compiled with a loss that takes logits."""
    losses = keras.tree.flatten(getattr(model, "loss", None))
    return any(getattr(loss, "from_logits", False) is True for loss in losses)


def _above(tensor: tf.Tensor) -> tf.Tensor | None:
    """Return the operation's input if it only rearranges or casts it."""
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
