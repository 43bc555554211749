"""Objectives: the score per image that gradient ascent maximizes.

| objective     | the score of image i                                         |
|---------------|--------------------------------------------------------------|
| `ChannelMean` | mean activation of its filter                                |
| `Neuron`      | activation of its filter at one position                     |
| `Direction`   | mean activation along a direction in the space of filters    |
| `Diversity`   | another objective, minus what the images have in common      |

Source: Olah et al. 2017, "Feature Visualization"; Gatys et al. 2015, "Texture
synthesis using convolutional neural networks", for the Gram matrix.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import tensorflow as tf

BORDER_PX = 2  # of the activation: where padding leaks in


class Objective(Protocol):
    """A score to maximize.

    Attributes:
        needs_all_filters: Whether an image's score depends on other filters
            than its own. If not, the others are not computed.
        couples_images: Whether an image's score depends on other images of the
            batch. If so, all images are one batch.
    """

    needs_all_filters: ClassVar[bool]
    couples_images: ClassVar[bool]

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the scores, (n,) float32.

        Args:
            activation: (n, …, c). Activation of the layer, with any number of
                spatial axes.
            filters: (n,) int32. The filter of each image.
        """


@dataclass(frozen=True)
class ChannelMean:
    """The mean activation of the filter, without the border of its map.

    The recipe's objective (Chollet, Deep Learning with Python, 2nd ed., section
    9.4.2).
    """

    needs_all_filters: ClassVar[bool] = False
    couples_images: ClassVar[bool] = False

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the means."""
        return filter_means(activation, filters)


@dataclass(frozen=True)
class Neuron:
    """The activation of the filter at one position of its map.

    The pattern lies within the receptive field of that position.

    Attributes:
        place: Position along each spatial axis, as a share of it from 0 to 1.
    """

    needs_all_filters: ClassVar[bool] = False
    couples_images: ClassVar[bool] = False

    place: tuple[float, ...] = (0.5, 0.5)

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the activations at the position.

        Raises:
            ValueError: If the map has another number of spatial axes.
        """
        rank = activation.shape.rank - 2
        if len(self.place) != rank:
            raise ValueError(
                f"Neuron.place must have {rank} shares, one per spatial axis "
                f"— got {self.place!r}."
            )
        sizes = tf.cast(tf.shape(activation)[1:-1], tf.float32)
        index = tf.cast(tf.constant(self.place, tf.float32) * sizes, tf.int32)
        index = tf.minimum(index, tf.shape(activation)[1:-1] - 1)
        start = tf.concat([[0], index, [0]], 0)
        size = [-1, *[1] * rank, -1]
        there = tf.cast(tf.slice(activation, start, size), tf.float32)
        return filter_means(there, filters)


@dataclass(frozen=True)
class Direction:
    """The mean activation along a direction; the filters are only names.

    Attributes:
        weights: One number per filter of the layer. Any length will do, since
            the direction is normalized.
    """

    needs_all_filters: ClassVar[bool] = True
    couples_images: ClassVar[bool] = False

    weights: tuple[float, ...]

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the projections of the mean activation on the direction.

        Raises:
            ValueError: If the layer has another number of filters.
        """
        if len(self.weights) != activation.shape[-1]:
            raise ValueError(
                "Direction.weights must have one number per filter, "
                f"{activation.shape[-1]} — got {len(self.weights)}."
            )
        direction = tf.math.l2_normalize(tf.constant(self.weights, tf.float32))
        inner = inside(activation)
        means = tf.reduce_mean(inner, axis=list(range(1, inner.shape.rank - 1)))
        return tf.linalg.matvec(means, direction)


@dataclass(frozen=True)
class Diversity:
    """Another objective, minus what the images of one filter have in common.

    Request a filter several times, `filters=[7, 7, 7, 7]`, to see the different
    things that activate it. What two images have in common is the cosine of the
    Gram matrices of their activations. The images are optimized together, as
    one batch. They need more steps than the default's to become different:
    `Preset.steady(objective=Diversity(weight=4.0), num_steps=74)`.

    Attributes:
        of: The objective.
        weight: How much is subtracted, as a share of the objective's own size.
    """

    needs_all_filters: ClassVar[bool] = True
    couples_images: ClassVar[bool] = True

    of: Objective = field(default_factory=ChannelMean)
    weight: float = 1.0

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the scores minus what the images have in common."""
        scores = self.of.score(activation, filters)
        alike = tf.cast(filters[:, None] == filters[None], tf.float32)
        others = alike - tf.eye(tf.shape(filters)[0])
        shared = tf.reduce_sum(others * _likeness(activation), axis=1)
        count = tf.maximum(tf.reduce_sum(others, axis=1), 1.0)
        size = tf.stop_gradient(tf.abs(scores))
        return scores - self.weight * size * shared / count


def _likeness(activation: tf.Tensor) -> tf.Tensor:
    """Return (n, n), the cosines of the images' Gram matrices."""
    count, channels = tf.shape(activation)[0], activation.shape[-1]
    flat = tf.reshape(tf.cast(activation, tf.float32), [count, -1, channels])
    gram = tf.matmul(flat, flat, transpose_a=True)
    rows = tf.math.l2_normalize(tf.reshape(gram, [count, -1]), axis=1)
    return tf.matmul(rows, rows, transpose_b=True)


def filter_means(
    activation: tf.Tensor, filters: tf.Tensor, border_px: int = BORDER_PX
) -> tf.Tensor:
    """Return the mean activation of image i's filter i without its border.

    Args:
        activation: (n, …, c). Any number of spatial axes, any float type.
        filters: (n,) int32. The filter of each image.
        border_px: Width of the border that is cut off each spatial side, in
            positions; less if an axis is too short to keep at least one.

    Returns:
        (n,) float32.

    Source: Chollet, Deep Learning with Python, 2nd ed., section 9.4.2.
    """
    activation = inside(activation, border_px)
    chosen = tf.gather(
        activation,
        filters[:, None],
        axis=activation.shape.rank - 1,
        batch_dims=1,
    )
    return tf.reduce_mean(chosen, axis=list(range(1, chosen.shape.rank)))


def placed(activation: tf.Tensor, prefix: int) -> tf.Tensor:
    """Return tokens (n, t, c) without those that have no place in the image.

    Args:
        activation: (n, …, c). Anything else than tokens has no prefix.
        prefix: Number of class and register tokens before the others.
    """
    return activation[:, prefix:] if prefix else activation


def inside(activation: tf.Tensor, border_px: int = BORDER_PX) -> tf.Tensor:
    """Return the activation without its border, float32.

    Args:
        activation: (n, …, c). Any number of spatial axes, any float type.
        border_px: Width of the border in positions, as in `filter_means`.
    """
    # Not `activation[...]`: the gradient of such a slice is slow on a CPU.
    activation = tf.cast(activation, tf.float32)
    sizes = tf.shape(activation)
    is_spatial = [0, *[1] * (activation.shape.rank - 2), 0]
    border = tf.minimum(border_px, (sizes - 1) // 2) * is_spatial
    return tf.slice(activation, border, sizes - 2 * border)
