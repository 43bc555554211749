"""Smooth gradients of ReLU for the ascent, while a step is traced.

The forward pass stays exact, and so does every number that is reported. Only
the direction of the ascent changes: the derivative of ReLU, a step, is replaced
by a sigmoid of the pre-activation over its own root mean square,

    d relu(x) / dx  ->  sigmoid(x / (tau * rms(x))),       rms per image.

Why: with the exact step a coefficient that moves by 1e-6 switches units on and
off, and after some tens of ascent steps the pattern is another one (the ascent
is chaotic). With the smooth one the pattern depends on the weights and not on
the noise, and a filter whose inputs are all off still has a gradient. `tau`
sinks towards zero over the ascent, so that the last steps follow the true
gradient.

The first ReLU after the image keeps its own gradient: its maps are the largest,
where smoothing costs a tenth of a step, and it changes little.

The idea of redirecting blocked ReLU gradients is Lucid's (Olah et al. 2017,
`redirected_relu_grad`); smoothing by the unit's own scale, annealed, is ours.
"""

import contextlib
import math
import threading
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

_RELU6_MAXIMUM = 6.0
_OVERRIDES = {"Relu": "KerasvizSmoothRelu", "Relu6": "KerasvizSmoothRelu6"}
_TINY = 1e-12


class _Softness(threading.local):
    """The softness that each thread traces with, the innermost block last."""

    def __init__(self) -> None:
        self.stack: list[tf.Tensor] = []


_softness = _Softness()


@contextlib.contextmanager
def smooth_gradients(softness: tf.Tensor) -> Iterator[None]:
    """Give ReLUs traced inside the block a smooth gradient.

    Both the forward pass and `tf.gradients` must be inside the block.

    Args:
        softness: Scalar above 0, `tau` in the formula.
    """
    graph = tf.compat.v1.get_default_graph()
    _softness.stack.append(softness)
    try:
        with graph.gradient_override_map(_OVERRIDES):
            yield
    finally:
        _softness.stack.pop()


@tf.RegisterGradient("KerasvizSmoothRelu")
def _smooth_relu(operation: tf.Operation, gradient: tf.Tensor) -> tf.Tensor:
    if _is_first(operation):
        return tf.raw_ops.ReluGrad(
            gradients=gradient, features=operation.outputs[0]
        )
    x = operation.inputs[0]
    return _times_sigmoid(gradient, x / _width(x))


@tf.RegisterGradient("KerasvizSmoothRelu6")
def _smooth_relu6(operation: tf.Operation, gradient: tf.Tensor) -> tf.Tensor:
    if _is_first(operation):
        return tf.raw_ops.Relu6Grad(
            gradients=gradient, features=operation.outputs[0]
        )
    x = operation.inputs[0]
    width = _width(x)
    rising = _times_sigmoid(gradient, x / width)
    return _times_sigmoid(rising, (_RELU6_MAXIMUM - x) / width)


def _is_first(operation: tf.Operation) -> bool:
    """Return whether it is the first ReLU after the image."""
    relus = (
        other
        for other in operation.graph.get_operations()
        if other.type in _OVERRIDES
    )
    return next(relus) is operation


def _times_sigmoid(gradient: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Return gradient * sigmoid(x), in one pass over them."""
    return tf.raw_ops.SoftplusGrad(gradients=gradient, features=x)


def _width(x: tf.Tensor) -> tf.Tensor:
    """Return tau * rms(x) of each image; few operations: there are many."""
    axes = list(range(1, x.shape.rank))
    norm = tf.math.reduce_euclidean_norm(tf.cast(x, tf.float32), axes, True)
    tau = _softness.stack[-1] / _root_of_size(x)
    return tf.cast(norm * tau + _TINY, x.dtype)


def _root_of_size(x: tf.Tensor) -> Any:
    if x.shape[1:].is_fully_defined():
        return math.sqrt(math.prod(x.shape[1:]))
    return tf.sqrt(tf.cast(tf.size(x[0]), tf.float32))
