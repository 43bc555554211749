"""Small detectors whose boxes and scores are known: four boxes, 2 x 2 cells."""

from collections.abc import Sequence

import keras
import numpy as np

L = keras.layers
SIZE = 20
# Left, upper, right and lower edge: one box in each quarter, row by row.
QUARTERS = np.array(
    [
        [0.05, 0.1, 0.45, 0.4],
        [0.55, 0.1, 0.95, 0.4],
        [0.05, 0.6, 0.45, 0.9],
        [0.55, 0.6, 0.95, 0.9],
    ],
    np.float32,
)


def features(size: int = SIZE) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return an input and a map of 2 x 2 cells that its quarters fill."""
    inputs = keras.Input((size, size, 3))
    x = conv(6, 3, 1, "relu", "first")(inputs)
    return inputs, L.AveragePooling2D(size // 2)(x)


def conv(channels, size, seed, activation=None, name=None) -> L.Conv2D:
    return L.Conv2D(
        channels,
        size,
        padding="same",
        activation=activation,
        kernel_initializer=keras.initializers.HeNormal(seed),
        bias_initializer=keras.initializers.RandomNormal(0, 0.5, seed),
        name=name,
    )


def constant(
    values: np.ndarray, x: keras.KerasTensor, name: str
) -> keras.KerasTensor:
    """Return the same values for every image."""
    flat = L.Dense(
        values.size,
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(values.reshape(-1)),
        trainable=False,
    )(L.GlobalAveragePooling2D()(x))
    return L.Reshape(values.shape, name=name)(flat)


def box_detector(
    num_classes: int = 3,
    boxes: np.ndarray = QUARTERS,
    activation: str | None = "sigmoid",
    more: Sequence[str] = (),
    of: type[keras.Model] = keras.Model,
) -> keras.Model:
    """Return a detector of a box per cell; boxes beside scores of classes.

    Args:
        num_classes: of the scores.
        boxes: (4, 4) of every image, in any format.
        activation: of the scores.
        more: names of other outputs, of the shape of the boxes, or of one
            number per box if the name begins with "obj".
        of: the class of the model.
    """
    inputs, x = features()
    outputs = {"boxes": constant(boxes, x, "boxes")}
    scores = L.Reshape((4, num_classes))(conv(num_classes, 1, 2)(x))
    outputs["scores"] = L.Activation(activation or "linear")(scores)
    for name in more:
        if name.startswith("obj"):
            outputs[name] = L.Reshape((4, 1))(conv(1, 1, 7, "sigmoid")(x))
        else:
            outputs[name] = constant(boxes, x, name)
    return of(inputs, outputs)


def logits_of(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return the scores behind sigmoid or softmax, (n, 4, classes)."""
    last = model.get_layer(index=-1)
    inner = keras.Model(model.input, last.input)
    return np.asarray(inner(images))
