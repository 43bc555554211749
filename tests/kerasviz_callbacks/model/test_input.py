"""Which input is the image, and what is said where none is."""

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
