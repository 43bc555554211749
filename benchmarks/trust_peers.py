"""Heatmaps of other packages, as `heatmap_trust` asks for them.

    pip install tf-explain tf-keras-vis

Each takes a flat functional model that ends in scores, not in probabilities;
models inside of a model are none of those. Maps are as the package computes
them, not enlarged, with a ReLU where it has none.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

CHUNK = 16
SMOOTH = {"smooth_samples": 20, "smooth_noise": 0.2}  # as its examples do

# From images (n, h, w, 3) uint8 and their classes (n,) to maps (n, h, w).
Draw = Callable[[np.ndarray, np.ndarray], np.ndarray]


def peers(model: keras.Model) -> dict[str, Draw]:
    """Return what draws heatmaps of a model's last map, by package and method.

    Args:
        model: Ends in a softmax.

    Raises:
        ImportError: The packages are not installed.
    """
    scores, layer = _ends(model)
    return {
        "tf-explain GradCAM": _in_chunks(_tf_explain(scores, layer)),
        **{
            f"tf-keras-vis {name}": _in_chunks(draw)
            for name, draw in _tf_keras_vis(scores, layer).items()
        },
    }


def _ends(model: keras.Model) -> tuple[keras.Model, str]:
    """Return the model without its softmax, and the name of its last map."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        scores = keras.Model(model.input, last.input)
    else:
        linear = keras.layers.Dense(last.units)
        scores = keras.Model(model.input, linear(last.input))
        linear.set_weights(last.get_weights())
    maps = [one for one in model.layers if len(one.output.shape) == 4]
    return scores, maps[-1].name


def _tf_explain(model: keras.Model, layer: str) -> Draw:
    from tf_explain.core.grad_cam import GradCAM

    def draw(images: np.ndarray, classes: np.ndarray) -> np.ndarray:
        maps = []
        for image, label in zip(images, classes, strict=True):
            outputs, gradients = GradCAM.get_gradients_and_filters(
                model, image[None], layer, int(label), False
            )
            cams = GradCAM.generate_ponderated_output(outputs, gradients)
            maps.append(np.maximum(cams[0].numpy(), 0))
        return np.stack(maps)

    return draw


def _tf_keras_vis(model: keras.Model, layer: str) -> Mapping[str, Draw]:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.scorecam import Scorecam
    from tf_keras_vis.utils.scores import CategoricalScore

    def of(made: Any, **options: Any) -> Draw:
        def draw(images: np.ndarray, classes: np.ndarray) -> np.ndarray:
            score = CategoricalScore([int(label) for label in classes])
            return np.asarray(made(score, images, **options))

        return draw

    of_layer = {
        "penultimate_layer": layer,
        "seek_penultimate_conv_layer": False,
        "expand_cam": False,
        "normalize_cam": False,
    }
    return {
        "Gradcam": of(Gradcam(model, clone=False), **of_layer),
        "GradcamPlusPlus": of(GradcamPlusPlus(model, clone=False), **of_layer),
        "Layercam": of(Layercam(model, clone=False), **of_layer),
        "Scorecam": of(Scorecam(model, clone=False), max_N=10, **of_layer),
        "SmoothGrad": of(Saliency(model, clone=False), **SMOOTH),
    }


def _in_chunks(draw: Draw) -> Draw:
    def run(images: np.ndarray, classes: np.ndarray) -> np.ndarray:
        fed = images.astype(np.float32)
        with (
            contextlib.redirect_stdout(io.StringIO()),  # progress bars
            warnings.catch_warnings(action="ignore"),
        ):
            return np.concatenate(
                [
                    draw(fed[i : i + CHUNK], classes[i : i + CHUNK])
                    for i in range(0, len(fed), CHUNK)
                ]
            )

    return run
