"""What an ascent climbs for: an activation in, one score per image out.

| objective     | the score of image i                                         |
|---------------|--------------------------------------------------------------|
| `ChannelMean` | mean activation of its filter                                |
| `Neuron`      | activation of its filter at one place                        |
| `Direction`   | mean activation along a direction in the space of filters    |
| `Diversity`   | another objective, less what the images have in common       |

Source: Olah et al. 2017, "Feature Visualization"; Gatys et al. 2015, "Texture
synthesis using convolutional neural networks", for the Gram matrix.

Activations in, the mean activation of one filter per image out.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import tensorflow as tf


class Objective(Protocol):
    """What is climbed for.

    Attributes:
        needs_all_filters: whether the score of an image looks at other filters
            than its own; if not, the others are not computed.
        couples_images: whether it looks at other images of the batch; if so,
            all are one batch.
    """

    needs_all_filters: ClassVar[bool]
    couples_images: ClassVar[bool]

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the scores, (n,) float32.

        Args:
            activation: (n, …, c) of the layer, any number of spatial axes.
            filters: (n,) int32, the filter that each image climbs for.
        """


@dataclass(frozen=True)
class ChannelMean:
    """The mean activation of the filter, without the map's border.

    The recipe's (Chollet, Deep Learning with Python, 2nd ed., section 9.4.2).
    """

    needs_all_filters: ClassVar[bool] = False
    couples_images: ClassVar[bool] = False

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the means."""
        return filter_means(activation, filters)


@dataclass(frozen=True)
class Neuron:
    """The activation of the filter at one place of its map.

    The picture is the pattern in the place's receptive field alone.

    Attributes:
        place: along each spatial axis, as a share of it from 0 to 1.
    """

    needs_all_filters: ClassVar[bool] = False
    couples_images: ClassVar[bool] = False

    place: tuple[float, ...] = (0.5, 0.5)

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the activations at the place.

        Raises:
            ValueError: the map has another number of spatial axes.
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
        weights: one per filter of the layer; of any length, it is normalised.
    """

    needs_all_filters: ClassVar[bool] = True
    couples_images: ClassVar[bool] = False

    weights: tuple[float, ...]

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the projections of the mean activation on the direction.

        Raises:
            ValueError: the layer has another number of filters.
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
    """Another objective, less what the images of one filter share.

    Ask for a filter several times, `filters=[7, 7, 7, 7]`, to see the several
    things that it answers to. What two images share is the cosine of the Gram
    matrices of their activations. They climb together, as one batch.

    Attributes:
        of: the objective.
        weight: how much is taken off, as a share of the objective's own size.
    """

    needs_all_filters: ClassVar[bool] = True
    couples_images: ClassVar[bool] = True

    of: Objective = field(default_factory=ChannelMean)
    weight: float = 1.0

    def score(self, activation: tf.Tensor, filters: tf.Tensor) -> tf.Tensor:
        """Return the scores less the shares."""
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


BORDER_PX = 2  # of the activation: where padding leaks in


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


def inside(activation: tf.Tensor, border_px: int = BORDER_PX) -> tf.Tensor:
    """Return the activation without its border, float32.

    Args:
        activation: as above.
        border_px: likewise.
    """
    # Not `activation[...]`: the gradient of such a slice is slow on a CPU.
    activation = tf.cast(activation, tf.float32)
    sizes = tf.shape(activation)
    is_spatial = [0, *[1] * (activation.shape.rank - 2), 0]
    border = tf.minimum(border_px, (sizes - 1) // 2) * is_spatial
    return tf.slice(activation, border, sizes - 2 * border)
