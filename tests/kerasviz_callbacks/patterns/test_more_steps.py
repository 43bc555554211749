"""A filter is climbed for longer before it is said that nothing does it."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.presets import Preset


@pytest.fixture
def model():
    """Return a model whose second filter is hard to activate."""
    keras.utils.set_random_seed(4)
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(2, 5, activation="relu", name="conv")(image)
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, keras.layers.Dense(2)(x))
    conv = model.get_layer("conv")
    # Where no bias holds it back: the largest activation after few and many.
    few, many = (
        filter_patterns(model, "conv", [1], steps=steps).peak[0]
        for steps in (Preset.steady().num_steps, Preset.steady().more_steps)
    )
    assert many > few
    conv.bias.assign([0.0, -(few + many) / 2])
    return model


def test_what_few_steps_do_not_activate_more_do(model):
    assert filter_patterns(model, "conv", 2).status == ("live", "live")
    few = filter_patterns(
        model, "conv", 2, preset=Preset.steady(more_steps=None)
    )
    assert few.status == ("live", "unmeasured")


def test_the_others_are_as_they_were(model):
    both = filter_patterns(model, "conv", 2)
    few = filter_patterns(
        model, "conv", 2, preset=Preset.steady(more_steps=None)
    )
    many = filter_patterns(model, "conv", 2, steps=74)
    np.testing.assert_array_equal(both.images[0], few.images[0])
    np.testing.assert_array_equal(both.images[1], many.images[1])


def test_steps_that_are_asked_for_are_all(model):
    asked = filter_patterns(model, "conv", 2, steps=20)
    assert asked.status == ("live", "unmeasured")
