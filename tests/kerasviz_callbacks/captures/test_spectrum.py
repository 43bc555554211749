"""How alike pictures are, by their pixels and by their spectra."""

import numpy as np
import pytest

from kerasviz_callbacks.captures.filters.likeness import (
    correlation,
    spectrum_correlation,
)

RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (3, 12, 15, 3), dtype=np.uint8)


@pytest.mark.parametrize("measure", [correlation, spectrum_correlation])
def test_pictures_are_like_themselves(measure):
    np.testing.assert_allclose(measure(PICTURES, PICTURES), 1, atol=1e-12)


def test_correlation_is_that_of_numpy_picture_by_picture():
    other = RANDOM.integers(0, 256, PICTURES.shape, dtype=np.uint8)
    expected = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1]
        for a, b in zip(PICTURES, other, strict=True)
    ]
    np.testing.assert_allclose(correlation(PICTURES, other), expected)


def test_negative_is_the_opposite_in_pixels_and_equal_in_spectrum():
    negative = 255 - PICTURES
    np.testing.assert_allclose(correlation(PICTURES, negative), -1)
    np.testing.assert_allclose(spectrum_correlation(PICTURES, negative), 1)


def test_shift_leaves_the_spectrum_and_not_the_pixels():
    shifted = np.roll(PICTURES, (5, 7), (1, 2))
    np.testing.assert_allclose(spectrum_correlation(PICTURES, shifted), 1)
    assert np.all(correlation(PICTURES, shifted) < 0.2)


def test_gratings_of_other_directions_share_no_spectrum():
    x = np.arange(16)
    wave = np.uint8(128 + 100 * np.sin(2 * np.pi * x / 8))
    across = np.broadcast_to(wave[None, None, :, None], (1, 16, 16, 1))
    down = across.transpose(0, 2, 1, 3)
    assert spectrum_correlation(across, down)[0] < 0.1


@pytest.mark.parametrize("measure", [correlation, spectrum_correlation])
@pytest.mark.parametrize("grey", [0, 77, 255])
def test_plain_picture_is_like_nothing(measure, grey):
    plain = np.full_like(PICTURES, grey)
    assert np.isnan(measure(plain, PICTURES)).all()
