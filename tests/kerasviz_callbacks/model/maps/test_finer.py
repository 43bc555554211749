"""A finer map is found, and fused with the last one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.heatmaps.methods import fuse
from tests.kerasviz_callbacks.model.maps.test_choice import vision_transformer

L = keras.layers
SIZE = (32, 48, 3)
X = np.random.default_rng(0).uniform(size=(2, *SIZE)).astype("float32")


def stages(*strides: int) -> keras.Model:
    """Return a convolution per stride, and a classifier."""
    keras.utils.set_random_seed(3)
    x = image = keras.Input(SIZE)
    for number, stride in enumerate(strides):
        x = L.Conv2D(
            6, 3, stride, "same", activation="relu", name=f"conv{number}"
        )(x)
    return keras.Model(image, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


@pytest.mark.parametrize(
    ("strides", "finer", "cells"),
    [
        ((2, 2, 2, 2), "conv1", (8, 12)),  # four times finer
        ((1, 1, 2, 2), "conv1", (32, 48)),  # the last of them
        ((2, 2, 1), "conv0", (16, 24)),  # twice, where there is no other
    ],
)
def test_a_finer_map_is_taken_by_its_size(strides, finer, cells):
    found = grad_cam(stages(*strides), X, method="fused_cam")
    assert found.maps.shape == (2, *cells)
    assert f"Fused with the finer map of {finer!r}." in found.notes


def test_a_fused_map_is_the_product_of_an_independent_computation():
    model = stages(2, 2, 2, 2)
    ours = grad_cam(model, X, method="fused_cam")
    taps = [model.get_layer(name).output for name in ("conv1", "conv3")]
    split = keras.Model(model.input, [*taps, model.output])
    with tf.GradientTape() as tape:
        fine, last, scores = split(X, training=False)
        best = tf.reduce_max(scores, axis=1)
    of_fine, of_last = tape.gradient(best, [fine, last])
    weights = tf.reduce_mean(of_last, axis=(1, 2), keepdims=True)
    coarse = tf.nn.relu(tf.reduce_sum(weights * last, axis=-1, keepdims=True))
    large = tf.image.resize(coarse, (8, 12))[..., 0].numpy()
    layer = tf.reduce_sum(tf.nn.relu(of_fine) * fine, axis=-1).numpy()
    expected = large * layer / layer.max(axis=(1, 2), keepdims=True)
    assert expected.max() > 0
    np.testing.assert_allclose(ours.maps, expected, rtol=1e-4, atol=1e-6)


def test_a_model_of_one_resolution_gets_its_grad_cam_and_is_told():
    model = stages(2, 1)
    found = grad_cam(model, X, method="fused_cam")
    [note] = [one for one in found.notes if "no finer map" in one]
    assert "that of grad_cam" in note
    np.testing.assert_array_equal(found.maps, grad_cam(model, X).maps)


@pytest.mark.parametrize("pooling", ["token", "mean"])
def test_tokens_are_fused_with_those_before_attention(pooling):
    model = vision_transformer(pooling)
    found = grad_cam(model, X, method="fused_cam")
    [note] = [one for one in found.notes if one.startswith("Fused")]
    before = {"token": "joined", "mean": model.layers[2].name}[pooling]
    assert note == f"Fused with the finer map of {before!r}."
    coarse = grad_cam(model, X).maps
    fine = grad_cam(model, X, layer=before, method="hires_cam").maps
    shares = fine / fine.max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(found.maps, coarse * shares, rtol=1e-5)


def test_a_heatmap_that_fades_does_not_get_brighter():
    rng = np.random.default_rng(1)
    coarse = rng.uniform(size=(3, 4, 5)).astype("float32")
    fine = rng.normal(size=(3, 4, 5)).astype("float32")
    whole, faded = fuse(coarse, fine), fuse(coarse / 100, 7 * fine)
    assert whole.min() == 0 and (whole.max((1, 2)) <= coarse.max((1, 2))).all()
    np.testing.assert_allclose(faded, whole / 100, rtol=1e-5)


def test_what_is_not_finite_stays_so_and_nothing_is_zero():
    coarse = np.ones((3, 2, 2), "float32")
    fine = np.array([1, np.nan, -1], "float32")[:, None, None] * coarse
    fused = fuse(coarse, fine)
    assert fused[0].max() == 1
    assert np.isnan(fused[1]).all()
    assert not fused[2].any()
