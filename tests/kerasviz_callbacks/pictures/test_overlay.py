"""Colours, and maps laid over images as the classic recipe does it."""

import keras
import matplotlib as mpl
import numpy as np
import pytest

from kerasviz_callbacks.pictures.colormap import (
    COLORMAPS,
    blend,
    colour_table,
    coloured,
    to_bytes,
)
from kerasviz_callbacks.pictures.overlay import overlays

RNG = np.random.default_rng(3)
SHOWN = RNG.integers(0, 256, (2, 24, 32, 3), np.uint8)
MAPS = RNG.uniform(0, 5, (2, 6, 8)).astype("float32")
OK = ("ok", "ok")


def _recipe(image: np.ndarray, heatmap: np.ndarray, alpha: float):
    """As printed in Chollet's book, after the heatmap is there."""
    heatmap = heatmap / np.max(heatmap)
    img = keras.utils.img_to_array(keras.utils.array_to_img(image, scale=False))
    heatmap = np.uint8(255 * heatmap)
    jet_colors = mpl.colormaps["jet"](np.arange(256))[:, :3]
    jet_heatmap = keras.utils.array_to_img(jet_colors[heatmap])
    jet_heatmap = jet_heatmap.resize((img.shape[1], img.shape[0]))
    jet_heatmap = keras.utils.img_to_array(jet_heatmap)
    superimposed_img = jet_heatmap * alpha + img
    return np.asarray(keras.utils.array_to_img(superimposed_img))


@pytest.mark.parametrize("alpha", [0.4, 1.0])
def test_overlay_is_the_recipes(alpha):
    found = overlays(SHOWN, MAPS, OK, alpha=alpha)
    expected = [
        _recipe(image, one, alpha)
        for image, one in zip(SHOWN, MAPS, strict=True)
    ]
    np.testing.assert_array_equal(found, expected)


def test_scaling_a_map_leaves_its_overlay():
    np.testing.assert_array_equal(
        overlays(SHOWN, MAPS, OK), overlays(SHOWN, 4 * MAPS, OK)
    )


def test_no_evidence_shows_the_plain_image():
    found = overlays(SHOWN, 0 * MAPS, ("no_evidence", "no_evidence"))
    np.testing.assert_array_equal(found, SHOWN)


def test_a_map_that_is_not_finite_is_hatched_not_painted():
    maps = np.full_like(MAPS, np.nan)
    found = overlays(SHOWN, maps, ("not_finite", "not_finite"))
    is_plain = (found == SHOWN).all(axis=-1)
    assert is_plain.mean() == pytest.approx(0.5, abs=0.02)
    assert is_plain[0, 0, :8].tolist() == [False] * 4 + [True] * 4
    assert is_plain[0, 1, :8].tolist() == [False] * 3 + [True] * 4 + [False]


def test_grey_images_come_out_in_colour():
    grey = SHOWN[..., :1]
    found = overlays(grey, MAPS, OK)
    np.testing.assert_array_equal(
        found, overlays(grey.repeat(3, axis=-1), MAPS, OK)
    )


@pytest.mark.parametrize("alpha", [-0.1, 1.5])
def test_alpha_out_of_range_is_refused(alpha):
    with pytest.raises(ValueError, match=f"got {alpha}"):
        overlays(SHOWN, MAPS, OK, alpha=alpha)


def test_unknown_colormap_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"'jet', 'viridis'.* — got 'hot'"):
        overlays(SHOWN, MAPS, OK, colormap="hot")


@pytest.mark.parametrize("colormap", COLORMAPS)
def test_colours_are_matplotlibs(colormap):
    name = {"grey": "gray"}.get(colormap, colormap)
    expected = mpl.colormaps[name](np.arange(256))[:, :3]
    table = colour_table(colormap)
    np.testing.assert_allclose(table, expected, rtol=1e-6)
    values = np.float32([[0, 0.5, 1]])
    np.testing.assert_array_equal(
        coloured(values, colormap), [table[[0, 127, 255]]]
    )


def test_blend_goes_from_one_picture_to_the_other():
    black, white = np.zeros((2, 2, 3)), np.ones((2, 2, 3))
    assert (to_bytes(blend(black, white, 0.0)) == 0).all()
    assert (to_bytes(blend(black, white, 0.4)) == 102).all()
    assert (to_bytes(blend(black, white, 1.0)) == 255).all()
