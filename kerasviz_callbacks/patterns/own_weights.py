"""Reads the weights that belong to one filter of a layer alone.

| layer                     | a filter's own                                 |
|---------------------------|------------------------------------------------|
| `Conv`, `Dense`           | its slice of the kernel, its bias              |
| `Conv…Transpose`          | likewise; the kernel's last axis but one       |
| `DepthwiseConv`           | likewise; the last two axes, as one            |
| `SeparableConv`           | its slice of the pointwise kernel, its bias;   |
|                           | the depthwise kernel belongs to all            |
| any other                 | nothing: activations, sums, whole networks     |
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model import is_convolution

_SEPARABLE = (keras.layers.SeparableConv1D, keras.layers.SeparableConv2D)
_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)
_TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


def own_weights(
    layer: keras.Layer, filters: Sequence[int]
) -> FloatArray | None:
    """Return (f, k) float32, a copy; None where the layer has none.

    Args:
        layer: built.
        filters: indices.
    """
    if not (is_convolution(layer) or isinstance(layer, keras.layers.Dense)):
        return None
    chosen = np.asarray(filters)
    parts = [_by_filter(layer)[chosen]]
    if getattr(layer, "bias", None) is not None:
        parts.append(_array(layer.bias)[chosen, None])
    return np.concatenate(parts, axis=1)


def _by_filter(layer: keras.Layer) -> FloatArray:
    """Return the kernel, (filters, k)."""
    if isinstance(layer, _SEPARABLE):
        kernel = _array(layer.pointwise_kernel)
    else:
        kernel = _array(layer.kernel)
    if isinstance(layer, _DEPTHWISE):
        kernel = kernel.reshape(*kernel.shape[:-2], -1)
    elif isinstance(layer, _TRANSPOSED):
        kernel = kernel.swapaxes(-1, -2)
    return np.moveaxis(kernel, -1, 0).reshape(kernel.shape[-1], -1)


def _array(variable: Any) -> FloatArray:
    return np.asarray(tf.convert_to_tensor(variable).numpy(), np.float32)
