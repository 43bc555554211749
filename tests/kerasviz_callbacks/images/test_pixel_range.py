"""The range of pixels is read off the model, or given."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.images.pixel_range import (
    as_range,
    as_to_input,
    pixel_range,
)
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.probe import probe_model

L = keras.layers


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], (0, 1)),
        ([L.Rescaling(1 / 255)], (0, 255)),
        ([L.Rescaling(1 / 127.5, offset=-1)], (0, 255)),
        ([L.Rescaling(2.0, offset=-1)], (0, 1)),
        ([L.Normalization(mean=[120.0] * 3, variance=[9.0] * 3)], (0, 255)),
        ([L.Normalization(mean=[0.5] * 3, variance=[0.1] * 3)], (0, 1)),
    ],
)
def test_range_is_read_off_the_model(layers, expected):
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), *layers, L.Conv2D(2, 3, name="c")]
    )
    probe = probe_model(model, model_input(model), (8, 8, 3))
    assert pixel_range(probe, None, has_preprocess=False)[0] == expected
    assert pixel_range(probe, None, has_preprocess=True)[0] == (0, 255)
    given = pixel_range(probe, (3.0, 4.0), has_preprocess=True)
    assert given == ((3.0, 4.0), "as given")


@pytest.mark.parametrize(
    "value_range", [(1, 0), (0, 0), (0, np.inf), (0,), 5, "ab", (None, 1)]
)
def test_range_must_be_two_numbers_in_order(value_range):
    with pytest.raises(ValueError, match="value_range must be"):
        as_range(value_range)


def test_preprocess_that_leaves_tensors_says_what_to_do():
    to_input = as_to_input(lambda images: np.asarray(images) / 255)
    with pytest.raises(ValueError, match="must work on tensors"):
        tf.function(to_input)(tf.zeros((1, 2, 2, 3)))
