"""The classic recipe as its book writes it, step by step, one filter at a time.

Chollet, Deep Learning with Python, 2nd ed., section 9.4.2: the reference that
`preset="recipe"` must follow. It reaches the layer by graph surgery, so it
works on plain functional models only. Only the starting image is an argument.
"""

import keras
import numpy as np
import tensorflow as tf


class Recipe:
    """The recipe for one layer of a functional model."""

    def __init__(self, model: keras.Model, layer: str) -> None:
        output = model.get_layer(name=layer).output
        self.feature_extractor = keras.Model(model.input, output)
        self.step = tf.function(self.gradient_ascent_step)

    def compute_loss(self, image, filter_index):
        activation = self.feature_extractor(image)
        filter_activation = activation[:, 2:-2, 2:-2, filter_index]
        return tf.reduce_mean(filter_activation)

    def gradient_ascent_step(self, image, filter_index, learning_rate):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = self.compute_loss(image, filter_index)
        grads = tape.gradient(loss, image)
        grads = tf.math.l2_normalize(grads)
        image += learning_rate * grads
        return image

    def generate_filter_pattern(self, start, filter_index, iterations=30):
        image = tf.constant(start[None])
        for _ in range(iterations):
            image = self.step(image, tf.constant(filter_index), 10.0)
        return image[0].numpy()


def deprocess_image(image: np.ndarray) -> np.ndarray:
    """Return the picture as the book shows it."""
    image -= image.mean()
    image /= image.std()
    image *= 64
    image += 128
    image = np.clip(image, 0, 255).astype("uint8")
    return image[25:-25, 25:-25, :]
