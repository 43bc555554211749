"""Grad-CAM as the paper writes it, by plain TensorFlow operations."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.heatmaps.engine import HeatmapEngine
from kerasviz_callbacks.heatmaps.question import HeatmapTask
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.model.maps import ImageMap, MapCut
from kerasviz_callbacks.model.probe import probe_model
from tests.kerasviz_callbacks.networks.zoo import Specimen


def reference_maps(
    specimen: Specimen, fed: np.ndarray, classes: np.ndarray | None = None
) -> np.ndarray:
    """Return (n, h, w) float32: each image alone, one after the other."""

    def chosen(scores: tf.Tensor, index: int) -> tf.Tensor:
        return scores[tf.argmax(scores) if classes is None else classes[index]]

    return reference_maps_of(specimen, fed, chosen)


def reference_maps_of(
    specimen: Specimen,
    fed: np.ndarray,
    score_of: Callable[[tf.Tensor, int], tf.Tensor],
) -> np.ndarray:
    """Return the maps of `score_of(scores of an image, its index)`."""
    maps = []
    for index, image in enumerate(fed):
        activation, head = specimen.split(tf.constant(image[None]))
        with tf.GradientTape() as tape:
            tape.watch(activation)
            score = score_of(head(activation)[0], index)
        gradient = tape.gradient(score, activation)[0].numpy()
        weights = gradient.mean(axis=(0, 1))
        maps.append(np.maximum((activation[0].numpy() * weights).sum(-1), 0))
    return np.stack(maps)


def engine_for(specimen: Specimen, fed: np.ndarray, **options) -> HeatmapEngine:
    """Return the engine on the specimen's layer."""
    spec = model_input(specimen.model, specimen.input, fed.shape[1:])
    probe = probe_model(specimen.model, spec, fed.shape[1:])
    layer = find_layer(specimen.model, specimen.layer)
    task = HeatmapTask(
        probe,
        [MapCut((ImageMap(layer),))],
        output=specimen.output,
        other_inputs=tuple(specimen.others),
        **options,
    )
    return HeatmapEngine(task)


def assert_close(found: np.ndarray, expected: np.ndarray, rtol: float) -> None:
    """Compare in relation to the largest value of each map."""
    assert found.shape == expected.shape
    largest = np.abs(expected).max(axis=(1, 2), keepdims=True)
    assert largest.max() > 0, "a degenerate reference compares nothing"
    assert (np.abs(found - expected) <= rtol * largest).all()
