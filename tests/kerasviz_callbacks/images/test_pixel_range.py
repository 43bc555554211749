"""The range of pixels is read off the model, or given."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import Preset, filter_patterns, grad_cam
from kerasviz_callbacks.images.first_scaling import range_taken
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


APPLICATIONS = keras.applications


def _tower(begin, side=16):
    """Return a network that does something to pixels before it convolves."""
    image = keras.Input((side, side, 3))
    x = L.Conv2D(4, 3, activation="relu", name="c")(begin(image))
    x = L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x))
    return keras.Model(image, x)


def _in_tensorflow(image):
    return L.Lambda(lambda x: tf.cast(x, tf.float32) / 127.5 - 1)(image)


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        (APPLICATIONS.mobilenet_v2.preprocess_input, (0, 255)),  # onto -1 to 1
        (APPLICATIONS.resnet50.preprocess_input, (0, 255)),  # BGR minus means
        (APPLICATIONS.densenet.preprocess_input, (0, 255)),  # mean, deviation
        (lambda x: x / 255, (0, 255)),
        (lambda x: x - 127.5, (0, 255)),
        (_in_tensorflow, (0, 255)),
        (lambda x: L.Resizing(8, 8)(x) / 255, (0, 255)),
        (lambda x: L.ZeroPadding2D()(x / 255), (0, 255)),
        (lambda x: L.RandomFlip()(L.RandomRotation(0.1)(x)) / 255, (0, 255)),
        (lambda x: L.Rescaling(1 / 255)(L.Concatenate()([x, x])), (0, 255)),
        (lambda x: APPLICATIONS.resnet50.preprocess_input(x * 255), (0, 1)),
        (lambda x: x * 2 - 1, (0, 1)),
        (lambda x: x * 127.5 + 127.5, (-1, 1)),
        (lambda x: x, None),
        (lambda x: x * x / 255, None),  # no scaling of pixels
        (lambda x: keras.ops.sqrt(x) / 16, None),
        (lambda x: x / (1 + keras.ops.mean(x)), None),
    ],
)
def test_range_is_what_the_first_operations_take(begin, expected):
    model = _tower(begin)
    probe = probe_model(model, model_input(model), (16, 16, 3))
    assert range_taken(probe) == expected
    found, words = pixel_range(probe, None, has_preprocess=False)
    assert found == (expected or (0, 1))
    assert ("assumed" in words) == (expected is None)


def test_what_two_branches_contradict_is_not_known():
    model = _tower(lambda x: L.Concatenate()([x / 255, x * 2 - 1]))
    probe = probe_model(model, model_input(model), (16, 16, 3))
    assert range_taken(probe) is None


def test_a_pattern_is_of_bytes_where_the_model_takes_bytes():
    keras.utils.set_random_seed(0)
    model = _tower(APPLICATIONS.resnet50.preprocess_input)
    drawn = filter_patterns(model, "c", 4, steps=4)
    told = filter_patterns(
        model, "c", 4, steps=4, preset=Preset.steady(value_range=(0, 255))
    )
    np.testing.assert_array_equal(drawn.raw, told.raw)
    assert drawn.raw.max() > 200


def test_pixels_of_another_range_than_the_first_operations_take_are_refused():
    model = _tower(APPLICATIONS.mobilenet_v2.preprocess_input)
    shares = np.random.default_rng(0).random((2, 16, 16, 3))
    with pytest.raises(ValueError, match="scales pixels from 0 to 255 first"):
        grad_cam(model, shares)
    assert len(grad_cam(model, (shares * 255).astype(np.uint8)).maps) == 2


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
