"""Pixels of another range than the model was made for, both ways.

That no kind of model raises a false alarm is in `heatmaps/test_grad_cam.py`.
"""

import logging
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.images.range_check import check_range
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.probe import probe_model
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import explaining

L = keras.layers
SHARES = zoo.images(12)
BYTES = np.rint(SHARES * 255).astype(np.uint8)
SIGNED = SHARES * 2 - 1
PHOTOS = {"mean": [0.45] * 3, "variance": [0.06] * 3}
BYTE_PHOTOS = {"mean": [115.0] * 3, "variance": [3900.0] * 3}


def beginning_with(*layers: L.Layer) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((20, 20, 3)),
            *layers,
            L.Conv2D(4, 3, kernel_initializer=keras.initializers.HeNormal(0)),
            L.GlobalAveragePooling2D(),
            L.Dense(3, activation="softmax"),
        ]
    )


def with_norm(**options) -> keras.Model:
    """Return a model whose first batch normalisation follows a convolution."""
    return beginning_with(
        L.Conv2D(6, 3, kernel_initializer=keras.initializers.HeNormal(1)),
        L.BatchNormalization(name="norm", **options),
        L.ReLU(),
    )


def fit(model: keras.Model, pixels: np.ndarray, **options) -> None:
    """Train on one batch of all pixels, an epoch unless told."""
    data = tf.data.Dataset.from_tensors((pixels, np.ones((12, 3))))
    model.fit(data, verbose=0, shuffle=False, **options)


def trained(pixels: np.ndarray, epochs: int = 30, **options) -> keras.Model:
    """Return such a model, trained on these pixels in small steps."""
    model = with_norm(**options)
    model.compile(keras.optimizers.SGD(1e-4), "mse")
    fit(model, pixels, epochs=epochs)
    return model


