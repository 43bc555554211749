"""Smooth gradients of ReLU for the ascent, while a step is traced.

The forward pass stays exact, and so does every number that is reported. Only
the direction of the climb changes: the derivative of ReLU, a step, is replaced
by a sigmoid of the pre-activation over its own root mean square,

    d relu(x) / dx  ->  sigmoid(x / (tau * rms(x))),       rms per image.

Why: with the exact step a coefficient that moves by 1e-6 switches units on and
off, and after some tens of ascent steps the picture is another one (the ascent
is chaotic). With the smooth one the picture depends on the weights and not on
the noise, and a filter whose inputs are all off still feels which way is up.
`tau` sinks towards zero over the ascent, so that the last steps follow the
true gradient.

The idea of redirecting blocked ReLU gradients is Lucid's (Olah et al. 2017,
`redirected_relu_grad`); smoothing by the unit's own scale, annealed, is ours.
"""

import contextlib
import threading
from collections.abc import Iterator

import tensorflow as tf

_RELU6_MAXIMUM = 6.0
_OVERRIDES = {"Relu": "KerasvizSmoothRelu", "Relu6": "KerasvizSmoothRelu6"}
_TINY = 1e-12


class _Softness(threading.local):
    """What each thread traces with, the innermost block last."""

    def __init__(self) -> None:
        self.stack: list[tf.Tensor] = []


_softness = _Softness()


@contextlib.contextmanager
def smooth_gradients(softness: tf.Tensor) -> Iterator[None]:
    """Give ReLUs traced inside a smooth gradient, until the block ends.

    Both the forward pass and `tf.gradients` must be inside the block.

    Args:
        softness: scalar, `tau` above, greater than 0.
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
    x = operation.inputs[0]
    return gradient * tf.sigmoid(x * _sharpness(x))


@tf.RegisterGradient("KerasvizSmoothRelu6")
def _smooth_relu6(operation: tf.Operation, gradient: tf.Tensor) -> tf.Tensor:
    x = operation.inputs[0]
    sharpness = _sharpness(x)
    rising = tf.sigmoid(x * sharpness)
    return gradient * rising * tf.sigmoid((_RELU6_MAXIMUM - x) * sharpness)


def _sharpness(x: tf.Tensor) -> tf.Tensor:
    axes = list(range(1, x.shape.rank))
    square = tf.reduce_mean(tf.square(tf.cast(x, tf.float32)), axes, True)
    scale = tf.sqrt(square) * _softness.stack[-1] + _TINY
    return tf.cast(1.0 / scale, x.dtype)
