"""Tiles go into a sheet and come back; captions cannot break it."""

import io

import numpy as np
import pytest
from PIL import Image

from kerasviz_callbacks.pictures.sheet import (
    bare_sheet,
    encode,
    labelled_sheet,
    num_columns,
    rgb,
)

RNG = np.random.default_rng(0)
SIZES = [(8, 8), (13, 21), (1, 40), (150, 150)]


def tiles(count: int, height: int, width: int, channels: int = 3):
    shape = (count, height, width, channels)
    return RNG.integers(0, 256, shape, dtype=np.uint8)


def decoded(blob: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(blob)))


def cut(picture: np.ndarray, sheet, index: int) -> np.ndarray:
    """Return tile `index`, by the rule that the contract gives."""
    left = index % sheet.columns * sheet.tile_width
    top = index // sheet.columns * sheet.tile_height
    return picture[
        top : top + sheet.picture_height, left : left + sheet.picture_width
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_tiles_come_back_to_the_bit(size, count):
    images = tiles(count, *size)
    blob, sheet = bare_sheet(images)
    picture = decoded(blob)
    for index, image in enumerate(images):
        np.testing.assert_array_equal(cut(picture, sheet, index), image)


@pytest.mark.parametrize("size", SIZES)
def test_tiles_are_multiples_of_eight_and_hold_the_picture(size):
    blob, sheet = bare_sheet(tiles(5, *size))
    assert sheet.tile_height % 8 == sheet.tile_width % 8 == 0
    assert 0 <= sheet.tile_height - sheet.picture_height < 8
    assert 0 <= sheet.tile_width - sheet.picture_width < 8
    assert (sheet.picture_height, sheet.picture_width) == size
    rows = -(-5 // sheet.columns)
    expected = (rows * sheet.tile_height, sheet.columns * sheet.tile_width, 3)
    assert decoded(blob).shape == expected


def test_grey_tiles_come_back_in_all_three_channels():
    images = tiles(3, 9, 9, channels=1)
    blob, sheet = bare_sheet(images)
    assert np.all(cut(decoded(blob), sheet, 2) == images[2])
    np.testing.assert_array_equal(rgb(images), np.repeat(images, 3, axis=-1))


def test_jpeg_is_named_smaller_and_near():
    y, x = np.mgrid[:64, :64]
    smooth = np.stack([2 * y + x, 3 * x, 255 - 3 * y], axis=-1)
    images = np.repeat(smooth.astype(np.uint8)[None], 4, axis=0)
    blob, sheet = bare_sheet(images, "jpeg")
    assert sheet.encoding == "jpeg"
    assert blob[:2] == b"\xff\xd8"
    near = cut(decoded(blob), sheet, 3).astype(int) - images[3]
    assert np.abs(near).mean() < 3


def test_jpeg_tiles_do_not_bleed_into_each_other():
    images = np.zeros((4, 16, 16, 3), np.uint8)
    images[3] = 255
    blob, sheet = bare_sheet(images, "jpeg")
    picture = decoded(blob)
    assert cut(picture, sheet, 0).max() == cut(picture, sheet, 1).max() == 0
    assert cut(picture, sheet, 3).min() == 255


def test_sheet_is_about_as_wide_as_high():
    counts = [1, 2, 4, 5, 9, 10, 64]
    assert [num_columns(n) for n in counts] == [1, 2, 2, 3, 3, 4, 8]


def test_encoded_picture_is_the_picture():
    image = tiles(1, 7, 11)[0]
    np.testing.assert_array_equal(decoded(encode(image)), image)


def test_labelled_sheet_holds_every_tile_and_some_ink():
    images = tiles(3, 96, 96)
    sheet = labelled_sheet(list(images), ["#1  2.5", "#2  3", "#3  flat"])
    assert sheet.dtype == np.uint8
    for image in images:
        assert holds(sheet, image)
    bare = labelled_sheet(list(images), ["", "", ""])
    assert bare.shape == sheet.shape
    assert np.sum(bare != sheet) > 100


def test_small_tiles_are_enlarged_by_a_whole_factor():
    image = tiles(1, 20, 20)[0]
    sheet = labelled_sheet([image], ["#0"])
    assert holds(sheet, image.repeat(5, axis=0).repeat(5, axis=1))


@pytest.mark.parametrize("size", [(1, 2000), (2000, 1), (4, 600), (1, 1)])
def test_long_and_thin_tiles_stay_of_a_sane_size(size):
    sheet = labelled_sheet(list(tiles(4, *size)), ["a"] * 4)
    assert max(sheet.shape) < 3 * max(*size, 300)


def test_caption_does_not_leave_its_tile():
    images = list(np.full((2, 96, 96, 3), 200, np.uint8))
    long = labelled_sheet(images, ["W" * 300, ""])
    short = labelled_sheet(images, ["", ""])
    right = long.shape[1] // 2 + 4
    np.testing.assert_array_equal(long[:, right:], short[:, right:])


@pytest.mark.parametrize(
    "caption",
    [
        "",
        " ",
        "a\nb\tc",
        "\0\x1b[31m\x7f",
        "<script>alert(1)</script>",
        "\ud800",
        "\u202eright to left",
        "\u6f22\u5b57 \U0001f600 e\u0301",
        "W" * 100_000,
    ],
    ids=range(9),
)
def test_no_caption_breaks_the_sheet(caption):
    images = list(tiles(2, 96, 96))
    sheet = labelled_sheet(images, [caption, "plain"])
    assert sheet.shape == labelled_sheet(images, ["plain", "plain"]).shape
    assert holds(sheet, images[0])


def test_each_tile_needs_its_caption():
    with pytest.raises(ValueError, match="zip"):
        labelled_sheet(list(tiles(2, 9, 9)), ["one"])


def holds(sheet: np.ndarray, tile: np.ndarray) -> bool:
    """Tell whether `tile` lies somewhere in `sheet`, to the bit."""
    height, width = tile.shape[:2]
    corner = np.all(sheet == tile[0, 0], axis=-1)
    return any(
        np.array_equal(sheet[y : y + height, x : x + width], tile)
        for y, x in np.argwhere(corner)
    )
