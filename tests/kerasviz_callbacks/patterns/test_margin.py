"""What no counted position sees is not displayed, and `raw` stays whole."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns, Preset, filter_patterns
from kerasviz_callbacks.presets import Neuron
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
STILL = Preset.steady(wobble=None)


# Positions count from the third one on; a kernel sees half of itself beyond.
@pytest.mark.parametrize(
    ("kernel", "strides", "margin"),
    [(1, 1, 2), (3, 1, 1), (5, 1, 0), (2, 2, 4)],
)
def test_margin_is_what_counted_positions_do_not_reach(kernel, strides, margin):
    ours = drawn(convolution(kernel, strides=strides))
    assert ours.margin_px == margin
    assert ours.raw.shape == (3, 32, 32, 3)
    side = 32 - 2 * margin
    assert ours.images.shape == (3, side, side, 3)
    inside = slice(margin, 32 - margin)
    np.testing.assert_allclose(
        ours.raw[:, inside, inside], ours.images / 255, atol=1e-6
    )


def test_pixels_of_the_margin_are_those_of_the_start():
    model = convolution(3)
    options = {"preset": STILL, "steps": 12}
    ours = filter_patterns(model, "c", 3, **options)
    other = filter_patterns(model, "c", 3, **{**options, "steps": 1})
    moved = np.abs(ours.raw - other.raw).mean(axis=(0, 3))
    assert moved[0].mean() < 0.5 * moved[8:24, 8:24].mean()


def test_preset_that_does_not_crop_shows_all():
    ours = drawn(convolution(1), Preset.steady(wobble=None, crop=False))
    assert ours.margin_px == 0 and ours.images.shape == ours.raw.shape


def test_recipe_cuts_its_own_border_and_no_other():
    model = keras.Sequential([keras.Input((100, 100, 3)), conv(1)])
    for preset in (Preset.recipe(), Preset.recipe(crop=True)):
        ours = filter_patterns(model, "c", 1, preset=preset, steps=1)
        assert ours.margin_px == 0
        assert ours.images.shape[1:3] == (50, 50)


def test_filters_without_a_gradient_leave_the_picture_whole():
    model = convolution(1)
    model.layers[0].set_weights([np.zeros((1, 1, 3, 4)), np.zeros(4)])
    assert drawn(model).margin_px == 0


def test_at_least_half_of_each_side_is_left():
    preset = Preset.steady(wobble=None, objective=Neuron())
    ours = drawn(convolution(1), preset)
    assert ours.images.shape[1:3] == (16, 16)


def test_later_captures_leave_out_the_same_margin(tmp_path):
    model = convolution(1)
    callback = FilterPatterns(tmp_path, filters=2, steps=2, preset=STILL)
    callback.set_model(model)
    callback.draw(0)
    kernel = np.zeros((1, 1, 3, 4))  # no gradient: alone it would be whole
    model.layers[0].set_weights([kernel, np.zeros(4)])
    callback.draw(1)
    sizes = [
        (layer.margin_px, layer.sheet.picture_width)
        for capture in captures(tmp_path)
        for layer in capture.patterns
    ]
    assert sizes == [(2, 28), (2, 28)]


def drawn(model: keras.Model, preset: Preset = STILL):
    return filter_patterns(model, "c", 3, preset=preset, steps=3)


def convolution(kernel: int, **options) -> keras.Model:
    keras.utils.set_random_seed(0)
    image = keras.Input((32, 32, 3))
    return keras.Sequential([image, conv(kernel, **options)])


def conv(kernel: int, **options) -> keras.Layer:
    return L.Conv2D(4, kernel, padding="same", name="c", **options)
