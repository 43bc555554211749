"""A folded normalisation gives the numbers of the layers, and faster."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.tap import forward
from kerasviz_callbacks.patterns.ascent.gradients.convolutions import (
    folded_normalisations,
)

L = keras.layers
RNG = np.random.default_rng(0)
CONVOLUTIONS = {
    "bare": lambda: L.Conv2D(5, 3, use_bias=False),
    "biased": lambda: L.Conv2D(5, 3),
    "strided": lambda: L.Conv2D(5, 3, 2, padding="same", use_bias=False),
    "depthwise": lambda: L.DepthwiseConv2D(
        3, depth_multiplier=2, use_bias=False
    ),
    "separable": lambda: L.SeparableConv2D(5, 3),
}


def shaken(model):
    """Give every weight, statistics included, a value of its own."""
    for variable in model.weights:
        variable.assign(RNG.uniform(0.5, 1.5, variable.shape))
    return model


def net(convolution, **normalisation):
    normalise = L.BatchNormalization(name="bn", **normalisation)
    return shaken(
        keras.Sequential(
            [keras.Input((9, 8, 3)), convolution, normalise, L.ReLU()]
        )
    )


def answer(model, images, is_folded):
    """Return output, gradient, and the names of the operations."""

    @tf.function(autograph=False)
    def run(x):
        if is_folded:
            with folded_normalisations(model):
                y = forward(model, x, []).outputs
        else:
            y = forward(model, x, []).outputs
        return y, tf.gradients(y, x)[0]

    graph = run.get_concrete_function(images).graph
    return *run(images), [
        operation.name for operation in graph.get_operations()
    ]


def normalises(names):
    return any("batchnorm" in name for name in names)


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_folding_changes_no_number(kind, scale):
    model = net(CONVOLUTIONS[kind](), scale=scale, center=scale)
    images = tf.constant(RNG.normal(size=(2, 9, 8, 3)), tf.float32)
    plain, slope, names = answer(model, images, is_folded=False)
    ours, our_slope, our_names = answer(model, images, is_folded=True)
    np.testing.assert_allclose(ours, plain, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(our_slope, slope, rtol=1e-5, atol=1e-5)
    assert normalises(names) and not normalises(our_names)


@pytest.mark.parametrize(
    "model",
    [
        net(L.Conv2D(5, 3, activation="tanh")),
        net(L.Conv2D(5, 3), axis=1),
        net(L.MaxPooling2D()),
        net(L.Conv2D(5, 2, dilation_rate=2)),  # TensorFlow rearranges it
        net(L.Conv2D(5, 3), dtype="mixed_bfloat16"),
    ],
    ids=[
        "activation between",
        "other axis",
        "no convolution",
        "dilated",
        "half",
    ],
)
def test_what_cannot_be_folded_is_left_alone(model):
    images = tf.constant(RNG.normal(size=(2, 9, 8, 3)), tf.float32)
    plain, slope, _ = answer(model, images, is_folded=False)
    ours, our_slope, names = answer(model, images, is_folded=True)
    assert normalises(names)
    np.testing.assert_array_equal(ours, plain)
    np.testing.assert_array_equal(our_slope, slope)


def test_weights_are_read_live():
    model = net(L.Conv2D(5, 3))
    images = tf.constant(RNG.normal(size=(1, 9, 8, 3)), tf.float32)

    @tf.function(autograph=False)
    def run(x):
        with folded_normalisations(model):
            return forward(model, x, []).outputs

    before = run(images).numpy()
    shaken(model)
    expected = model(images, training=False)
    np.testing.assert_allclose(run(images), expected, rtol=1e-5, atol=1e-5)
    assert not np.allclose(before, expected)


def test_the_model_is_as_it_was():
    model = net(L.Conv2D(5, 3))
    layer = model.get_layer("bn")
    own = set(vars(layer))
    with folded_normalisations(model):
        assert "call" in vars(layer)
    assert set(vars(layer)) == own


@pytest.mark.parametrize(
    ("convolution", "edges", "is_left_to_it"),
    [
        (L.Conv2D(5, 3), 1, True),
        (L.Conv2D(5, 3, 2), ((1, 1), (0, 1)), True),  # of 9 rows, 8 columns
        (L.Conv2D(5, 3, 2), 1, False),
        (L.Conv2D(5, 7, 2), 3, False),
        (L.DepthwiseConv2D(3, 2), ((1, 1), (0, 1)), True),
        (L.DepthwiseConv2D(3, 2), ((1, 1), (1, 0)), False),
        (L.Conv2D(5, 3, padding="same"), 1, False),
    ],
)
def test_zeros_before_a_convolution_are_left_to_it(
    convolution, edges, is_left_to_it
):
    layers = [
        L.ZeroPadding2D(edges),
        type(convolution).from_config(convolution.get_config()),
        L.BatchNormalization(),
    ]
    model = shaken(keras.Sequential([keras.Input((9, 8, 3)), *layers]))
    images = tf.constant(RNG.normal(size=(2, 9, 8, 3)), tf.float32)
    plain, slope, _ = answer(model, images, is_folded=False)
    ours, our_slope, names = answer(model, images, is_folded=True)
    np.testing.assert_allclose(ours, plain, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(our_slope, slope, rtol=1e-5, atol=1e-4)
    assert any("Pad_grad" in name for name in names) != is_left_to_it
