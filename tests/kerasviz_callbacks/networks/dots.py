"""A model with a shortcut by construction, and images of bright dots.

The model counts bright dots: class 1 if there are some in its upper left corner
(or, without a shortcut, anywhere), else class 0.
"""

import keras
import numpy as np

L = keras.layers
SIDE = 32


def dot_counter(only_corner: bool) -> keras.Model:
    """Return a model of two logits: bright dots, in the corner or anywhere."""
    image = keras.Input((SIDE, SIDE, 3))
    area = np.full((1, SIDE, SIDE, 1), 0 if only_corner else 1, "float32")
    area[:, :8, :8] = 1
    dots = L.Conv2D(1, 1, activation="relu", name="dots")
    seen = L.Multiply(name="seen")([dots(image), area])
    dots.set_weights([np.full((1, 1, 3, 1), 1.0, "float32"), np.array([-2.0])])
    head = L.Dense(2)
    model = keras.Model(image, head(L.GlobalAveragePooling2D()(seen)))
    weights = np.array([[0.0, 1e4]], "float32")
    head.set_weights([weights, np.array([20.0, 0.0])])
    return model


def dotted(places: list[tuple[int, int] | None]) -> np.ndarray:
    """Return dull images with a bright square of 4 px at each place."""
    rng = np.random.default_rng(0)
    shape = (len(places), SIDE, SIDE, 3)
    images = rng.uniform(0, 0.5, shape).astype("float32")
    for image, place in zip(images, places, strict=True):
        if place is not None:
            row, column = place
            image[row : row + 4, column : column + 4] = 1
    return images
