"""A convolution of all filters in, one of the filters climbed for out.

Each image of a batch climbs for one filter, so of a layer's last convolution
only these filters' kernels are needed: eight of 256, forward and backward. The
convolution, its bias and its activation are built once more for them alone;
what nothing asks for any more is never computed.
"""

import tensorflow as tf

# An activation that works element by element may follow the convolution.
_ELEMENTWISE = {"Relu": tf.nn.relu, "Relu6": tf.nn.relu6, "Elu": tf.nn.elu}
_WINDOW = ("strides", "padding", "explicit_paddings", "dilations")


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
    bias = None
    if operation.type == "BiasAdd":
        bias, operation = operation.inputs[1], operation.inputs[0].op
    if not _is_plain(operation):
        return activation, filters
    kernel = tf.gather(operation.inputs[1], filters, axis=-1)
    window = {name: operation.get_attr(name) for name in _WINDOW}
    window["padding"] = window["padding"].decode()
    chosen = tf.raw_ops.Conv2D(
        input=operation.inputs[0], filter=kernel, **window
    )
    if bias is not None:
        chosen = tf.nn.bias_add(chosen, tf.gather(bias, filters))
    places = tf.range(tf.shape(filters)[0])
    return chosen if after is None else after(chosen), places


def _is_plain(operation: tf.Operation) -> bool:
    """Tell whether it is a convolution without groups, channels last."""
    if operation.type != "Conv2D":
        return False
    image, kernel = operation.inputs
    is_last = operation.get_attr("data_format") == b"NHWC"
    return is_last and bool(image.shape[-1] == kernel.shape[2])
