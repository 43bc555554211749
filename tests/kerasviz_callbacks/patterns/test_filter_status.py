"""What is said of a filter, decided on data as well as on ascent."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.model.activation_range import activation_range
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
SIZE = 12
IMAGES = images(4, size=SIZE)


def conv(*, bias, scale=1.0, layer=L.Conv2D, **options) -> keras.Model:
    """Return a model of one convolution with these biases."""
    keras.utils.set_random_seed(0)
    made = layer(len(bias), 3, name="c", **options)
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), made])
    kernel = made.kernel.numpy() * np.asarray(scale, "float32")
    made.set_weights([kernel, np.asarray(bias, "float32")])
    return model


def status(model, given=IMAGES, layer="c", **options) -> tuple[str, ...]:
    count = model.get_layer(layer).output.shape[-1]
    options = {"steps": 8, "images": given, **options}
    return filter_patterns(model, layer, count, **options).status


def test_filter_that_bias_holds_at_zero_is_dead():
    model = conv(bias=[0, -1e4], activation="relu")
    assert status(model) == ("live", "dead")


def test_dead_and_stuck_are_not_told_apart_without_images():
    model = conv(bias=[0, -1e4], activation="relu")
    assert status(model, None) == ("live", "unmeasured")


def test_filter_that_images_excite_and_ascent_does_not_is_stuck():
    # The recipe starts from grey, where the filter is off, and feels nothing.
    model = conv(bias=[-1.0], activation="relu")
    kernel = np.zeros((3, 3, 3, 1), "float32")
    kernel[1, 1] = 1.0  # answers to brightness above 1/3: not to grey below it
    model.get_layer("c").set_weights([kernel, np.array([-2.0], "float32")])
    bright = np.ones_like(IMAGES)
    assert status(model, bright, preset="recipe") == ("stuck",)
    assert status(model, np.zeros_like(bright), preset="recipe") == ("dead",)


@pytest.mark.parametrize(
    "activation", ["sigmoid", "hard_sigmoid", "tanh", "relu6", "softsign"]
)
def test_filter_at_its_highest_on_all_images_is_saturated(activation):
    model = conv(bias=[0, 1e3], activation=activation)
    assert status(model) == ("live", "saturated")


def test_activation_of_ones_own_has_ends_too():
    model = conv(bias=[0, 50], activation=lambda x: keras.ops.clip(x, -1, 3))
    assert status(model) == ("live", "saturated")


def test_relu_layer_of_its_own_is_judged_by_its_ends():
    model = conv(bias=[0, 1e3, -1e4])
    model.add(L.ReLU(6, name="relu"))
    assert status(model, layer="relu") == ("live", "saturated", "dead")


def test_filter_that_is_high_but_has_no_highest_is_live():
    assert status(conv(bias=[1e3], activation="relu")) == ("live",)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "elu"])
def test_filter_at_its_lowest_whatever_it_sees_is_dead(activation):
    model = conv(bias=[0, -1e4], activation=activation)
    assert status(model) == ("live", "dead")


@pytest.mark.parametrize("activation", ["linear", "leaky_relu", "silu"])
def test_negative_answers_before_a_later_activation_are_no_death(activation):
    model = conv(bias=[-5, 0], activation=activation)
    assert status(model) == ("live", "live")


def test_linear_filter_of_no_weight_is_dead_whatever_its_bias():
    model = conv(bias=[0, 0.5, 0], scale=[1, 0, 0])
    assert status(model) == ("live", "dead", "dead")


def test_linear_filter_behind_a_dead_layer_is_dead():
    model = conv(bias=[-1e4], activation="relu")
    model.add(L.Conv2D(2, 3, name="above", bias_initializer="ones"))
    assert status(model, layer="above") == ("dead", "dead")


def test_tiny_answers_are_answers():
    model = conv(bias=[0, 0], scale=1e-10, activation="relu")
    assert status(model) == ("live", "live")


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_weights_that_are_not_finite_are_of_their_filter_alone(activation):
    model = conv(bias=[0, np.nan], activation=activation)
    assert status(model) == ("live", "not_finite")
    assert status(model, None) == ("live", "not_finite")


def test_activation_that_needs_other_shapes_has_no_known_ends():
    def picky(x):
        return x * keras.ops.ones((SIZE - 2, SIZE - 2, 2))[None]

    layer = conv(bias=[0, 0], activation=picky).get_layer("c")
    ends = activation_range(layer)
    assert (ends.low, ends.high) == (None, None)
