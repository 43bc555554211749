"""Ways of drawing heatmaps, each a function that makes a drawing function.

Each takes a `Setting` and returns what draws: images as fed, (n, h, w, c), to
raw maps of class `CLASS`, (n, h, w). What can be done once (building models,
tracing) is done before, except where a way does it at every call anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks.squeezenet import squeezenet
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    prepare_heatmaps,
)

CLASS = 7
CHUNK = 32
L = keras.layers
Draw = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Setting:
    """A model with a linear end, and its two halves around the layer.

    Attributes:
        model: what the ways are given; ends in scores without a softmax.
        layer: path of the layer for ours.
        below: images → the layer's activation.
        above: activation → scores.
        name: the layer's own name, which is all that peers take.
    """

    model: keras.Model
    layer: str
    below: keras.Model
    above: keras.Model
    name: str


def squeezenet_setting(weights: Path | None) -> Setting:
    """SqueezeNet 1.1 at 227 px with its convolutional classifier."""
    keras.utils.set_random_seed(0)
    below = squeezenet(227, weights)
    activation = keras.Input(below.output.shape[1:])
    x = L.Conv2D(1000, 1, activation="relu", name="conv10")(activation)
    above = keras.Model(activation, L.GlobalAveragePooling2D()(x))
    # one flat graph, as peers need it
    y = below.output
    for layer in above.layers[1:]:
        y = layer(y)
    model = keras.Model(below.input, y)
    return Setting(model, "fire9_concat", below, above, "fire9_concat")


def mobilenet_setting(weights: Path | None) -> Setting:
    """MobileNetV2 at 160 px as a layer of another model, fresh weights."""
    keras.utils.set_random_seed(0)
    below = keras.applications.MobileNetV2(
        (160, 160, 3), include_top=False, weights=None
    )
    activation = keras.Input(below.output.shape[1:])
    x = L.GlobalAveragePooling2D()(activation)
    above = keras.Model(activation, L.Dense(10)(x))
    image = keras.Input((160, 160, 3))
    model = keras.Model(image, above(below(image)))
    path = f"{below.name}/out_relu"
    return Setting(model, path, below, above, "out_relu")


def xception_setting(weights: Path | None) -> Setting:
    """Xception at 150 px, fresh weights."""
    keras.utils.set_random_seed(0)
    model = keras.applications.Xception(
        weights=None, input_shape=(150, 150, 3), classifier_activation=None
    )
    name = "block14_sepconv2_act"
    below = keras.Model(model.input, model.get_layer(name).output)
    activation = keras.Input(below.output.shape[1:])
    x = model.get_layer("avg_pool")(activation)
    above = keras.Model(activation, model.get_layer("predictions")(x))
    return Setting(model, name, below, above, name)


def forward(setting: Setting) -> Draw:
    """No map: the model's answers alone, traced, in chunks."""
    run = tf.function(lambda x: setting.model(x, training=False))

    def draw(images: np.ndarray) -> np.ndarray:
        for start in range(0, len(images), CHUNK):
            run(tf.constant(images[start : start + CHUNK])).numpy()
        return np.zeros((len(images), 1, 1), np.float32)

    return draw


def classic(setting: Setting) -> Draw:
    """The recipe of two models, one image after the other, models built once.

    Chollet, Deep Learning with Python, 2nd ed., heatmaps of class activation.
    """

    def draw_one(image: np.ndarray) -> np.ndarray:
        with tf.GradientTape() as tape:
            activation = setting.below(image)
            tape.watch(activation)
            score = setting.above(activation)[:, CLASS]
        gradient = tape.gradient(score, activation)
        pooled = tf.reduce_mean(gradient, axis=(0, 1, 2)).numpy()
        activation = activation.numpy()[0]
        for i in range(pooled.shape[-1]):
            activation[:, :, i] *= pooled[i]
        return np.maximum(np.sum(activation, axis=-1), 0)

    return lambda images: np.stack([draw_one(image[None]) for image in images])


def tf_explain(setting: Setting) -> Draw:
    """tf-explain's functions, with unguided gradients and a ReLU after them."""
    from tf_explain.core.grad_cam import GradCAM

    def draw_chunk(images: np.ndarray) -> np.ndarray:
        outputs, gradients = GradCAM.get_gradients_and_filters(
            setting.model, images, setting.name, CLASS, False
        )
        cams = GradCAM.generate_ponderated_output(outputs, gradients)
        return np.maximum(np.stack([cam.numpy() for cam in cams]), 0)

    return _in_chunks(draw_chunk)


def tf_keras_vis(setting: Setting) -> Draw:
    """tf-keras-vis' Gradcam, without enlarging or normalising."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    gradcam = Gradcam(setting.model, clone=False)

    def draw_chunk(images: np.ndarray) -> np.ndarray:
        return gradcam(
            CategoricalScore([CLASS] * len(images)),
            images,
            penultimate_layer=setting.name,
            seek_penultimate_conv_layer=False,
            expand_cam=False,
            normalize_cam=False,
        )

    return _in_chunks(draw_chunk)


def xplique(setting: Setting) -> Draw:
    """Xplique's GradCAM, without enlarging; only that takes its inner parts."""
    from xplique.attributions import GradCAM

    explainer = GradCAM(setting.model, conv_layer=setting.name)
    wanted = np.eye(setting.model.output.shape[-1], dtype=np.float32)[CLASS]

    def draw_chunk(images: np.ndarray) -> np.ndarray:
        targets = tf.constant(np.tile(wanted, (len(images), 1)))
        maps, gradients = explainer._gradient(tf.constant(images), targets)
        weights = explainer._compute_weights(gradients, maps)
        return explainer._apply_weights(weights, maps).numpy()

    return _in_chunks(draw_chunk)


def ours(setting: Setting, *targets) -> Draw:
    """The engine of `GradCAM`, as it draws a capture."""

    def draw(images: np.ndarray) -> np.ndarray:
        batch = engine(images, np.tile(wanted[0], (len(images), 1)))
        return batch.maps[setting.layer][batch.is_first]

    size = setting.below.input.shape[1:]
    request = HeatmapRequest(
        np.zeros((1, *size), np.float32), list(targets) or CLASS
    )
    prepared = prepare_heatmaps(setting.model, request, setting.layer)
    engine, wanted = prepared.engine, prepared.wanted
    return draw


def ours_for_three_targets(setting: Setting) -> Draw:
    """A class, the prediction and the margin: three maps, three gradients."""
    return ours(setting, CLASS, "predicted", "margin")


SETTINGS: dict[str, Callable[[Path | None], Setting]] = {
    "SqueezeNet": squeezenet_setting,
    "Xception": xception_setting,
    "MobileNetV2, nested": mobilenet_setting,
}
WAYS: dict[str, Callable[[Setting], Draw]] = {
    "forward pass alone": forward,
    "classic recipe": classic,
    "tf-explain": tf_explain,
    "tf-keras-vis": tf_keras_vis,
    "Xplique": xplique,
    "ours": ours,
    "ours, three targets": ours_for_three_targets,
}


def _in_chunks(draw: Draw) -> Draw:
    return lambda images: np.concatenate(
        [
            draw(images[start : start + CHUNK])
            for start in range(0, len(images), CHUNK)
        ]
    )