def notes(model: keras.Model, given: np.ndarray, caplog, **options) -> str:
    """Return what is said of the images; nothing is raised."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        grad_cam(model, given, **options)
    return caplog.text


@pytest.mark.parametrize(
    "layer",
    [
        L.Rescaling(1 / 255),
        L.Rescaling(1 / 127.5, -1),
        L.Normalization(**BYTE_PHOTOS),
    ],
    ids=["rescaling", "to -1", "normalization"],
)
def test_a_layer_that_takes_bytes_refuses_smaller_pixels(layer):
    model = beginning_with(layer)
    expected = r"expects pixels from 0 to 255 — it would see .*is given"
    with pytest.raises(ValueError, match=expected):
        grad_cam(model, SHARES)
    with pytest.raises(ValueError, match=r"it would see -0\.99"):
        grad_cam(model, BYTES, preprocess=lambda x: x / 128 - 0.995)
    assert len(grad_cam(model, BYTES).maps) == 12
    assert len(grad_cam(model, SHARES, preprocess=lambda x: x * 255).maps) == 12


@pytest.mark.parametrize(
    "layer",
    [
        L.Rescaling(2, -1),
        L.Rescaling(0.5, 0.5),
        L.Rescaling(255),
        L.Rescaling(127.5, 127.5),
        L.Normalization(**PHOTOS),
    ],
    ids=["0 to 1", "-1 to 1", "to bytes", "-1 to bytes", "normalization"],
)
def test_a_layer_that_takes_small_pixels_refuses_bytes(layer):
    model = beginning_with(layer)
    expected = "expects pixels from 0 to 1 or -1 to 1 — it would see 0 to 255"
    with pytest.raises(ValueError, match=expected):
        grad_cam(model, BYTES)
    assert len(grad_cam(model, SHARES).maps) == 12
    found = grad_cam(model, BYTES, preprocess=lambda x: x / 127.5 - 1)
    assert len(found.maps) == 12


@pytest.mark.parametrize(
    ("layers", "given"),
    [
        ([L.Rescaling(1 / 255), L.Rescaling(2, -1)], BYTES),
        ([L.Rescaling(255), L.Rescaling(1 / 127.5, -1)], SHARES),
        ([L.Rescaling(1 / 255), L.Normalization(**PHOTOS)], BYTES),
        ([L.Rescaling(1.0)], BYTES),
        ([L.Rescaling(1, -127.5)], BYTES),
        ([L.Normalization()], BYTES),
        ([L.Normalization(), L.Rescaling(2.1)], SHARES),
        ([L.Rescaling(1 / 255)], np.rint(SHARES).astype(np.uint8)),
        ([L.Normalization(**BYTE_PHOTOS)], np.zeros_like(BYTES) + 115),
    ],
)
def test_what_is_sound_is_no_mistake(layers, given, caplog):
    assert notes(beginning_with(*layers), given, caplog) == ""


def test_a_scaling_layer_is_found_inside_a_nested_model():
    inner = keras.Sequential([keras.Input((20, 20, 3)), L.Rescaling(1 / 255)])
    with pytest.raises(ValueError, match=r"'sequential.*/rescaling.* expects"):
        grad_cam(beginning_with(inner), SHARES)


def test_statistics_of_training_tell_of_pixels_that_are_too_large(caplog):
    model = trained(SHARES)
    said = notes(model, BYTES, caplog)
    assert re.search(r"activations at norm varied \d{3} times as much", said)
    assert "a smaller range, it seems, than 0 to 255" in said
    assert notes(model, SHARES, caplog) == ""
    assert notes(model, BYTES, caplog, preprocess=lambda x: x / 255) == ""


def test_statistics_of_training_tell_of_pixels_that_are_too_small(caplog):
    model = trained(BYTES.astype("float32"), epochs=60, momentum=0.9)
    said = notes(model, SHARES, caplog)
    assert "activations at norm varied 1/2" in said
    assert "a larger range, it seems, than 0 to 1" in said
    assert notes(model, BYTES, caplog) == ""


@pytest.mark.parametrize(
    ("given", "momentum"),
    [(SHARES, 0.9), (BYTES, 0.99), (SHARES, 0.999), (BYTES, 0.999)],
    ids=["0.9", "bytes, 0.99", "0.999", "bytes, 0.999"],
)
def test_training_that_has_only_begun_is_no_mistake(given, momentum, caplog):
    options = {"epochs": 1, "momentum": momentum}
    model = trained(given.astype("float32"), **options)
    assert notes(model, given, caplog) == ""


@pytest.mark.parametrize("given", [SHARES, BYTES], ids=["shares", "bytes"])
def test_a_fresh_model_is_believed(given, caplog):
    assert notes(with_norm(), given, caplog) == ""
    assert notes(with_norm(center=False, scale=False), given, caplog) == ""


def test_twice_the_range_cannot_be_told(caplog):
    assert notes(trained(SIGNED), SHARES, caplog) == ""
    assert notes(beginning_with(L.Rescaling(0.5, 0.5)), SHARES, caplog) == ""


def test_what_the_statistics_tell_is_in_the_record(tmp_path, caplog):
    model = trained(SHARES)
    callback = explaining(tmp_path, BYTES)
    fit(model, SHARES, callbacks=[callback])
    assert "a smaller range" in captures(tmp_path)[0].notes[0]
    assert "a smaller range" in caplog.text


def test_preprocess_of_keras_applications_takes_bytes():
    model = beginning_with(L.Identity())
    for name in ("xception", "vgg16", "densenet"):
        preprocess = getattr(keras.applications, name).preprocess_input
        with pytest.raises(ValueError, match=r"takes, 0 to 255.*got 0 to 1"):
            grad_cam(model, SHARES, preprocess=preprocess)
        assert len(grad_cam(model, BYTES, preprocess=preprocess).maps) == 12


def test_preprocess_that_changes_nothing_takes_anything():
    preprocess = keras.applications.efficientnet.preprocess_input
    model = beginning_with(L.Identity())
    assert len(grad_cam(model, SHARES, preprocess=preprocess).maps) == 12


def test_preprocess_that_divides_what_is_small_is_refused():
    model = beginning_with(L.Identity())
    with pytest.raises(ValueError, match=r"of which it makes 0 to 0\.0039"):
        grad_cam(model, SHARES, preprocess=lambda x: x / 255)
    with pytest.raises(ValueError, match=r"takes, 0 to 255, it seems"):
        grad_cam(model, SHARES, preprocess=lambda x: x / 127.5 - 1)


def test_preprocess_that_multiplies_bytes_is_refused():
    model = beginning_with(L.Identity())
    with pytest.raises(ValueError, match=r"takes, 0 to 1, .*makes 0 to 6\.5"):
        grad_cam(model, BYTES, preprocess=lambda x: x * 255)


def test_the_first_layers_run_once_for_errors_and_notes():
    model = beginning_with(L.Rescaling(1 / 255), L.BatchNormalization())
    probe = probe_model(model, model_input(model), (20, 20, 3))
    calls = []
    scale = model.layers[0].call
    model.layers[0].call = lambda x: calls.append(x) or scale(x)
    assert check_range(probe, BYTES.astype(np.float32)) == ()
    assert len(calls) == 1


def test_looking_at_many_models_is_no_retracing(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("tensorflow"), "propagate", True)
    for _ in range(6):
        assert "retracing" not in notes(with_norm(), SHARES, caplog)
