"""Rewrites convolutions while they are traced, so that less is computed.

`folded_normalisations` folds batch normalization into the convolution before
it. In inference a normalization is a scale and a shift of every channel,

    bn(conv(x, w) + b) = conv(x, w s) + (b - mean) s + beta,
    s = gamma / sqrt(variance + epsilon),

so the scale can go into the convolution's weights: two passes less over the
activation in the forward direction, and one less in the backward direction. The
numbers are those of the layers up to rounding (Jacob et al. 2018, "Quantization
and training of neural networks", fold in the same way). Weights are read live,
and nothing of the model changes.

`only_filters` drops the filters that are not optimized. Each image of a batch
is optimized for one filter, so only these filters' kernels of a layer's last
convolution are needed: eight of 256, forward and backward. The convolution, its
bias and its activation are built again for them alone; the original is not
computed any more, since nothing uses it.

Both leave the zeros of padding "SAME" to the convolution; `same_edges` says how
many there are.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model import in_this_thread, replaced_attribute

_WINDOW = ("strides", "padding", "explicit_paddings", "dilations")
_OPERATIONS = {
    "Conv2D": tf.raw_ops.Conv2D,
    "DepthwiseConv2dNative": tf.raw_ops.DepthwiseConv2dNative,
}
# An activation that works element by element may follow the convolution.
_ELEMENTWISE = {"Relu": tf.nn.relu, "Relu6": tf.nn.relu6, "Elu": tf.nn.elu}


@contextlib.contextmanager
def folded_normalisations(model: keras.Model) -> Iterator[None]:
    """Fold normalizations in passes traced in this thread.

    A normalization is left alone if it is not a plain `BatchNormalization` of
    the last axis in float32, does not directly follow a convolution, or
    normalizes by the batch.
    """
    with contextlib.ExitStack() as stack:
        for layer in model._flatten_layers():
            if _is_foldable(layer):
                wrapper = _folding_call(layer, layer.call)
                stack.enter_context(replaced_attribute(layer, "call", wrapper))
        yield


def _is_foldable(layer: keras.Layer) -> bool:
    return (
        type(layer) is keras.layers.BatchNormalization
        and layer.compute_dtype == "float32"
    )


def _folding_call(
    layer: keras.layers.BatchNormalization, original: Callable[..., Any]
) -> Callable[..., Any]:
    is_ours = in_this_thread()

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if is_ours() and training is False and mask is None:
            folded = _folded(layer, inputs)
            if folded is not None:
                return folded
        return original(inputs, training=training, mask=mask)

    return call


def _folded(
    layer: keras.layers.BatchNormalization, inputs: tf.Tensor
) -> tf.Tensor | None:
    """Return the layer's output, or None if it cannot be folded."""
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


def without_bias(
    operation: tf.Operation,
) -> tuple[tf.Operation, tf.Tensor | None]:
    """Return the operation that a bias is added to, and the bias or None."""
    if operation.type != "BiasAdd":
        return operation, None
    return operation.inputs[0].op, operation.inputs[1]


def is_channels_last(operation: tf.Operation) -> bool:
    """Return whether it is a convolution with its channels last."""
    return (
        operation.type in _OPERATIONS
        and operation.get_attr("data_format") == b"NHWC"
    )


def with_kernel(operation: tf.Operation, kernel: tf.Tensor) -> tf.Tensor:
    """Return the output of the same convolution with another kernel.

    If a layer put zeros around the image that padding "SAME" would put there
    too, they are left to the convolution: one pass less forward, and one
    backward.
    """
    window = {name: operation.get_attr(name) for name in _WINDOW}
    window["padding"] = window["padding"].decode()
    image = operation.inputs[0]
    if _is_padded_as_same(operation):
        image, window["padding"] = image.op.inputs[0], "SAME"
    again = _OPERATIONS[operation.type]
    return again(input=image, filter=kernel, **window)


def _is_padded_as_same(operation: tf.Operation) -> bool:
    """Return whether "SAME" would put the same zeros there."""
    padded = operation.inputs[0].op
    if padded.type != "Pad" or operation.get_attr("padding") != b"VALID":
        return False
    image, edges = padded.inputs[0], tf.get_static_value(padded.inputs[1])
    return edges is not None and (
        edges.tolist() == _same_edges(operation, image)
    )


def _same_edges(
    operation: tf.Operation, image: tf.Tensor
) -> list[list[int]] | None:
    """Return what "SAME" adds to each axis, None if the sizes are open."""
    edges = [[0, 0]]
    for axis in (1, 2):
        size, kernel = image.shape[axis], operation.inputs[1].shape[axis - 1]
        if size is None or kernel is None:
            return None
        stride = operation.get_attr("strides")[axis]
        reach = (kernel - 1) * operation.get_attr("dilations")[axis] + 1
        edges.append([*same_edges(size, reach, stride)])
    return [*edges, [0, 0]]


def only_filters(
    activation: tf.Tensor, filters: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the maps of these filters, and each image's index in them.

    Args:
        activation: (n, h, w, c). Symbolic output of a layer.
        filters: (n,) int32. Indices of the filters.

    Returns:
        (n, h, w, n) and (n,), which stand in for the arguments; the arguments
        themselves if the layer ends in another way.
    """
    after, operation = None, activation.op
    if operation.type in _ELEMENTWISE:
        after, operation = _ELEMENTWISE[operation.type], operation.inputs[0].op
    operation, bias = without_bias(operation)
    if not _is_plain_convolution(operation):
        return activation, filters
    kernel = tf.gather(operation.inputs[1], filters, axis=-1)
    chosen = with_kernel(operation, kernel)
    if bias is not None:
        chosen = tf.nn.bias_add(chosen, tf.gather(bias, filters))
    places = tf.range(tf.shape(filters)[0])
    return chosen if after is None else after(chosen), places


def _is_plain_convolution(operation: tf.Operation) -> bool:
    """Return whether it is a convolution without groups, channels last."""
    if operation.type != "Conv2D" or not is_channels_last(operation):
        return False
    image, kernel = operation.inputs
    return bool(image.shape[-1] == kernel.shape[2])


def same_edges(size: int, window: int, stride: int) -> tuple[int, int]:
    """Return how many zeros TensorFlow adds before and after an axis.

    Args:
        size: Size of the axis.
        window: Size of the kernel along it, dilation included.
        stride: Distance from one output to the next.
    """
    num_answers = -(-size // stride)
    missing = max((num_answers - 1) * stride + window - size, 0)
    return missing // 2, missing - missing // 2
