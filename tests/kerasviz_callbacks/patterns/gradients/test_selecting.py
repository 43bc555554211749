"""Only the filters climbed for are computed, and they answer as before."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.devices.chunks import chunk_size
from kerasviz_callbacks.patterns.ascent.gradients.convolutions import (
    only_filters,
)
from kerasviz_callbacks.presets.objective import filter_means

L = keras.layers
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(3, 9, 8, 3)).astype("float32")
FILTERS = np.array([4, 0, 4], np.int32)
SELECTED = {
    "bare": lambda: L.Conv2D(6, 3, use_bias=False),
    "biased": lambda: L.Conv2D(6, 3),
    "relu": lambda: L.Conv2D(6, 3, activation="relu"),
    "relu6": lambda: L.Conv2D(6, 3, strides=2, activation="relu6"),
    "elu": lambda: L.Conv2D(6, 3, padding="same", activation="elu"),
    "separable": lambda: L.SeparableConv2D(6, 3),
}
LEFT_ALONE = {
    "softplus": lambda: L.Conv2D(6, 3, activation="softplus"),
    "depthwise": lambda: L.DepthwiseConv2D(3, depth_multiplier=2),
    "transposed": lambda: L.Conv2DTranspose(6, 3),
    "grouped": lambda: L.Conv2D(6, 3, groups=3),
}


def means(build, selects):
    """Return mean activations, their gradient, and the maps' channels."""
    keras.utils.set_random_seed(0)
    layer = build()
    images = tf.constant(IMAGES)
    layer(images)

    @tf.function(autograph=False)
    def run(x):
        activation, places = layer(x), tf.constant(FILTERS)
        if selects:
            activation, places = only_filters(activation, places)
        channels.append(activation.shape[-1])
        score = filter_means(activation, places)
        return score, tf.gradients(score, x)[0]

    channels = []
    score, gradient = run(images)
    return score.numpy(), gradient.numpy(), channels[0]


@pytest.mark.parametrize("kind", [*SELECTED, *LEFT_ALONE])
def test_what_the_filters_answer_and_its_gradient_stay(kind):
    build = (SELECTED | LEFT_ALONE)[kind]
    score, gradient, channels = means(build, selects=False)
    ours, our_gradient, our_channels = means(build, selects=True)
    np.testing.assert_allclose(ours, score, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-4, atol=1e-6)
    expected = len(FILTERS) if kind in SELECTED else channels
    assert our_channels == expected


@pytest.mark.parametrize(
    ("side", "size"), [(299, 8), (150, 8), (96, 16), (64, 32), (8, 32)]
)
def test_smaller_canvases_climb_in_larger_chunks(side, size):
    assert chunk_size((side, side, 3)) == size
