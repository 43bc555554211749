"""SqueezeNet 1.1 without its classifier, with weights from a Keras 2 file.

Source: Iandola et al. 2016, "SqueezeNet", version 1.1, with the layer names of
rcmalli/keras-squeezenet (`fire2/expand3x3` is `fire2_expand3x3` here: Keras 3
allows no slash in a name).
"""

from pathlib import Path

import h5py
import keras

# (name, squeeze filters, expand filters), and where a max-pooling follows.
_FIRES = (
    ("fire2", 16, 64),
    ("fire3", 16, 64),
    ("fire4", 32, 128),
    ("fire5", 32, 128),
    ("fire6", 48, 192),
    ("fire7", 48, 192),
    ("fire8", 64, 256),
    ("fire9", 64, 256),
)
_POOLED_AFTER = ("fire3", "fire5")
MEAN_BGR = (104.0, 117.0, 123.0)


def squeezenet(
    size_px: int | None = 227, weights: Path | None = None
) -> keras.Model:
    """Return the network; `size_px` None leaves the size open."""
    image = keras.Input((size_px, size_px, 3))
    x = keras.layers.Conv2D(64, 3, 2, activation="relu", name="conv1")(image)
    x = keras.layers.MaxPooling2D(3, 2)(x)
    for name, squeeze, expand in _FIRES:
        x = _fire(x, name, squeeze, expand)
        if name in _POOLED_AFTER:
            x = keras.layers.MaxPooling2D(3, 2)(x)
    model = keras.Model(image, x, name="squeezenet")
    if weights is not None:
        _load(model, weights)
    return model


def preprocess(images):
    """Return 0-255 RGB images as the network was trained on: BGR, centred."""
    mean = keras.ops.convert_to_tensor(MEAN_BGR)
    return keras.ops.flip(images, axis=-1) - mean


def _fire(x, name: str, squeeze: int, expand: int):
    x = _convolution(squeeze, 1, f"{name}_squeeze1x1")(x)
    left = _convolution(expand, 1, f"{name}_expand1x1")(x)
    right = _convolution(expand, 3, f"{name}_expand3x3")(x)
    return keras.layers.Concatenate(name=f"{name}_concat")([left, right])


def _convolution(filters: int, kernel: int, name: str) -> keras.layers.Conv2D:
    return keras.layers.Conv2D(
        filters, kernel, padding="same", activation="relu", name=name
    )


def _load(model: keras.Model, path: Path) -> None:
    with h5py.File(path) as file:
        arrays = {}
        file.visititems(
            lambda name, item: (
                arrays.update({name: item[()]})
                if isinstance(item, h5py.Dataset)
                else None
            )
        )
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            prefix = layer.name.replace("_", "/", 1) + "/"
            own = {k: v for k, v in arrays.items() if k.startswith(prefix)}
            kernel = next(v for k, v in own.items() if "kernel" in k)
            bias = next(v for k, v in own.items() if "bias" in k)
            layer.set_weights([kernel, bias])
