"""Which input is the image, and what is said where none is."""

import re

import keras
import numpy as np
import pytest

from kerasviz_callbacks import filter_patterns, grad_cam
from kerasviz_callbacks.model import model_input

L = keras.layers


def _net(shape, convolution, pool):
    image = keras.Input(shape, name="x")
    return keras.Model(image, L.Dense(3)(pool(convolution(2, 3)(image))))


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (
            _net((20, 1), L.Conv1D, L.GlobalAveragePooling1D()),
            r"signals or sequences, 'x' \(20, 1\).*1-D inputs are not supp",
        ),
        (
            _net((8, 9, 9, 1), L.Conv3D, L.GlobalAveragePooling3D()),
            r"volumes or videos, 'x' \(8, 9, 9, 1\).*3-D inputs are not supp",
        ),
    ],
)
def test_signals_and_volumes_are_refused_as_what_they_are(model, told):
    images = np.zeros((2, *model.input_shape[1:]))
    with pytest.raises(ValueError, match=told):
        grad_cam(model, images)
    with pytest.raises(ValueError, match=told):
        filter_patterns(model, model.layers[1], 1)


def test_gray_images_without_channels_get_the_axis_that_the_message_says():
    image = keras.Input((12, 12, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, 3, name="c")(image))
    inner = keras.Model(image, L.Dense(3)(x))
    flat = keras.Input((12, 12), name="x")
    model = keras.Model(flat, inner(L.Reshape((12, 12, 1))(flat)))
    with pytest.raises(ValueError, match=r"gray images without a ch") as told:
        model_input(model)
    way = re.search(r"images = (.*\)); model = (.*)\. 1-D", str(told.value))
    images = eval(way[1])
    names = {"keras": keras, "images": images, "model": model}
    wrapped = eval(way[2], names)
    x = np.random.default_rng(0).random((2, 12, 12))
    found = grad_cam(wrapped, x)
    np.testing.assert_allclose(found.maps, grad_cam(inner, x).maps, atol=1e-6)
    assert filter_patterns(wrapped, "c", 2, steps=2).status


def test_numbers_alone_are_no_signal():
    model = keras.Sequential([keras.Input((7,)), L.Dense(2)])
    with pytest.raises(ValueError, match=r"\(7,\).*2-D images alone\.$"):
        model_input(model)


def test_a_signal_is_drawn_as_images_of_one_row():
    image = keras.Input((1, 20, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, (1, 3), name="c")(image))
    model = keras.Model(image, L.Dense(3)(x))
    found = grad_cam(model, np.random.default_rng(0).random((2, 1, 20, 1)))
    assert found.maps.shape == (2, 1, 18)
