"""Brings the outputs of layers into one form, with their channels last.

Where the channels are depends on the layer, and sometimes on the model:

| the layer                                    | its channels                 |
|----------------------------------------------|------------------------------|
| has a `data_format` (convolutions, pooling)  | as that says                 |
| has none, and its output has the image's     | as in the model's input (an  |
| rank: (n, h, w, c) or (n, c, h, w)           | activation, a sum, a norm)   |
| has none, and its output has another rank    | last (tokens, as of a        |
|                                              | transformer)                 |
"""

import keras
import tensorflow as tf

from kerasviz_callbacks.model.input import ModelInput, Shape
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.probe import Probe
from kerasviz_callbacks.model.tap import TapError

_IMAGE_RANK = 4  # with the batch axis


def channels_last(
    tensor: tf.Tensor, layer: keras.Layer, spec: ModelInput
) -> tf.Tensor:
    """Return a layer's output or its gradient as (n, …, c).

    Args:
        tensor: (n, …, c) or (n, c, …). The output or its gradient.
        layer: The layer.
        spec: The inputs of its model.
    """
    rank = tensor.shape.rank
    if not _is_channels_first(layer, spec, rank):
        return tensor
    return tf.transpose(tensor, [0, *range(2, rank), 1])


def channels_last_shape(probe: Probe, layer: keras.Layer) -> Shape:
    """Return the shape of the layer's last output as (n, …, c).

    Raises:
        TapError: If the layer is never called where a tap can see it.
    """
    return with_channels_last(probe.shape(layer), layer, probe.spec)


def with_channels_last(
    shape: Shape, layer: keras.Layer, spec: ModelInput
) -> Shape:
    """Return the shape of a layer's output as (n, …, c)."""
    if not _is_channels_first(layer, spec, len(shape)):
        return shape
    return (shape[0], *shape[2:], shape[1])


def as_features(
    located: Located, tensor: tf.Tensor | None, spec: ModelInput
) -> tf.Tensor:
    """Return an activation or its gradient as (n, h, w, c) float32.

    Raises:
        TapError: If there is no gradient.
    """
    if tensor is None:
        raise TapError(
            "What is explained does not depend on the output of layer "
            f"{located.path!r}, so there is no heatmap. Choose a layer on "
            "the way to that output, or another output."
        )
    return tf.cast(channels_last(tensor, located.layer, spec), tf.float32)


def _is_channels_first(layer: keras.Layer, spec: ModelInput, rank: int) -> bool:
    """Return whether an output of this rank is (n, c, …); see the table."""
    data_format = getattr(layer, "data_format", None)
    if data_format is not None:
        return bool(data_format == "channels_first") and rank > 2
    return spec.channels_first and rank == _IMAGE_RANK
