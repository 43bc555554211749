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
