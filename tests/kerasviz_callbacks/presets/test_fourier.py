"""A canvas of frequencies paints images that a person could have given."""

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.presets.fourier import FourierCanvas

RNG = np.random.default_rng(0)
SHAPES = [(16, 16, 3), (17, 12, 3), (12, 17, 1), (9, 9, 5), (1, 8, 3)]
CANVAS = FourierCanvas()


def noise(*shape: int) -> np.ndarray:
    return RNG.uniform(0.05, 0.95, shape).astype("float32")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pixels", [(0.0, 1.0), (-3.0, 255.0)])
def test_canvas_paints_the_images_that_its_state_was_made_of(shape, pixels):
    low, high = pixels
    images = low + (high - low) * noise(2, *shape)
    state = CANVAS.state_of(images, pixels)
    assert state.shape[1:] == CANVAS.state_shape(shape)
    painted = CANVAS.paint(tf.constant(state), shape, pixels)
    np.testing.assert_allclose(painted, images, atol=1e-4 * (high - low))


@pytest.mark.parametrize("shape", SHAPES)
def test_start_is_within_the_range_and_near_its_middle(shape):
    state = CANVAS.start("p", [0, 1], shape, seed=0)
    painted = CANVAS.paint(tf.constant(state), shape, (0.0, 255.0)).numpy()
    assert 0 <= painted.min() and painted.max() <= 255
    assert painted.mean() == pytest.approx(127.5, abs=50)
    assert painted[0].std() > 1


def test_start_has_large_shapes_and_no_fine_detail():
    shape = (64, 64, 3)
    rough = FourierCanvas(start_blur=0.0)

    def detail(canvas: FourierCanvas) -> float:
        state = canvas.start("p", [0], shape, seed=0)
        image = canvas.paint(tf.constant(state), shape, (0.0, 1.0)).numpy()[0]
        return np.abs(np.diff(image, axis=0)).mean() / image.std()

    assert detail(CANVAS) < detail(rough) / 4


def test_start_has_the_colors_of_photographs_whatever_is_climbed_in():
    def painted(canvas: FourierCanvas) -> np.ndarray:
        state = tf.constant(canvas.start("p", [0], (32, 32, 3), seed=0))
        return canvas.paint(state, (32, 32, 3), (0.0, 1.0)).numpy()

    natural = painted(FourierCanvas(naturalness=1.0))
    for share in (0.0, 0.5):
        own = painted(FourierCanvas(naturalness=share))
        np.testing.assert_allclose(own, natural, atol=1e-4)


def test_blur_of_the_start_does_not_limit_what_can_be_painted():
    images = noise(1, 32, 32, 3)
    state = FourierCanvas(start_blur=0.2).state_of(images, (0.0, 1.0))
    painted = CANVAS.paint(tf.constant(state), (32, 32, 3), (0.0, 1.0))
    np.testing.assert_allclose(painted, images, atol=1e-4)


def test_pixels_at_the_ends_of_the_range_have_a_state():
    images = np.stack([np.zeros((8, 8, 3)), np.ones((8, 8, 3))])
    state = CANVAS.state_of(images.astype("float32"), (0.0, 1.0))
    painted = CANVAS.paint(tf.constant(state), (8, 8, 3), (0.0, 1.0))
    shown = CANVAS.shown(painted.numpy(), (0.0, 1.0))
    np.testing.assert_array_equal(shown, images * 255)


def test_eight_bits_are_what_is_shown_and_what_is_seen():
    images = 10 + 4 * noise(2, 8, 8, 3)
    shown = CANVAS.shown(images, (10.0, 14.0))
    seen = CANVAS.seen(tf.constant(images), (10.0, 14.0))
    np.testing.assert_allclose(seen, 10 + 4 * (shown / 255), rtol=1e-5)
