"""Ways of drawing filter patterns, each a function with the same arguments.

    way(model, layer, filters, size, preprocess) → (n, h, w, 3) uint8, as shown

`size` is in px; None, where `classic` or `ours` is asked, is the method's own.

`classic` is the recipe as learners write it (Chollet, Deep Learning with
Python, 2nd ed., section 9.4.2): a Python loop, the filter as a Python int, so
that every filter is traced anew.
"""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.presets import find_preset
from kerasviz_callbacks.presets.canvas import displayed
from kerasviz_callbacks.presets.preset import Preset

NUM_STEPS = 30  # of the recipe, and of peers where steps are compared
_CLASSIC_PX = 200
Preprocess = Callable[[tf.Tensor], tf.Tensor]
Draw = Callable[
    [keras.Model, str, list[int], int | None, Preprocess], np.ndarray
]


def classic(start_noise: float = 0.0) -> Draw:
    """The book's code; `start_noise` is added to where it starts."""

    def draw(model, layer, filters, size, _):
        size = size or _CLASSIC_PX
        extractor = keras.Model(model.inputs, model.get_layer(layer).output)
        step = _classic_step(extractor)
        images = []
        for index in filters:
            random = np.random.default_rng(index)
            image = random.uniform(0.4, 0.6, (1, size, size, 3))
            image += start_noise * random.normal(size=image.shape)
            image = tf.constant(image, tf.float32)
            for _ in range(NUM_STEPS):
                image = step(image, index, 10.0)
            images.append(image[0].numpy())
        return displayed(np.stack(images))

    return draw


def ours(preset: str | Preset) -> Draw:
    """Kerasviz' own, traced anew at every call."""

    def draw(model, layer, filters, size, preprocess):
        return filter_patterns(
            model,
            layer,
            filters,
            preprocess=preprocess,
            preset=replace(find_preset(preset), size=size),
        ).images

    return draw


def tf_keras_vis(model, layer, filters, size, _) -> np.ndarray:
    """Its ActivationMaximization with its defaults, 30 steps, all at once."""
    from tf_keras_vis.activation_maximization import ActivationMaximization
    from tf_keras_vis.utils.model_modifiers import ExtractIntermediateLayer
    from tf_keras_vis.utils.scores import CategoricalScore

    climb = ActivationMaximization(
        model, model_modifier=[ExtractIntermediateLayer(index_or_name=layer)]
    )
    start = np.random.default_rng(0).uniform(
        0, 255, (len(filters), size, size, 3)
    )
    images = climb(
        CategoricalScore(list(filters)),
        seed_input=start.astype(np.float32),
        steps=NUM_STEPS,
    )
    return np.asarray(images).clip(0, 255).astype(np.uint8)


def xplique(model, layer, filters, size, _) -> np.ndarray:
    """Its feature visualisation with its defaults, 30 steps, one by one."""
    from xplique.features_visualizations import Objective, optimize

    pictures = []
    for index in filters:
        objective = Objective.channel(model, layer, index)
        [images], _ = optimize(
            objective,
            nb_steps=NUM_STEPS,
            custom_shape=(size, size),
            use_fft=True,
        )
        pictures.append(np.asarray(images[-1]))
    return displayed(np.stack(pictures).astype(np.float32))


def _classic_step(extractor: keras.Model) -> Callable[..., tf.Tensor]:
    @tf.function
    def step(image, index, rate):
        with tf.GradientTape() as tape:
            tape.watch(image)
            activation = extractor(image)
            loss = tf.reduce_mean(activation[:, 2:-2, 2:-2, index])
        gradient = tf.math.l2_normalize(tape.gradient(loss, image))
        return image + rate * gradient

    return step


WAYS: dict[str, Draw] = {
    "classic recipe": classic(),
    "ours, recipe": ours("recipe"),
    "ours, steady": ours("steady"),
    "tf-keras-vis": tf_keras_vis,
    "Xplique": xplique,
}
