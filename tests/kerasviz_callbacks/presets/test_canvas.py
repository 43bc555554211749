"""How a pattern is shown."""

import numpy as np
import pytest

from kerasviz_callbacks.presets.canvas import channel_note, displayed
from tests.kerasviz_callbacks.networks.book import deprocess_image

RNG = np.random.default_rng(0)


def noise(*shape: int) -> np.ndarray:
    return RNG.normal(3, 7, shape).astype("float32")


def test_large_image_is_shown_as_the_book_shows_it():
    raw = noise(2, 200, 200, 3)
    shown = displayed(raw)
    assert shown.shape == (2, 150, 150, 3)
    np.testing.assert_array_equal(shown[1], deprocess_image(raw[1].copy()))


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((32, 32), (32, 32)),
        ((99, 300), (99, 300)),
        ((100, 100), (50, 50)),
        ((100, 120), (50, 70)),
    ],
)
def test_crop_is_made_where_both_sides_can_spare_it(size, kept):
    assert displayed(noise(1, *size, 3)).shape == (1, *kept, 3)


def test_each_image_is_standardised_by_itself():
    raw = noise(2, 32, 32, 3)
    together = displayed(np.stack([raw[0], 100 * raw[1] - 7]))
    np.testing.assert_array_equal(together[0], displayed(raw[:1])[0])
    assert together[1].mean() == pytest.approx(128, abs=3)
    assert together[1].std() == pytest.approx(64, abs=6)


def test_raw_image_is_left_as_it_was():
    raw = noise(1, 16, 16, 3)
    kept = raw.copy()
    displayed(raw)
    np.testing.assert_array_equal(raw, kept)


@pytest.mark.parametrize("value", [0.0, 0.5, 0.1, 200.0, -7.0])
def test_image_without_variation_is_grey(value):
    shown = displayed(np.full((1, 16, 16, 3), value, np.float32))
    assert np.all(shown == 128)


@pytest.mark.parametrize("scale", [1e-10, 1e10])
def test_any_range_is_shown(scale):
    shown = displayed(noise(1, 16, 16, 3) * np.float32(scale))
    assert shown.std() > 40


def test_grey_image_stays_grey():
    assert displayed(noise(1, 16, 16, 1)).shape == (1, 16, 16, 1)
    assert channel_note(1) == "grey"


def test_many_channels_are_averaged_to_three_groups():
    raw = np.zeros((1, 8, 8, 7), np.float32)
    raw[0, :4, :, 0:3] = 1
    shown = displayed(raw)
    assert shown.shape == (1, 8, 8, 3)
    assert np.all(shown[0, :4, :, 0] > shown[0, 4:, :, 0])
    assert np.all(shown[0, :4, :, 1:] == shown[0, 4:, :, 1:])


@pytest.mark.parametrize(
    ("count", "note"),
    [
        (2, "red: channel 0, green: channel 1, blue: mean of channels 0-1"),
        (4, "red: mean of channels 0-1, green: channel 2, blue: channel 3"),
        (12, "blue: mean of channels 8-11"),
    ],
)
def test_note_says_what_the_colours_are(count, note):
    assert note in channel_note(count)
    assert displayed(noise(1, 8, 8, count)).shape == (1, 8, 8, 3)


def test_two_channels_are_shown_as_the_note_says():
    raw = noise(1, 8, 8, 2)
    mean = raw.mean(axis=-1, keepdims=True)
    expected = displayed(np.concatenate([raw, mean], axis=-1))
    np.testing.assert_array_equal(displayed(raw), expected)
