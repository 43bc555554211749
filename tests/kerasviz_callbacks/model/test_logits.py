"""Scores before softmax or sigmoid, found without touching the model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.output import find_logits

layers = keras.layers


def _dense(**options) -> layers.Layer:
    return layers.Dense(4, name="logits", **options)


class Subclassed(keras.Model):
    """Ends in a function of its own."""

    def __init__(self, end) -> None:
        super().__init__()
        self.dense = _dense()
        self.end = end

    def call(self, x):
        return self.end(self.dense(x))


def _sequence(*tail: layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input((5,)), *tail])


FOUND = {
    "fused softmax": lambda: _sequence(_dense(activation="softmax")),
    "fused sigmoid": lambda: _sequence(_dense(activation="sigmoid")),
    "softmax layer": lambda: _sequence(_dense(), layers.Softmax()),
    "activation layer": lambda: _sequence(
        _dense(), layers.Activation("softmax")
    ),
    "through dropout": lambda: _sequence(
        _dense(activation="softmax"), layers.Dropout(0.5)
    ),
    "nested head": lambda: _sequence(_sequence(_dense(activation="softmax"))),
    "through reshape": lambda: _sequence(
        _dense(activation="softmax"), layers.Reshape((2, 2))
    ),
    "keras.ops": lambda: Subclassed(keras.ops.softmax),
    "raw softmax": lambda: Subclassed(tf.nn.softmax),
    "raw sigmoid": lambda: Subclassed(tf.nn.sigmoid),
    "log softmax": lambda: Subclassed(tf.nn.log_softmax),
    "cast": lambda: Subclassed(lambda x: tf.cast(tf.nn.softmax(x), tf.float16)),
}

NOT_FOUND = {
    "no activation": lambda: _sequence(_dense()),
    "softmax by hand": lambda: Subclassed(
        lambda x: tf.exp(x) / tf.reduce_sum(tf.exp(x), -1, keepdims=True)
    ),
    "scaled": lambda: Subclassed(lambda x: 2 * tf.nn.softmax(x)),
    "another activation": lambda: _sequence(_dense(activation="tanh")),
    "class index": lambda: Subclassed(
        lambda x: tf.cast(tf.argmax(tf.nn.softmax(x), -1), tf.float32)
    ),
}


@pytest.mark.parametrize("build", FOUND.values(), ids=FOUND.keys())
def test_logits_are_found(build):
    model, x = build(), np.linspace(-2, 3, 15, dtype="float32").reshape(3, 5)
    model(x)
    output, logits = _traced(model)(x)
    dense = next(
        layer for layer in model._flatten_layers() if layer.name == "logits"
    )
    expected = x @ dense.kernel.numpy() + dense.bias.numpy()
    np.testing.assert_allclose(
        logits, expected.reshape(output.shape), atol=1e-6
    )


@pytest.mark.parametrize("build", NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_logits_that_cannot_be_had_are_none(build):
    model = build()
    model(np.zeros((1, 5), "float32"))
    found = []
    tf.function(
        lambda x: found.append(find_logits(model(x, training=False)))
    ).get_concrete_function(tf.TensorSpec([None, 5]))
    assert found == [None]


def _traced(model: keras.Model):
    @tf.function(input_signature=[tf.TensorSpec([None, 5])], autograph=False)
    def run(x):
        output = model(x, training=False)
        return output, find_logits(output)

    return run
