"""A wobble moves each image by its own draw, the same in every capture."""

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.presets.wobble import Wobble

RNG = np.random.default_rng(0)


def noise(*shape: int) -> np.ndarray:
    return RNG.uniform(0.05, 0.95, shape).astype("float32")


def test_wobble_of_nothing_leaves_the_image():
    images = noise(2, 33, 40, 3)
    moved = Wobble().apply(tf.constant(images), tf.zeros((2, 4)))
    np.testing.assert_allclose(moved, images, atol=1e-5)


def test_wobble_shifts_each_image_by_its_own_draw():
    images = noise(2, 64, 64, 3)
    draw = tf.constant([[0.0, 0, 1, 0], [0, 0, 0, -1]])
    moved = Wobble(shift_px=2).apply(tf.constant(images), draw).numpy()
    np.testing.assert_allclose(moved[0, :, :-2], images[0, :, 2:], atol=1e-5)
    np.testing.assert_allclose(moved[1, 2:], images[1, :-2], atol=1e-5)


def test_wobble_on_a_small_canvas_is_as_much_smaller():
    images = noise(1, 16, 16, 3)
    draw = tf.constant([[0.0, 0, 1, 0]])
    moved = Wobble().apply(tf.constant(images), draw).numpy()
    half = (images[:, :, :-1] + images[:, :, 1:]) / 2
    np.testing.assert_allclose(moved[:, :, :-1], half, atol=1e-5)


def test_wobble_turns_about_the_middle_either_way():
    images = noise(2, 33, 33, 3)
    draw = tf.constant([[0.0, 1, 0, 0], [0, -1, 0, 0]])
    moved = Wobble(turn_degrees=90).apply(tf.constant(images), draw)
    one, other = np.rot90(images[0]), np.rot90(images[1], -1)
    np.testing.assert_allclose(moved[0], one, atol=1e-4)
    np.testing.assert_allclose(moved[1], other, atol=1e-4)


def test_wobble_zooms_about_the_middle():
    images = noise(1, 33, 33, 3)
    draw = tf.constant([[1.0, 0, 0, 0]])
    moved = Wobble(scale=1).apply(tf.constant(images), draw)
    np.testing.assert_allclose(
        moved[:, ::2, ::2], images[:, 8:25, 8:25], atol=1e-4
    )


def test_draws_depend_on_the_filter_alone():
    wobble = Wobble()
    both = wobble.draw("p", [3, 8], 5, seed=1)
    assert both.shape == (2, 5, 4)
    assert both.min() >= -1 and both.max() < 1
    np.testing.assert_array_equal(
        wobble.draw("p", [8], 9, seed=1)[0, :5], both[1]
    )
    assert not np.array_equal(wobble.draw("p", [8], 5, seed=2)[0], both[1])
    assert not np.array_equal(wobble.draw("q", [8], 5, seed=1)[0], both[1])
