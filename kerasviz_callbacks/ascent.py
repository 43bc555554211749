"""Gradient ascent on a batch of filters, the whole loop in one graph.

Each image of the batch climbs for its own filter: the objective is the mean
activation of that filter with a border cut off, the gradient is L2-normalised
per image (over the batch the images would shrink each other's steps), and the
image takes a step along it. Nothing couples the images: a batch gives what
single runs give.

Source: Erhan et al. 2009, "Visualizing higher-layer features of a deep
network"; the step, its normalisation and the border as in Chollet, Deep
Learning with Python, 2nd ed., section 9.4.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.layers import is_channels_first
from kerasviz_callbacks.model_input import ModelInput
from kerasviz_callbacks.tap import forward

BORDER_PX = 2  # of the activation: where padding leaks in
# Under float16 the gradient of a mean over many positions underflows; the
# score is multiplied by this and the gradient divided (a power of two: exact).
_HALF_PRECISION_SCALE = 1024.0


@dataclass(frozen=True)
class Climbed:
    """Where the ascent of each image ended.

    Attributes:
        images: (n, h, w, c) float32, as the model saw them; always finite.
        objective: (n,) float32, of the final image.
        status: per image `live`; `flat`: the gradient was zero from the
            start, so the image is the starting image; `not_finite`: the
            objective or a gradient was NaN or infinite, and the image is the
            last one before that.
    """

    images: FloatArray
    objective: FloatArray
    status: tuple[str, ...]


class Ascent:
    """Ascent on the filters of one layer, traced once and used for a whole fit.

    The weights are read live at each call.

    Args:
        model: built.
        layer: a layer of it.
        num_calls: how often a forward pass calls it; its last answer counts.
        spec: what the model takes.
        image_shape: (h, w, c) of the images.
        learning_rate: length of a step, in the units of the model's input.
    """

    def __init__(
        self,
        model: keras.Model,
        layer: keras.Layer,
        spec: ModelInput,
        image_shape: tuple[int, int, int],
        *,
        num_calls: int = 1,
        learning_rate: float = 10.0,
    ) -> None:
        self._model = model
        self._layer = layer
        self._spec = spec
        self._num_calls = num_calls
        self._learning_rate = learning_rate
        half = any(
            part.compute_dtype == "float16" for part in model._flatten_layers()
        )
        self._scale = _HALF_PRECISION_SCALE if half else 1.0
        self._climb = tf.function(
            self._loop,
            input_signature=[
                tf.TensorSpec([None, *image_shape], tf.float32),
                tf.TensorSpec([None], tf.int32),
                tf.TensorSpec([], tf.int32),
            ],
            autograph=False,
        ).get_concrete_function()

    def __call__(
        self, start: FloatArray, filters: FloatArray, num_steps: int
    ) -> Climbed:
        """Climb from `start`, (n, h, w, c), each for its filter, (n,)."""
        images, objective, moved, finite = self._climb(
            tf.constant(start, tf.float32),
            tf.constant(filters, tf.int32),
            tf.constant(num_steps, tf.int32),
        )
        flags = zip(moved.numpy(), finite.numpy(), strict=True)
        status = tuple(_status(*flag) for flag in flags)
        return Climbed(images.numpy(), objective.numpy(), status)

    def _loop(
        self, start: tf.Tensor, filters: tf.Tensor, num_steps: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        no = tf.zeros_like(filters, tf.bool)
        _, images, moved, finite = tf.while_loop(
            lambda step, *_: step < num_steps,
            lambda step, *state: (step + 1, *self._step(filters, *state)),
            (tf.constant(0), start, no, tf.logical_not(no)),
            parallel_iterations=1,
        )
        objective = self._objective(images, filters)
        finite &= tf.math.is_finite(objective)
        return images, objective, moved, finite

    def _step(
        self,
        filters: tf.Tensor,
        images: tf.Tensor,
        moved: tf.Tensor,
        finite: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)
            score = self._objective(images, filters) * self._scale
        gradient = tape.gradient(
            score, images, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        gradient /= self._scale
        axes = list(range(1, images.shape.rank))
        normalised = tf.math.l2_normalize(gradient, axis=axes)
        # Asked of the gradient: a second use of `normalised` would keep the
        # graph optimiser from folding the step as it folds the recipe's, and
        # the result would no longer be the recipe's to the bit.
        usable = tf.reduce_all(tf.math.is_finite(gradient), axis=axes)
        climbed = images + self._learning_rate * normalised
        keep = usable[:, None, None, None]
        return (
            tf.where(keep, climbed, images),
            moved | tf.reduce_any(gradient != 0, axis=axes),
            finite & usable,
        )

    def _objective(self, images: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        others: Mapping[str, Any] = {}
        run = forward(
            self._model,
            self._spec.pack(images, others),
            [self._layer],
            stop_after=[self._num_calls],
        )
        activation = run.activation(0, self._layer)
        if is_channels_first(self._layer):
            axes = range(activation.shape.rank)
            activation = tf.transpose(activation, [0, *axes[2:], 1])
        return filter_means(activation, filters)


def filter_means(
    activation: tf.Tensor, filters: tf.Tensor, border_px: int = BORDER_PX
) -> tf.Tensor:
    """Return the mean activation of image i's filter i without its border.

    Args:
        activation: (n, …, c), any number of spatial axes, any float type.
        filters: (n,) int32.
        border_px: cut off each spatial side; less where an axis is too short
            to leave at least one position.

    Returns:
        (n,) float32.
    """
    activation = tf.cast(activation, tf.float32)
    for axis in range(1, activation.shape.rank - 1):
        activation = _cut(activation, axis, border_px)
    chosen = tf.gather(
        activation,
        filters[:, None],
        axis=activation.shape.rank - 1,
        batch_dims=1,
    )
    return tf.reduce_mean(chosen, axis=list(range(1, chosen.shape.rank)))


def _cut(activation: tf.Tensor, axis: int, border_px: int) -> tf.Tensor:
    size = activation.shape[axis]
    if size is None:
        size = tf.shape(activation)[axis]
        border = tf.minimum(border_px, (size - 1) // 2)
    else:
        border = min(border_px, (size - 1) // 2)
    index = [slice(None)] * axis + [slice(border, size - border)]
    return activation[tuple(index)]


def _status(moved: np.bool_, finite: np.bool_) -> str:
    if not finite:
        return "not_finite"
    return "live" if moved else "flat"
