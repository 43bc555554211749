"""What range values lie in, what a person looks at, and names by content."""

import re

import numpy as np
import pytest

from kerasviz_callbacks.images.pixels import (
    as_bytes,
    content_hashes,
    to_look_at,
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.uint8([0, 7, 255]), [0, 7, 255]),
        (np.int64([0, 7, 255]), [0, 7, 255]),
        (np.float32([0, 0.5, 1]), [0, 128, 255]),
        (np.float32([0, 7.4, 255]), [0, 7, 255]),
        (np.array([False, True]), [0, 255]),
        (np.float32([0, 0]), [0, 0]),
    ],
)
def test_values_are_read_by_their_range(values, expected):
    pixels, _ = as_bytes(values.reshape(1, 1, -1, 1))
    assert pixels.dtype == np.uint8
    assert pixels.ravel().tolist() == expected


def test_a_dark_image_is_read_in_the_range_of_its_set():
    dark, bright = np.full((2, 2, 3), 0.9), np.full((2, 2, 3), 200.0)
    pixels, seen = as_bytes(np.stack([dark, bright]))
    assert pixels[:, 0, 0, 0].tolist() == [1, 200]
    assert seen == "values from 0.9 to 200, read as 0 to 255"


@pytest.mark.parametrize("low_high", [(-1, 1), (0, 256), (-0.1, 255)])
def test_preprocessed_images_are_refused_with_their_range(low_high):
    values = np.float32(low_high).reshape(1, 1, 2, 1).repeat(3, axis=-1)
    low, high = (f"{value:.4g}" for value in low_high)
    with pytest.raises(ValueError, match=rf"values from {low} to {high}"):
        as_bytes(values)


@pytest.mark.parametrize(
    "values",
    [
        np.array([0, 300, 65535, 40000], np.uint16),
        np.array([-1000, 3000, 0, 40], np.int16),  # Hounsfield units
        np.array([-32768, 32767, 0, 1], np.int16),
        np.array([-1, 1, 0.5, 0], np.float32),
        np.array([7, 4095, 8, 9], np.int32),
    ],
    ids=lambda values: f"{values.dtype} {values.min()} to {values.max()}",
)
def test_the_way_that_a_message_names_feeds_images_as_they_are(values):
    images = values.reshape(1, 2, 2, 1)
    with pytest.raises(ValueError, match="feeds them as they are") as told:
        as_bytes(images)
    way = re.search(r"images=(.*) with preprocess=(.*), which", str(told.value))
    given = eval(way[1], {"np": np, "images": images})
    as_bytes(given)
    fed = eval(way[2])(np.float32(given))
    np.testing.assert_allclose(fed, images, rtol=1e-4, atol=1e-2)


def test_many_channels_of_any_range_are_stretched():
    values = np.linspace(-3, 5, 20).reshape(1, 2, 2, 5)
    pixels, seen = as_bytes(values)
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert seen.endswith("shown stretched to 0 to 255")


def test_many_channels_of_one_value_are_no_division_by_zero():
    assert as_bytes(np.full((1, 2, 2, 5), 300.0))[0].max() == 0


@pytest.mark.parametrize(
    ("channels", "shown"), [(1, 1), (2, 1), (3, 3), (7, 3)]
)
def test_a_person_looks_at_one_or_three_channels(channels, shown):
    pixels = np.arange(4 * channels, dtype=np.uint8).reshape(1, 2, 2, -1)
    found = to_look_at(pixels)
    np.testing.assert_array_equal(found, pixels[..., :shown])


def test_content_is_named_by_shape_and_bytes():
    image = np.arange(24, dtype=np.uint8).reshape(1, 2, 4, 3)
    first = content_hashes(image)
    assert len(first[0]) == 16
    assert int(first[0], 16) >= 0
    assert content_hashes(image.copy()) == first
    assert content_hashes(image.reshape(1, 4, 2, 3)) != first
    assert content_hashes(image + np.uint8(1)) != first
