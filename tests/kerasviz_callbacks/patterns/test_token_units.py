"""What is said of the units of a transformer, by units that were made by hand.

Tokens are patches of 8 px: their mean color, a code of one place, and a mark
that only the class token has. Attention says nothing yet, as in a block whose
last projection is zero, so that every unit is known.
"""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns, filter_patterns
from kerasviz_callbacks.captures.drawing import Slot
from kerasviz_callbacks.model import Digests

L = keras.layers
SIZE, PATCH, SIDE, WIDTH = 32, 8, 4, 5
PLACE = (1, 2)  # row and column of the patch that the code is of
RED, AT_PLACE, DEAD, OF_CLASS, BROKEN, BRIGHT = range(6)
UNITS = {  # weights of red, green, blue, place, mark; and the bias
    RED: ((1, -1, -1, 0, 0), 0.0),
    AT_PLACE: ((1, 1, 1, 9, 0), -10.0),
    DEAD: ((0, 0, 0, 0, 0), -1.0),
    OF_CLASS: ((0, 0, 0, 0, 3), -1.0),
    BROKEN: ((1, 1, 1, 0, 0), np.nan),
    BRIGHT: ((1, 1, 1, 0, 0), -2.5),  # above 0.83: not from the recipe's gray
}


class Embedded(L.Layer):
    """Puts a class token before the others, and adds a code to one of them."""

    def __init__(self, has_class: bool, **options) -> None:
        super().__init__(**options)
        code = np.zeros((1, SIDE * SIDE, WIDTH), "float32")
        code[0, PLACE[0] * SIDE + PLACE[1], 3] = 1
        self.code, self.has_class = code, has_class

    def call(self, tokens):
        tokens = tokens + self.code
        if not self.has_class:
            return tokens
        first = np.float32([[[2, 0, 0, 1, 1]]])  # what excites most units
        first = keras.ops.repeat(first, keras.ops.shape(tokens)[0], axis=0)
        return keras.ops.concatenate([first, tokens], axis=1)


def transformer(activation="relu", *, has_class=True, units=None):
    """Return the network; `wide` has the units, one after the other."""
    keras.utils.set_random_seed(0)
    image = keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(WIDTH, PATCH, PATCH, name="patches")(image)
    tokens = Embedded(has_class)(L.Reshape((SIDE * SIDE, WIDTH))(x))
    silent = L.MultiHeadAttention(
        1, 4, output_shape=WIDTH, kernel_initializer="zeros", name="attention"
    )
    tokens = L.Add()([tokens, silent(tokens, tokens)])
    made = units or UNITS
    wide = L.Dense(len(made), activation=activation, name="wide")
    last = L.Add()([tokens, L.Dense(WIDTH)(wide(tokens))])
    model = keras.Model(image, L.Dense(2)(last[:, 0]))
    mean = np.zeros((PATCH, PATCH, 3, WIDTH), "float32")
    mean[..., range(3), range(3)] = 1 / PATCH**2
    model.get_layer("patches").set_weights([mean, np.zeros(WIDTH)])
    kernel, bias = zip(*made.values(), strict=True)
    wide.set_weights([np.float32(kernel).T, np.float32(bias)])
    return model


def pictures(red: tuple[int, int] = (3, 0)) -> np.ndarray:
    """Return gray images; 3 has a red patch, 4 and 5 a white one."""
    found = np.full((6, SIZE, SIZE, 3), 0.3, "float32")
    found[3][patch_of(red)] = (1, 0, 0)
    found[4][patch_of(PLACE)] = 1
    found[5][patch_of((PLACE[1], PLACE[0]))] = 1
    return found


def patch_of(place: tuple[int, int]) -> tuple[slice, slice]:
    return tuple(slice(PATCH * i, PATCH * (i + 1)) for i in place)


def drawn(model, filters, given=None, layer="wide", **options):
    given = pictures() if given is None else given
    options = {"steps": 8, "images": given, **options}
    return filter_patterns(model, layer, filters, **options)


def assert_crop_is(found, place, image, row, column):
    """Check that the crop is that patch, but for the ends of its bell."""
    assert found.crop_image[place] == image
    left, upper, right, lower = found.crop_box[place] * SIZE / PATCH
    np.testing.assert_allclose((left, right), (column, column + 1), atol=0.3)
    np.testing.assert_allclose((upper, lower), (row, row + 1), atol=0.3)


