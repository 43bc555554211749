"""A faster gradient of max-pooling for the ascent, equal to TensorFlow's.

On a CPU TensorFlow looks for the largest element of every window once more,
element by element, which costs nineteen times the forward pass and most of a
step of ascent. Here one compiled loop compares the window's elements with the
maximum that is known already, and `MaxPoolGradWithArgmax` adds up what they
get: window by window, as TensorFlow's own kernel does (oneDNN's, which takes
its place in some graphs, adds in another order: the last bit may differ).

Only the gradient of passes traced inside the block changes; a GPU keeps its
own, which is fast.
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

_OVERRIDES = {"MaxPool": "KerasvizMaxPool"}
_MAX_WINDOW = 25  # elements; the loop over them is unrolled
_LOWEST = float("-inf")


@contextlib.contextmanager
def fast_pool_gradients() -> Iterator[None]:
    """Give max-poolings traced inside the fast gradient, until the end.

    Both the forward pass and `tf.gradients` must be inside the block.
    """
    if tf.config.list_logical_devices("GPU") or not _compiles():
        yield
        return
    graph = tf.compat.v1.get_default_graph()
    with graph.gradient_override_map(_OVERRIDES):
        yield


@tf.RegisterGradient("KerasvizMaxPool")
def _max_pool(operation: tf.Operation, gradient: tf.Tensor) -> tf.Tensor:
    image, maxima = operation.inputs[0], operation.outputs[0]
    window = {
        "ksize": operation.get_attr("ksize"),
        "strides": operation.get_attr("strides"),
        "padding": operation.get_attr("padding").decode(),
    }
    if not _is_ours(operation, image, window):
        return tf.raw_ops.MaxPoolGrad(
            orig_input=image,
            orig_output=maxima,
            grad=gradient,
            data_format=operation.get_attr("data_format"),
            explicit_paddings=operation.get_attr("explicit_paddings"),
            **window,
        )
    winners = _compiled_winners(window, image, maxima)
    return tf.raw_ops.MaxPoolGradWithArgmax(
        input=image, grad=gradient, argmax=winners, **window
    )


def _is_ours(
    operation: tf.Operation, image: tf.Tensor, window: dict[str, Any]
) -> bool:
    _, height, width, _ = window["ksize"]
    return (
        operation.get_attr("data_format") == b"NHWC"
        and window["padding"] in ("VALID", "SAME")
        and window["ksize"][0] == window["ksize"][3] == 1
        and window["strides"][0] == window["strides"][3] == 1
        and height * width <= _MAX_WINDOW
        and image.dtype == tf.float32
        and image.shape[1:].is_fully_defined()
    )


def _compiled_winners(
    window: dict[str, Any], image: tf.Tensor, maxima: tf.Tensor
) -> tf.Tensor:
    @tf.function(jit_compile=True, autograph=False)
    def winners(image: tf.Tensor, maxima: tf.Tensor) -> tf.Tensor:
        return _winners(window, image, maxima)

    return winners(image, maxima)


def _winners(
    window: dict[str, Any], image: tf.Tensor, maxima: tf.Tensor
) -> tf.Tensor:
    """Return where each maximum lies, as an index into its flat image.

    The first of several equal ones wins, as in TensorFlow.
    """
    _, height, width, channels = image.shape
    rows = _Axis(window, 1, height, maxima.shape[1])
    columns = _Axis(window, 2, width, maxima.shape[2])
    edges = [[0, 0], rows.edges, columns.edges, [0, 0]]
    wide = tf.pad(image, edges, constant_values=_LOWEST)
    found = tf.zeros_like(maxima, tf.int32)
    for y in reversed(range(rows.window)):
        for x in reversed(range(columns.window)):
            here = wide[:, rows.places(y), columns.places(x)]
            row = rows.indices(y)[:, None, None]
            column = columns.indices(x)[:, None]
            index = (row * width + column) * channels + tf.range(channels)
            found = tf.where(here == maxima, index[None], found)
    return tf.cast(found, tf.int64)


class _Axis:
    """The windows along one spatial axis."""

    def __init__(
        self, window: dict[str, Any], axis: int, size: int, count: int
    ) -> None:
        self.window = window["ksize"][axis]
        self._stride = window["strides"][axis]
        self._count = count
        covered = (count - 1) * self._stride + self.window
        missing = max(covered - size, 0)
        before = missing // 2 if window["padding"] == "SAME" else 0
        self.edges = [before, missing - before]

    def places(self, offset: int) -> slice:
        """Return the element at `offset` of every window, of the padded."""
        end = offset + (self._count - 1) * self._stride + 1
        return slice(offset, end, self._stride)

    def indices(self, offset: int) -> tf.Tensor:
        """Return the same as indices into the axis as it was."""
        first = offset - self.edges[0]
        return first + self._stride * tf.range(self._count)


@functools.cache
def _compiles() -> bool:
    """Tell whether this TensorFlow can compile for the CPU at hand."""
    add = tf.function(lambda x: x + 1, jit_compile=True, autograph=False)
    try:
        add(tf.constant(0))
    except (tf.errors.OpError, ValueError):
        return False
    return True
