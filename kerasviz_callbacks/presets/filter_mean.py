"""Activations in, the mean activation of one filter per image out."""

import tensorflow as tf

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
