"""A small convolutional network, its backbone nested as people nest theirs."""

import keras
from keras import layers

from examples.demo.pictures import CLASS_NAMES, SIZE_PX

# Width and kernel. A broad first kernel and average pooling make filters
# smooth: their patterns show textures where max-pooling leaves grain.
CONVOLUTIONS = ((16, 5), (32, 3), (48, 3), (64, 3))
POOLED = (2, 3)  # not before the last: maps of 16 x 16 show where, not about


def build_network(seed: int) -> keras.Model:
    """Return the untrained network, softmax over `CLASS_NAMES`."""
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            layers.Input((SIZE_PX, SIZE_PX, 3), name="picture"),
            # From bytes to -1 to 1: from 0 to 1 training was jumpier.
            layers.Rescaling(1 / 127.5, offset=-1, name="rescale"),
            _backbone(),
            layers.GlobalAveragePooling2D(name="average"),
            layers.Dense(
                len(CLASS_NAMES), activation="softmax", name="classes"
            ),
        ],
        name="demo",
    )


def _backbone() -> keras.Model:
    inputs = x = layers.Input((SIZE_PX, SIZE_PX, 3))
    for number, (width, kernel) in enumerate(CONVOLUTIONS, start=1):
        if number in POOLED:
            x = layers.AveragePooling2D(2, name=f"pool{number - 1}")(x)
        x = layers.Conv2D(
            width, kernel, padding="same", use_bias=False, name=f"conv{number}"
        )(x)
        # Keras' own 0.99 takes hundreds of steps to forget its start: what is
        # drawn, in inference mode, would be wrong for the first epochs.
        x = layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    return keras.Model(inputs, x, name="backbone")
