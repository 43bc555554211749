"""Batch normalisation folded into the convolution before it, while tracing.

In inference a normalisation is a scale and a shift of every channel,

    bn(conv(x, w) + b) = conv(x, w s) + (b - mean) s + beta,
    s = gamma / sqrt(variance + epsilon),

so the scale can go into the convolution's weights: two passes over the
activation less on the way up, and one less on the way down. The numbers are
those of the layers up to rounding (Jacob et al. 2018, "Quantization and
training of neural networks", folds likewise). Weights are read live, and
nothing of the model changes.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model.replaced_attribute import replaced_attribute
from kerasviz_callbacks.patterns.ascent.gradients.convolution_operation import (
    is_channels_last,
    with_kernel,
    without_bias,
)


@contextlib.contextmanager
def folded_normalisations(model: keras.Model) -> Iterator[None]:
    """Fold what can be folded in passes traced in this thread.

    A normalisation is left alone where it is no plain `BatchNormalization` of
    the last axis in float32, where it does not follow a convolution directly,
    and where it normalises by the batch.
    """
    with contextlib.ExitStack() as stack:
        for layer in model._flatten_layers():
            if _is_plain(layer):
                wrapper = _folding_call(layer, layer.call)
                stack.enter_context(replaced_attribute(layer, "call", wrapper))
        yield


def _is_plain(layer: keras.Layer) -> bool:
    return (
        type(layer) is keras.layers.BatchNormalization
        and layer.compute_dtype == "float32"
    )


def _folding_call(
    layer: keras.layers.BatchNormalization, original: Callable[..., Any]
) -> Callable[..., Any]:
    thread = threading.get_ident()

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        is_ours = threading.get_ident() == thread
        if is_ours and training is False and mask is None:
            folded = _folded(layer, inputs)
            if folded is not None:
                return folded
        return original(inputs, training=training, mask=mask)

    return call


def _folded(
    layer: keras.layers.BatchNormalization, inputs: tf.Tensor
) -> tf.Tensor | None:
    """Return the layer's output, or None where it cannot be folded."""
    if inputs.dtype != tf.float32 or not _is_last_axis(layer, inputs):
        return None
    operation, bias = without_bias(inputs.op)
    if not is_channels_last(operation):
        return None
    scale, shift = _scale_and_shift(layer, 0.0 if bias is None else bias)
    return tf.nn.bias_add(_scaled(operation, scale), shift)


def _is_last_axis(
    layer: keras.layers.BatchNormalization, inputs: tf.Tensor
) -> bool:
    return layer.axis in (-1, inputs.shape.rank - 1)


def _scale_and_shift(
    layer: keras.layers.BatchNormalization, bias: Any
) -> tuple[tf.Tensor, tf.Tensor]:
    variance = tf.convert_to_tensor(layer.moving_variance)
    scale = tf.math.rsqrt(variance + layer.epsilon)
    if layer.scale:
        scale *= tf.convert_to_tensor(layer.gamma)
    shift = (bias - tf.convert_to_tensor(layer.moving_mean)) * scale
    if layer.center:
        shift += tf.convert_to_tensor(layer.beta)
    return scale, shift


def _scaled(operation: tf.Operation, scale: tf.Tensor) -> tf.Tensor:
    kernel = operation.inputs[1]
    if operation.type != "Conv2D":  # (height, width, channels, multiplier)
        scale = tf.reshape(scale, tf.shape(kernel)[2:])
    return with_kernel(operation, kernel * scale)
