"""A convolution's operation in a graph, and the same with another kernel."""

import tensorflow as tf

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
    """Return the answer of the same convolution with another kernel."""
    window = {name: operation.get_attr(name) for name in _WINDOW}
    window["padding"] = window["padding"].decode()
    again = _OPERATIONS[operation.type]
    return again(input=operation.inputs[0], filter=kernel, **window)
