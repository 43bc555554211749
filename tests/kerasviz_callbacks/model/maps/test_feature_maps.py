"""Where the channels of a layer's output are, and that all rooms agree."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns, grad_cam
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.maps.feature_maps import (
    channels_last,
    channels_last_shape,
)
from kerasviz_callbacks.model.probe import Probe, probe_model

L = keras.layers
IMAGES = np.random.default_rng(0).random((2, 16, 12, 3)).astype(np.float32)


def network(order: str) -> keras.Model:
    shape = (16, 12, 3) if order == "channels_last" else (3, 16, 12)
    axis = -1 if order == "channels_last" else 1
    return keras.Sequential(
        [
            keras.Input(shape),
            L.Conv2D(5, 3, data_format=order, name="conv"),
            L.BatchNormalization(axis=axis, name="norm"),
            L.ReLU(name="relu"),
            L.Reshape((5, -1) if axis == 1 else (-1, 5), name="rows"),
            L.Conv1D(4, 3, data_format=order, name="line"),
            L.GlobalAveragePooling1D(data_format=order, name="pool"),
            L.Dense(3, activation="softmax", name="dense"),
        ]
    )


@functools.cache  # no test changes it
def probed(order: str) -> Probe:
    model = network(order)
    return probe_model(model, model_input(model), (16, 12, 3))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("conv", (None, 14, 10, 5)),
        ("norm", (None, 14, 10, 5)),  # has no data_format: as the model
        ("relu", (None, 14, 10, 5)),
        ("rows", (None, 5, 140)),  # of another rank: last
        ("line", (None, 138, 4)),
        ("pool", (None, 4)),  # has a data_format, but no positions
        ("dense", (None, 3)),
    ],
)
def test_channels_of_a_channels_first_model(name, shape):
    probe = probed("channels_first")
    layer = probe.model.get_layer(name)
    assert channels_last_shape(probe, layer) == shape
    given = tf.zeros(
        [1 if size is None else size for size in probe.shape(layer)]
    )
    moved = channels_last(given, layer, probe.spec)
    assert (None, *moved.shape[1:]) == shape


@pytest.mark.parametrize("name", ["conv", "norm", "relu", "rows", "dense"])
def test_channels_of_a_channels_last_model_stay(name):
    probe = probed("channels_last")
    layer = probe.model.get_layer(name)
    assert channels_last_shape(probe, layer) == probe.shape(layer)


@pytest.mark.parametrize("name", ["conv", "relu"])
def test_a_channels_first_model_gives_what_its_twin_gives(name):
    last, first = network("channels_last"), network("channels_first")
    kernels = last.get_layer("conv").get_weights()
    first.get_layer("conv").set_weights(kernels)
    found, expected = (
        filter_patterns(model, name, 9, preset="recipe", steps=2, images=IMAGES)
        for model in (first, last)
    )
    assert found.filters == expected.filters == (0, 1, 2, 3, 4)
    np.testing.assert_allclose(found.objective, expected.objective, rtol=1e-3)
    np.testing.assert_allclose(
        found.held_out_peak, expected.held_out_peak, rtol=1e-4
    )
    np.testing.assert_array_equal(found.crop_image, expected.crop_image)


def test_a_heatmap_lies_on_the_positions_of_a_channels_first_relu():
    model = network("channels_first")
    assert grad_cam(model, IMAGES, layer="relu").maps.shape == (2, 14, 10)