@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("has_class", [True, False])
def test_units_are_told_live_dead_and_not_finite(activation, has_class):
    model = transformer(activation, has_class=has_class)
    found = drawn(model, [RED, AT_PLACE, DEAD, OF_CLASS, BROKEN])
    expected = ["live", "live", "dead", "dead", "not_finite"]
    assert found.status == tuple(expected)


def test_a_unit_that_only_the_class_token_excites_is_measured_as_silent():
    found = drawn(transformer(), [OF_CLASS, RED])
    assert found.held_out_peak[0] == found.peak[0] == 0
    assert found.held_out_peak[1] == pytest.approx(1)  # 2 at the class token
    assert found.crop_image.tolist() == [-1, 3]


def test_a_unit_that_images_excite_and_optimization_does_not_is_stuck():
    given = {"preset": "recipe", "layer": "wide"}
    white = np.ones_like(pictures())
    assert drawn(transformer(), [BRIGHT], white, **given).status == ("stuck",)
    gray = 0.5 * white
    assert drawn(transformer(), [BRIGHT], gray, **given).status == ("dead",)


def test_a_unit_at_its_highest_on_every_patch_is_saturated():
    units = {0: UNITS[RED], 1: ((1, 1, 1, 0, 0), 1e3)}
    model = transformer("sigmoid", units=units)
    assert drawn(model, [0, 1]).status == ("live", "saturated")


@pytest.mark.parametrize("corner", [(0, 0), (3, 3)])
@pytest.mark.parametrize("has_class", [True, False])
def test_crops_are_the_patches_that_excite_a_unit_in_corners_too(
    has_class, corner
):
    model = transformer(has_class=has_class)
    found = drawn(model, [RED, AT_PLACE], pictures(corner), steps=1)
    assert_crop_is(found, 0, 3, *corner)
    assert_crop_is(found, 1, 4, *PLACE)


def test_crops_of_the_patch_embedding_may_lie_at_the_border():
    found = drawn(transformer(), [0], layer="patches", steps=1)
    assert_crop_is(found, 0, 3, 3, 0)


def test_a_filter_of_no_numbers_leaves_the_crops_of_the_others():
    found = drawn(transformer(), [BROKEN, AT_PLACE], steps=1)
    assert found.crop_image.tolist() == [-1, 4]


@pytest.mark.parametrize(("unit", "color"), [(RED, 0), (BRIGHT, None)])
def test_patterns_have_the_color_that_their_unit_adds_up(unit, color):
    means = drawn(transformer(), [unit], steps=40).raw[0].mean(axis=(0, 1))
    if color is None:
        assert means.min() > 0.7
    else:
        assert means[color] > np.delete(means, color).max() + 0.2


@pytest.fixture
def series():
    """Draw two captures; `RED` has turned to green in between."""
    model = transformer()
    callback = FilterPatterns(
        "unused",
        pictures(),
        layers="wide",
        filters=[RED, AT_PLACE],
        steps=40,
        budget=None,
        verbose=0,
    )
    callback.series.prepare(model)
    layers = []
    for step in (0, 1):
        slot = Slot("filter_patterns", step, step)
        drawing = callback.series.draw(model, slot, Digests())
        callback.series.keep()
        layers.append(drawing.patterns[0])
        kernel, bias = model.get_layer("wide").get_weights()
        kernel[:, RED] = (-1, 1, -1, 0, 0)
        model.get_layer("wide").set_weights([kernel, bias])
    return layers


def test_a_unit_that_turned_to_another_color_changed_and_its_neighbor_not(
    series,
):
    names = ("weight_change", "correlation", "held_out_change")
    measured = [series[1].measures[f"{name}_previous"] for name in names]
    turned, same = zip(*measured, strict=True)
    assert turned[0] == pytest.approx(np.sqrt(8 / 3), abs=1e-5)
    assert turned[1] < 0.5
    # It answered to one patch, in one image of six; now to none:
    # (0 - 1/6) / sqrt(1/6 - 1/36).
    assert turned[2] == pytest.approx(-1 / np.sqrt(5), abs=1e-5)
    assert same == pytest.approx((0.0, 1.0, 0.0), abs=1e-6)
