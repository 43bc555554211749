"""Brings a layer's output into the form (n, h, w, c) that heatmaps need."""

import tensorflow as tf

from kerasviz_callbacks.model.input import ModelInput
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.probe import Probe
from kerasviz_callbacks.model.tap import TapError


def as_features(
    located: Located, tensor: tf.Tensor | None, spec: ModelInput
) -> tf.Tensor:
    """Return an activation or its gradient as (n, h, w, c) float32.

    Raises:
        TapError: If there is no gradient.
    """
    if tensor is None:
        raise TapError(
            "What is explained does not depend on the answer of layer "
            f"{located.path!r}, so there is no heatmap. Choose a layer on "
            "the way to that output, or another output."
        )
    if _is_channels_first(located, spec):
        tensor = tf.transpose(tensor, [0, 2, 3, 1])
    return tf.cast(tensor, tf.float32)


def check_picture(located: Located, found: Probe) -> None:
    """Raise if a layer's output has no image plane for a heatmap to lie on.

    Raises:
        TapError: If the layer is never called where a tap can see it.
        ValueError: If its output is not (n, h, w, c).
    """
    shape = found.shape(located.layer)
    if len(shape) != 4:
        raise ValueError(
            "A layer for heatmaps must answer with feature maps, (n, h, w, c) "
            f"— {located.path!r} answers with shape {shape}. Choose a "
            "convolution; layer_paths(model) lists them."
        )


def _is_channels_first(located: Located, spec: ModelInput) -> bool:
    data_format = getattr(located.layer, "data_format", None)
    if data_format is None:  # an activation, a sum: as the rest of the model
        return spec.channels_first
    return bool(data_format == "channels_first")
