"""Which weights are a filter's own: those that its answer changes with."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks.patterns import own_weights
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FILTER = 3
IMAGES = images(2, size=8)

LAYERS = {
    "Conv2D": lambda: L.Conv2D(4, 3),
    "Conv2D without bias": lambda: L.Conv2D(4, 3, use_bias=False),
    "Conv2DTranspose": lambda: L.Conv2DTranspose(4, 3),
    "DepthwiseConv2D": lambda: L.DepthwiseConv2D(3, depth_multiplier=2),
    "SeparableConv2D": lambda: L.SeparableConv2D(4, 3, depth_multiplier=2),
    "Dense": lambda: L.Dense(4),
}


@pytest.mark.parametrize("name", LAYERS)
def test_weights_that_are_not_its_own_leave_its_answer(name):
    layer = LAYERS[name]()
    before = answer(layer)
    kept = own_weights(layer, [FILTER])
    for variable in variables_by_filter(layer):
        values = variable.numpy()
        for index in np.ndindex(values.shape):
            changed = values.copy()
            changed[index] += 1.0
            variable.assign(changed)
            is_own = not np.array_equal(own_weights(layer, [FILTER]), kept)
            assert is_own == (not np.allclose(answer(layer), before))
        variable.assign(values)


def test_filters_come_in_the_order_asked_with_their_bias_last():
    layer = L.Conv2D(4, 1, bias_initializer=lambda s, dtype: np.arange(4.0))
    answer(layer)
    own = own_weights(layer, [2, 0])
    kernel = layer.kernel.numpy()[0, 0]
    np.testing.assert_array_equal(own[:, :-1], kernel.T[[2, 0]])
    assert own[:, -1].tolist() == [2, 0]


def test_copy_does_not_follow_training():
    layer = L.Conv2D(4, 3)
    answer(layer)
    own = own_weights(layer, [0])
    before = own.copy()
    layer.kernel.assign(layer.kernel + 1)
    np.testing.assert_array_equal(own, before)


@pytest.mark.parametrize(
    "layer", [L.ReLU(), L.BatchNormalization(), L.Activation("relu")]
)
def test_layer_that_is_no_convolution_has_none(layer):
    answer(layer)
    assert own_weights(layer, [0]) is None


def answer(layer) -> np.ndarray:
    return np.asarray(layer(IMAGES))[..., min(FILTER, layer_size(layer) - 1)]


def layer_size(layer) -> int:
    return layer.compute_output_shape(IMAGES.shape)[-1]


def variables_by_filter(layer) -> list:
    """All weights but those that a separable convolution's filters share."""
    return [v for v in layer.weights if v.name != "depthwise_kernel"]
