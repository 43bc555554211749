"""A faster gradient of max-pooling for the ascent, equal to TensorFlow's.

On a CPU TensorFlow searches the largest element of every window again, element
by element, which costs nineteen times the forward pass and most of an ascent
step. Here one compiled loop compares the window's elements with the maximum
that is already known, and `MaxPoolGradWithArgmax` adds up what they get: window
by window, as TensorFlow's own kernel does (oneDNN's, which takes its place in
some graphs, adds in another order: the last bit may differ).

Only the gradient of passes traced inside the block changes. A GPU keeps its
own, which is fast.
"""

import contextlib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import IntArray
from kerasviz_callbacks.patterns.ascent.gradients.convolutions import same_edges

_OVERRIDES = {"MaxPool": "KerasvizMaxPool"}
_MAX_WINDOW = 25  # elements; the loop over them is unrolled
_LOWEST = float("-inf")


@contextlib.contextmanager
def fast_pool_gradients() -> Iterator[None]:
    """Give max-poolings traced inside the block the fast gradient.

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
    winners = _compiled_winners(_Window.of(operation, image, maxima))
    return tf.raw_ops.MaxPoolGradWithArgmax(
        input=image, grad=gradient, argmax=winners(image, maxima), **window
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


@dataclass(frozen=True)
class _Axis:
    """The windows along one spatial axis."""

    size: int
    window: int
    stride: int
    count: int
    padding: bytes

    @property
    def edges(self) -> tuple[int, int]:
        """How much padding is added before and after."""
        if self.padding != b"SAME":
            return 0, 0
        return same_edges(self.size, self.window, self.stride)

    @property
    def first(self) -> IntArray:
        """Where each window begins; before the image, if padded."""
        return np.arange(self.count) * self.stride - self.edges[0]

    def places(self, offset: int) -> slice:
        """Return the slice of the element at `offset` of every window."""
        end = offset + (self.count - 1) * self.stride + 1
        return slice(offset, end, self.stride)


@dataclass(frozen=True)
class _Window:
    """A max-pooling of images of one size."""

    rows: _Axis
    columns: _Axis
    channels: int

    @classmethod
    def of(
        cls, operation: tf.Operation, image: tf.Tensor, maxima: tf.Tensor
    ) -> "_Window":
        """Return the max-pooling of an operation that `_is_ours`."""
        axes = [
            _Axis(
                size=image.shape[axis],
                window=operation.get_attr("ksize")[axis],
                stride=operation.get_attr("strides")[axis],
                count=maxima.shape[axis],
                padding=operation.get_attr("padding"),
            )
            for axis in (1, 2)
        ]
        return cls(axes[0], axes[1], image.shape[-1])

    @property
    def first(self) -> IntArray:
        """Where each window begins, as an index into a flat image."""
        rows = self.rows.first[:, None, None] * self.columns.size
        places = rows + self.columns.first[:, None]
        return places * self.channels + np.arange(self.channels)


# Compiling takes longer than a step, and the layers of a model share windows.
@functools.lru_cache(maxsize=256)
def _compiled_winners(window: _Window) -> Any:
    return tf.function(
        functools.partial(_winners, window), jit_compile=True, autograph=False
    )


def _winners(window: _Window, image: tf.Tensor, maxima: tf.Tensor) -> tf.Tensor:
    """Return the position of each maximum, as an index into its flat image.

    The first of several equal ones wins, as in TensorFlow.
    """
    rows, columns = window.rows, window.columns
    edges = [[0, 0], rows.edges, columns.edges, [0, 0]]
    wide = tf.pad(image, edges, constant_values=_LOWEST)
    further = tf.zeros_like(maxima, tf.int32)
    for y in reversed(range(rows.window)):
        for x in reversed(range(columns.window)):
            here = wide[:, rows.places(y), columns.places(x)]
            distance = (y * columns.size + x) * window.channels
            further = tf.where(here == maxima, distance, further)
    return tf.cast(further + window.first.astype(np.int32), tf.int64)


@functools.cache
def _compiles() -> bool:
    """Return whether this TensorFlow can compile for this CPU."""
    add = tf.function(lambda x: x + 1, jit_compile=True, autograph=False)
    try:
        add(tf.constant(0))
    except (tf.errors.OpError, ValueError):
        return False
    return True
