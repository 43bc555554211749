"""An output in, the scores before its softmax or sigmoid out.

A confident softmax has no gradient, its logits have. They are found in the
graph that was traced, so the live model stays as it is: Keras keeps the logits
on the output of its own softmax and sigmoid, and for others the operation is
looked for above the output, through operations that only re-arrange or cast.
Where neither finds anything (a softmax written by hand, up-sampled
probabilities) there are none to be had.
"""

import keras
import tensorflow as tf

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
