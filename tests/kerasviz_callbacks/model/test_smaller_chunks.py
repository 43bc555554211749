"""Where memory runs out, fewer images are drawn at once."""

import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns, grad_cam
from kerasviz_callbacks.model.devices.chunks import Chunks
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import LOSS, X, drawing, fit

L = keras.layers


class Hungry(L.Layer):
    """Needs more memory than there is for more images than `most`."""

    most = 3

    def call(self, x, training=False):
        if training:
            return x

        def check(count):
            if count > self.most:
                raise MemoryError  # TensorFlow's ResourceExhaustedError

        checked = tf.py_function(check, [tf.shape(x)[0]], [])
        with tf.control_dependencies([checked]):
            return tf.identity(x)


def network(most: int) -> keras.Model:
    keras.utils.set_random_seed(0)
    hungry = Hungry()
    hungry.most = most
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            hungry,
            L.Conv2D(6, 3, name="conv2"),
            L.GlobalAveragePooling2D(),
            L.Dense(3),
        ]
    )
    model.compile("sgd", LOSS)
    return model


def test_patterns_are_drawn_with_what_memory_there_is(caplog):
    asked = {"layer": "conv2", "filters": 6, "steps": 2, "preset": "recipe"}
    with caplog.at_level(logging.WARNING):
        found = filter_patterns(network(most=3), **asked)
    plenty = filter_patterns(network(most=99), **asked)
    np.testing.assert_allclose(found.raw, plenty.raw, atol=1e-5)
    assert "no memory to draw 6 at once; from now on 3." in caplog.text


def test_heatmaps_are_drawn_with_what_memory_there_is():
    found = grad_cam(network(most=3), X)
    plenty = grad_cam(network(most=99), X)
    np.testing.assert_allclose(found.maps, plenty.maps, atol=1e-6)


def test_captures_go_on_with_what_memory_there_is(tmp_path):
    draw = drawing(tmp_path, filters=6, images=X[:6])
    fit(network(most=3), draw, epochs=1)
    assert [c.step for c in captures(tmp_path)] == [0, 4]


def test_memory_for_none_at_all_is_an_error():
    with pytest.raises(tf.errors.ResourceExhaustedError):
        grad_cam(network(most=0), X[:2])


@pytest.mark.parametrize("count", [1, 3, 8, 9, 20])
@pytest.mark.parametrize("most", [1, 2, 5, 8])
def test_every_image_is_in_one_chunk(count, most):
    def run(part):
        places = range(count)[part]
        if len(places) > most:
            raise tf.errors.ResourceExhaustedError(None, None, "no memory")
        return places

    chunks = Chunks(8)
    parts = chunks.run(run, count)
    assert chunks.run(run, count) == parts
    assert [i for part in parts for i in part] == list(range(count))
    assert max(map(len, parts)) <= most
