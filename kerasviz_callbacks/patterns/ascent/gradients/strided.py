"""A faster gradient of the strided convolution that reads the image.

Most networks begin with one: 3x3 or 7x7, stride 2, three channels in. On a CPU
its gradient takes five to twenty times as long as its forward pass. It is
computed here as one convolution without a stride. With stride s, all pixels of
one phase (y mod s, x mod s) are a plain convolution of the output's gradient
with the part of the kernel that meets them. So s * s phases of c channels are s
* s * c channels of one output, which are then put in their places:

    image[s i + a, s j + b] = sum over p, q of output[i - p, j - q]
                              * kernel[s p + a, s q + b].

The numbers are those of TensorFlow up to the order of the sums. An image that
is alone in its batch keeps TensorFlow's gradient, bit for bit: a single run of
the recipe is the book's. So does a GPU.

Source: Shi et al. 2016, "Is the deconvolution layer the same as a convolutional
layer?".
"""

import contextlib
import functools
import math
from collections.abc import Iterator

import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.convolutions import same_edges

_OVERRIDES = {"Conv2D": "KerasvizConv2D"}
_MAX_CHANNELS = 4  # with more, TensorFlow's own is as fast


@contextlib.contextmanager
def fast_strided_gradients() -> Iterator[None]:
    """Give convolutions traced inside the block the fast gradient.

    Both the forward pass and `tf.gradients` must be inside the block.
    """
    if tf.config.list_logical_devices("GPU"):
        yield
        return
    graph = tf.compat.v1.get_default_graph()
    with graph.gradient_override_map(_OVERRIDES):
        yield


@tf.RegisterGradient("KerasvizConv2D")
def _convolution(
    operation: tf.Operation, gradient: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    image, kernel = operation.inputs
    window = {
        "strides": operation.get_attr("strides"),
        "padding": operation.get_attr("padding").decode(),
        "explicit_paddings": operation.get_attr("explicit_paddings"),
        "dilations": operation.get_attr("dilations"),
        "data_format": operation.get_attr("data_format"),
    }
    of_kernel = tf.raw_ops.Conv2DBackpropFilter(
        input=image,
        filter_sizes=tf.shape(kernel),
        out_backprop=gradient,
        **window,
    )

    def of_image() -> tf.Tensor:
        return tf.raw_ops.Conv2DBackpropInput(
            input_sizes=tf.shape(image),
            filter=kernel,
            out_backprop=gradient,
            **window,
        )

    if not _is_ours(operation):
        return of_image(), of_kernel
    is_alone = tf.equal(tf.shape(image)[0], 1)
    by_phase = functools.partial(_of_image, operation, gradient)
    return tf.cond(is_alone, of_image, by_phase), of_kernel


def _is_ours(operation: tf.Operation) -> bool:
    image, kernel = operation.inputs
    _, down, across, _ = operation.get_attr("strides")
    return (
        operation.get_attr("data_format") == b"NHWC"
        and image.dtype == tf.float32
        and down == across > 1
        and list(operation.get_attr("dilations")) == [1, 1, 1, 1]
        and image.shape[1:].is_fully_defined()
        and kernel.shape[2] == image.shape[3] <= _MAX_CHANNELS
        and kernel.shape[:2].is_fully_defined()
        and operation.outputs[0].shape[1:3].is_fully_defined()
    )


def _of_image(operation: tf.Operation, gradient: tf.Tensor) -> tf.Tensor:
    image, kernel = operation.inputs
    stride = operation.get_attr("strides")[1]
    height, width, channels = image.shape[1:]
    down, across = (math.ceil(size / stride) for size in kernel.shape[:2])
    phases = tf.nn.conv2d(
        gradient,
        _by_phase(kernel, stride, down, across),
        strides=1,
        padding=[[0, 0], [down - 1] * 2, [across - 1] * 2, [0, 0]],
    )
    rows, columns = phases.shape[1:3]
    # Not `depth_to_space`: it takes longer than the transposition.
    phases = tf.reshape(phases, [-1, rows, columns, stride, stride, channels])
    placed = tf.reshape(
        tf.transpose(phases, [0, 1, 3, 2, 4, 5]),
        [-1, rows * stride, columns * stride, channels],
    )
    top, left = _edges(operation)
    placed = placed[:, top : top + height, left : left + width]
    below, right = height - placed.shape[1], width - placed.shape[2]
    return tf.pad(placed, [[0, 0], [0, below], [0, right], [0, 0]])


def _by_phase(
    kernel: tf.Tensor, stride: int, down: int, across: int
) -> tf.Tensor:
    """Return (down, across, output's channels, phases * image's channels)."""
    height, width, channels, _ = kernel.shape
    edges = [[0, down * stride - height], [0, across * stride - width]]
    kernel = tf.pad(kernel, [*edges, [0, 0], [0, 0]])
    kernel = tf.reshape(kernel, [down, stride, across, stride, channels, -1])
    kernel = tf.transpose(kernel, [0, 2, 5, 1, 3, 4])
    kernel = tf.reshape(kernel, [down, across, -1, stride * stride * channels])
    return tf.reverse(kernel, [0, 1])


def _edges(operation: tf.Operation) -> tuple[int, int]:
    """Return how many rows and columns were added before the image."""
    padding = operation.get_attr("padding")
    if padding == b"EXPLICIT":
        edges = operation.get_attr("explicit_paddings")
        return edges[2], edges[4]
    if padding == b"VALID":
        return 0, 0
    image, kernel = (tensor.shape for tensor in operation.inputs)
    stride = operation.get_attr("strides")[1]
    top, _ = same_edges(image[1], kernel[0], stride)
    left, _ = same_edges(image[2], kernel[1], stride)
    return top, left
