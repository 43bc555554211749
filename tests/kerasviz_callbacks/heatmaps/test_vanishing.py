"""Gradients that vanish, and what is said of it."""

import logging

import keras
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import SIZE, X, explaining, fit
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers


def test_probabilities_are_said_to_have_no_scores_behind_them(caplog):
    grad_cam(_by_hand(1.0), images())
    assert "could not be found" in caplog.text
    assert "scores are so close" not in caplog.text


def test_scores_without_a_gradient_are_counted(caplog):
    found = grad_cam(_by_hand(1000.0), images())
    assert (found.scores > 0.9999).all()
    assert "3 of 3 scores are so close to 0 or 1" in caplog.text


def test_logits_are_nothing_to_warn_about(caplog):
    specimen = zoo.functional()
    for variable in specimen.model.get_layer("top").weights:
        variable.assign(2000 * variable)
    grad_cam(specimen.model, images())
    assert caplog.text == ""


def test_a_fit_warns_once_and_notes_when_scores_begin_to_vanish(
    tmp_path, caplog
):
    model = _by_hand(1000.0, SIZE)
    model.compile("sgd", "sparse_categorical_crossentropy")
    callback = explaining(tmp_path, X[:3], faithfulness=False)
    with caplog.at_level(logging.WARNING):
        fit(model, callback)
    assert len(captures(tmp_path)) == 3
    assert all("vanish" in c.notes[0] for c in captures(tmp_path))
    notes = [c.notes[1:] for c in captures(tmp_path)]
    assert [len(each) for each in notes] == [1, 0, 0]
    assert "so close to 0 or 1" in notes[0][0]
    told = [r for r in caplog.records if r.name.endswith("heatmap_series")]
    assert len(told) == 1


def _by_hand(factor: float, size: int = zoo.SIZE) -> keras.Model:
    inputs = keras.Input((size, size, 3))
    initializer = keras.initializers.HeNormal(0)
    x = L.Conv2D(4, 3, activation="relu", kernel_initializer=initializer)(
        inputs
    )
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dense(3, kernel_initializer=initializer)(x)

    def softmax(z: tf.Tensor) -> tf.Tensor:
        z = factor * (z - tf.reduce_max(z, -1, keepdims=True))
        return tf.exp(z) / tf.reduce_sum(tf.exp(z), -1, keepdims=True)

    return keras.Model(inputs, L.Lambda(softmax)(x))
