"""Grouped convolutions give the layers' numbers, without compiling."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.model import forward
from kerasviz_callbacks.model.unchanged import fast_grouped_convolutions

LAYERS = {
    "a group per channel": dict(filters=6, groups=6),
    "two filters per channel": dict(filters=12, groups=6),
    "a stride": dict(filters=6, groups=6, strides=2),
    "dilated": dict(filters=6, groups=6, dilation_rate=2),
    "two groups": dict(filters=8, groups=2),
    "groups with an uneven stride": dict(filters=6, groups=6, strides=(1, 2)),
    "no padding": dict(filters=6, groups=3, padding="valid"),
    "one group": dict(filters=4, groups=1),
}


def _model(**options) -> keras.Model:
    keras.utils.set_random_seed(1)
    options = {"kernel_size": 3, "padding": "same", "name": "conv"} | options
    image = keras.Input((16, 16, 6))
    x = keras.layers.Conv2D(**options, activation="relu")(image)
    x = keras.layers.Conv2D(2, 1, name="last")(x)
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(x))


@pytest.mark.parametrize("options", LAYERS.values(), ids=LAYERS)
def test_numbers_and_gradients_are_the_layers(options):
    model = _model(**options)
    images = np.random.default_rng(0).normal(size=(2, 16, 16, 6))
    images = tf.constant(images, tf.float32)

    def passed(run):
        with tf.GradientTape() as tape:
            tape.watch(images)
            answer = run(images)
        return answer, tape.gradient(answer, images)

    @tf.function(autograph=False)
    def tapped(x):
        conv = model.get_layer("conv")
        run = forward(model, x, [conv])
        return run.outputs

    for ours, theirs in zip(passed(tapped), passed(model), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_nothing_is_compiled_in_our_passes():
    model = _model(filters=6, groups=6)

    @tf.function(autograph=False)
    def tapped(x):
        return forward(model, x, []).outputs

    graph = tapped.get_concrete_function(
        tf.TensorSpec([None, 16, 16, 6], tf.float32)
    ).graph
    kinds = {operation.type for operation in graph.get_operations()}
    assert "DepthwiseConv2dNative" in kinds
    assert not kinds & {"PartitionedCall", "StatefulPartitionedCall"}


def test_the_layer_is_as_before():
    model = _model(filters=6, groups=6)
    conv = model.get_layer("conv")
    before = dict(vars(conv))
    with fast_grouped_convolutions(model):
        assert vars(conv) != before
    assert vars(conv) == before


def test_a_filter_behind_groups_is_drawn():
    model = _model(filters=6, groups=6)
    patterns = filter_patterns(model, "last", 2, steps=3)
    assert patterns.objective.max() > 0
