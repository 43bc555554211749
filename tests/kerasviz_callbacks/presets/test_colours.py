"""Colours of photographs, and how far a canvas follows them."""

import numpy as np
import pytest

from kerasviz_callbacks.presets.fourier import (
    IMAGENET_COLOURS,
    FourierCanvas,
    colours_of,
    painting_matrix,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_colours_are_a_square_root_of_the_covariance(channels):
    images = RNG.normal(size=(4, 9, 9, channels)).cumsum(axis=-1)
    matrix = np.array(colours_of(images))
    flat = images.reshape(-1, channels)
    expected = np.cov(flat, rowvar=False).reshape(channels, channels)
    np.testing.assert_allclose(matrix @ matrix.T, expected, atol=1e-9)


def test_naturalness_evens_out_the_axes():
    strengths = [
        np.linalg.svd(painting_matrix(IMAGENET_COLOURS, share))[1]
        for share in (0.0, 0.5, 1.0)
    ]
    given = np.linalg.svd(np.array(IMAGENET_COLOURS))[1]
    np.testing.assert_allclose(strengths[0], 1, rtol=1e-5)
    np.testing.assert_allclose(strengths[1] ** 2, strengths[2], rtol=1e-5)
    np.testing.assert_allclose(strengths[2], given / given[0], rtol=1e-5)


def test_full_naturalness_is_the_published_matrix_up_to_its_scale():
    matrix = painting_matrix(IMAGENET_COLOURS, 1.0)
    published = np.array(IMAGENET_COLOURS)
    scale = np.linalg.norm(published, 2)
    np.testing.assert_allclose(matrix * scale, published, atol=1e-6)


def test_colours_that_never_vary_can_still_be_painted():
    images = RNG.normal(size=(2, 4, 4, 1)).repeat(3, axis=-1)
    matrix = painting_matrix(colours_of(images), 1.0)
    assert np.linalg.cond(matrix) < 1e4


def test_a_canvas_takes_the_colours_of_images_with_five_channels():
    images = RNG.uniform(0.1, 0.9, (3, 8, 8, 5)).astype("float32")
    canvas = FourierCanvas(colours=colours_of(images), naturalness=1.0)
    state = canvas.state_of(images, (0.0, 1.0))
    painted = canvas.paint(state, (8, 8, 5), (0.0, 1.0))
    np.testing.assert_allclose(painted, images, atol=1e-4)


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (np.zeros((3, 3)), "got shape"),
        (np.full((1, 2, 2, 3), np.nan), "finite"),
        (np.ones((1, 2, 2, 3)), "all alike"),
    ],
)
def test_images_without_colours_are_refused(images, reason):
    with pytest.raises(ValueError, match=reason):
        colours_of(images)
