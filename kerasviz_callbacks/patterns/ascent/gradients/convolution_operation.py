"""A convolution's operation in a graph, and the same with another kernel."""

import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.same_padding import same_edges

_WINDOW = ("strides", "padding", "explicit_paddings", "dilations")
_OPERATIONS = {
    "Conv2D": tf.raw_ops.Conv2D,
    "DepthwiseConv2dNative": tf.raw_ops.DepthwiseConv2dNative,
}


def without_bias(
    operation: tf.Operation,
) -> tuple[tf.Operation, tf.Tensor | None]:
    """Return what a bias is added to, and the bias; None where none is."""
    if operation.type != "BiasAdd":
        return operation, None
    return operation.inputs[0].op, operation.inputs[1]


def is_channels_last(operation: tf.Operation) -> bool:
    """Tell whether it is a convolution with its channels last."""
    return (
        operation.type in _OPERATIONS
        and operation.get_attr("data_format") == b"NHWC"
    )


def with_kernel(operation: tf.Operation, kernel: tf.Tensor) -> tf.Tensor:
    """Return the answer of the same convolution with another kernel.

    Zeros that a layer put round the image are left to the convolution, where
    it would put the same ones: one pass less on the way up, one on the way
    down.
    """
    window = {name: operation.get_attr(name) for name in _WINDOW}
    window["padding"] = window["padding"].decode()
    image = operation.inputs[0]
    if _is_padded_as_same(operation):
        image, window["padding"] = image.op.inputs[0], "SAME"
    again = _OPERATIONS[operation.type]
    return again(input=image, filter=kernel, **window)


def _is_padded_as_same(operation: tf.Operation) -> bool:
    """Tell whether "SAME" would put the zeros before it that are there."""
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
