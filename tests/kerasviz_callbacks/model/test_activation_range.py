"""The ends of activations, told by asking them."""

import keras
import pytest

from kerasviz_callbacks.model.activation_range import activation_range

L = keras.layers


def ends(layer) -> list[float | None]:
    found = activation_range(layer)
    both = (found.low, found.high)
    return [None if end is None else round(end, 3) for end in both]


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [
        ("relu", 0, None),
        ("relu6", 0, 6),
        ("sigmoid", 0, 1),
        ("hard_sigmoid", 0, 1),
        ("tanh", -1, 1),
        ("softsign", -1, 1),
        ("elu", -1, None),
        ("softplus", 0, None),
        ("leaky_relu", None, None),
        ("linear", None, None),
        ("silu", None, None),
        ("gelu", None, None),
        ("softmax", None, None),
    ],
)
def test_ends_are_those_of_the_activation(activation, low, high):
    assert ends(L.Conv2D(2, 3, activation=activation)) == [low, high]
    assert ends(L.Activation(activation)) == [low, high]


@pytest.mark.parametrize(
    ("layer", "low", "high"),
    [
        (L.ReLU(6), 0, 6),
        (L.ReLU(), 0, None),
        (L.LeakyReLU(), None, None),
        (L.ELU(), -1, None),
        (L.Conv2D(2, 3, activation=L.ReLU(2)), 0, 2),
        (L.Dense(2, activation="tanh"), -1, 1),
    ],
)
def test_ends_of_layers_that_are_activations(layer, low, high):
    assert ends(layer) == [low, high]


def test_nothing_is_known_of_other_layers():
    layer = L.BatchNormalization()
    layer.activation = keras.activations.relu  # its own affair
    assert ends(layer) == [None, None]


def test_margin_is_zero_where_zero_is_the_end():
    relu6 = activation_range(L.ReLU(6))
    assert (relu6.low_margin, relu6.high_margin) == (0, pytest.approx(0.06))
    tanh = activation_range(L.Activation("tanh"))
    assert tanh.low_margin == tanh.high_margin == pytest.approx(0.01)


def test_asking_leaves_an_activation_layer_unbuilt():
    relu = L.ReLU(2)
    activation_range(L.Conv2D(2, 3, activation=relu))
    assert not relu._inbound_nodes
