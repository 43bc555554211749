"""A convolution of all filters in, one of the filters climbed for out.

Each image of a batch climbs for one filter, so of a layer's last convolution
only these filters' kernels are needed: eight of 256, forward and backward. The
convolution, its bias and its activation are built once more for them alone;
what nothing asks for any more is never computed.
"""

import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.convolution_operation import (
    is_channels_last,
    with_kernel,
    without_bias,
)

# An activation that works element by element may follow the convolution.
_ELEMENTWISE = {"Relu": tf.nn.relu, "Relu6": tf.nn.relu6, "Elu": tf.nn.elu}


def only_filters(
    activation: tf.Tensor, filters: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the maps of these filters, and each image's place in them.

    Args:
        activation: symbolic, (n, h, w, c), what a layer answered.
        filters: (n,) int32.

    Returns:
        (n, h, w, n) and (n,) of which the same is asked as of the arguments;
        the arguments themselves where the layer ends otherwise.
    """
    after, operation = None, activation.op
    if operation.type in _ELEMENTWISE:
        after, operation = _ELEMENTWISE[operation.type], operation.inputs[0].op
    operation, bias = without_bias(operation)
    if not _is_plain(operation):
        return activation, filters
    kernel = tf.gather(operation.inputs[1], filters, axis=-1)
    chosen = with_kernel(operation, kernel)
    if bias is not None:
        chosen = tf.nn.bias_add(chosen, tf.gather(bias, filters))
    places = tf.range(tf.shape(filters)[0])
    return chosen if after is None else after(chosen), places


def _is_plain(operation: tf.Operation) -> bool:
    """Tell whether it is a convolution without groups, channels last."""
    if operation.type != "Conv2D" or not is_channels_last(operation):
        return False
    image, kernel = operation.inputs
    return bool(image.shape[-1] == kernel.shape[2])
