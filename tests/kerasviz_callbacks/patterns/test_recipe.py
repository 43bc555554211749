"""`preset="recipe"` gives the numbers of the book's recipe."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from tests.kerasviz_callbacks.networks.book import Recipe, deprocess_image

L = keras.layers
recipe = functools.partial(filter_patterns, preset="recipe")
FILTERS = (1, 4, 6)
LAYERS = ("block1", "separable", "block3_relu")
START = (
    np.random.default_rng(0).uniform(0.4, 0.6, (3, 48, 40, 3)).astype("float32")
)
same_arithmetic = pytest.mark.skipif(
    bool(tf.config.list_physical_devices("GPU")),
    reason="a GPU sums in no fixed order",
)


@pytest.fixture(scope="module")
def model():
    """Return a network in the style of the book's: it takes any size."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, None, 3))
    relu = {"activation": "relu", "bias_initializer": "ones"}
    x = L.Conv2D(12, 3, strides=2, name="block1", **relu)(inputs)
    x = L.SeparableConv2D(16, 3, padding="same", name="separable")(x)
    x = L.BatchNormalization()(x)
    x = L.MaxPooling2D(3, 2, padding="same")(L.ReLU()(x))
    x = L.Conv2D(8, 3, padding="same", bias_initializer="ones")(x)
    return keras.Model(inputs, L.ReLU(name="block3_relu")(x))


@pytest.fixture(scope="module", params=LAYERS)
def layer(request):
    return request.param


@pytest.fixture(scope="module")
def book(model, layer):
    return Recipe(model, layer)


@pytest.fixture(scope="module")
def followed(book):
    """Return what the book gives after thirty steps."""
    pairs = zip(START, FILTERS, strict=True)
    return [book.generate_filter_pattern(*pair) for pair in pairs]


@pytest.fixture(scope="module")
def together(model, layer):
    return recipe(model, layer, FILTERS, start=START)


def test_one_step_of_a_batch_is_the_books_step(model, layer, book):
    ours = recipe(model, layer, FILTERS, start=START, steps=1)
    for index, image, raw in zip(FILTERS, START, ours.raw, strict=True):
        expected = book.generate_filter_pattern(image, index, iterations=1)
        assert relative(raw - image, expected - image) < 1e-5


@same_arithmetic
def test_single_run_is_the_books_to_the_bit(model, layer, followed):
    ours = recipe(model, layer, [4], start=START[1:2])
    if layer == "block3_relu":  # TensorFlow fuses it into the convolution
        np.testing.assert_allclose(ours.raw[0], followed[1], atol=1e-3)
    else:
        np.testing.assert_array_equal(ours.raw[0], followed[1])


def test_batch_reaches_what_the_book_reaches(book, followed, together):
    # The ascent is chaotic: a last bit may grow, what is reached stays.
    for i, index in enumerate(FILTERS):
        reached = float(book.compute_loss(together.raw[i][None], index))
        wanted = float(book.compute_loss(followed[i][None], index))
        assert reached == pytest.approx(wanted, rel=0.02)
        assert wanted > float(book.compute_loss(START[i][None], index)) + 1


def test_objective_is_the_books_loss_of_the_final_image(book, together):
    for i, index in enumerate(FILTERS):
        loss = float(book.compute_loss(together.raw[i][None], index))
        assert together.objective[i] == pytest.approx(loss, rel=1e-5)


def test_canvas_and_its_crop_are_the_books(model):
    ours = recipe(model, "block1", [0], steps=1)
    assert ours.raw.shape == (1, 200, 200, 3)
    assert ours.images.shape == (1, 150, 150, 3)


def test_picture_shown_is_the_books_to_the_byte(model):
    ours = recipe(model, "block1", FILTERS, steps=3)
    for raw, shown in zip(ours.raw, ours.images, strict=True):
        np.testing.assert_array_equal(shown, deprocess_image(raw.copy()))


def relative(value: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference in units of the largest value."""
    return np.abs(value - expected).max() / np.abs(expected).max()
