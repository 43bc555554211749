"""Heat lies on the thing, whatever the model does to the image first."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import GradCAM, grad_cam
from kerasviz_callbacks.captures import HeatmapSeries
from kerasviz_callbacks.captures.drawing import Slot
from kerasviz_callbacks.heatmaps import HeatmapRequest, prepare_heatmaps
from kerasviz_callbacks.model import Digests
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
_EDGE = 6


class Flipped(L.Layer):
    """Turns the image round along one axis."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def call(self, x):
        return keras.ops.flip(x, self.axis)


class Sliced(L.Layer):
    """Takes rows 8, 10, ... 38 and the last 20 columns."""

    def call(self, x):
        return x[:, 8:40:2, -20:]


class Blocked(L.Layer):
    """Makes channels of blocks of pixels of the lower half."""

    def call(self, x):
        return tf.nn.space_to_depth(x[:, 32:], 2)


class Windows(L.Layer):
    """Attends within windows of the middle of the image."""

    def build(self, shape):
        self.attention = L.MultiHeadAttention(1, 2)

    def call(self, x):
        ops = keras.ops
        x = ops.reshape(x[:, 16:48, 16:48], (-1, 8, 4, 8, 4, 1))
        x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, 16, 1))
        x = x + self.attention(x, x)
        x = ops.reshape(x, (-1, 8, 8, 4, 4, 1))
        return ops.reshape(
            ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, 32, 32, 1)
        )


class Tokens(L.Layer):
    """Rows and columns become one axis and two again."""

    def call(self, x):
        flat = keras.ops.reshape(x, (-1, 64 * 64, 1))
        turned = keras.ops.transpose(flat, (0, 2, 1))
        back = keras.ops.transpose(turned, (0, 2, 1))
        return keras.ops.reshape(back, (-1, 64, 64, 1))


# First cell's center, step down, step right; (y, x) in pixels of the image.
MOVES = {
    "crop": (L.CenterCrop(32, 32), (16.5, 16.5), (1, 0), (0, 1)),
    "cropping": (
        L.Cropping2D(((4, 8), (0, 20))),
        (4.5, 0.5),
        (1, 0),
        (0, 1),
    ),
    "pad": (L.ZeroPadding2D(16), (-15.5, -15.5), (1, 0), (0, 1)),
    "permute": (L.Permute((2, 1, 3)), (0.5, 0.5), (0, 1), (1, 0)),
    "flip rows": (Flipped(1), (63.5, 0.5), (-1, 0), (0, 1)),
    "flip columns": (Flipped(2), (0.5, 63.5), (1, 0), (0, -1)),
    "slice": (Sliced(), (9, 44.5), (2, 0), (0, 1)),
    "crop to aspect ratio": (
        L.Resizing(16, 32, crop_to_aspect_ratio=True),
        (17, 1),
        (2, 0),
        (0, 2),
    ),
    "blocks": (Blocked(), (33, 1), (2, 0), (0, 2)),
    "windows": (Windows(), (16.5, 16.5), (1, 0), (0, 1)),
    "pad to aspect ratio": (
        L.Resizing(32, 64, pad_to_aspect_ratio=True),
        (1, -31),
        (2, 0),
        (0, 2),
    ),
}
PLAIN = {
    "nothing": L.Identity(),
    "resize": L.Resizing(32, 48),
    "smooth resize": L.Resizing(32, 48, antialias=True),
    "larger": L.UpSampling2D(2),
    "tokens": Tokens(),
}


def network(layer: keras.Layer) -> keras.Model:
    """A network whose map `c` is what it sees after `layer`."""
    keras.utils.set_random_seed(0)
    image = keras.Input((64, 64, 1))
    one = {"use_bias": False, "kernel_initializer": "ones"}
    x = L.Conv2D(1, 1, name="c", **one)(layer(image))
    x = L.GlobalAveragePooling2D()(x)
    return keras.Model(image, L.Dense(1, kernel_initializer="ones")(x))


def bright(y: int, x: int, size: int = 64) -> np.ndarray:
    """Return an image (1, size, size, 1), dark but for a square of 6 pixels."""
    image = np.zeros((1, size, size, 1), np.float32)
    image[0, y : y + _EDGE, x : x + _EDGE] = 1
    return image


def place_of(model: keras.Model, layer: str):
    """Return where the cells of a layer lie."""
    request = HeatmapRequest(np.zeros((1, *model.input_shape[1:])))
    return prepare_heatmaps(model, request, [layer]).engine.places[0]


def squares_seen(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return centers (y, x) of squares that the model sees, and of the heat."""
    places = [(18, 46), (22, 50), (24, 45), (17, 48)]
    if name in ("crop", "windows"):
        places = [(y, x - 16) for y, x in places]
    if name == "blocks":
        places = [(y + 30, x) for y, x in places]
    if name == "cropping":
        places = [(y, x - 30) for y, x in places]
    images = np.concatenate([bright(y, x) for y, x in places])
    layer = MOVES[name][0] if name in MOVES else PLAIN[name]
    maps = grad_cam(network(layer), images, layer="c").maps
    height, width = maps.shape[1:]
    y, x = np.mgrid[:height, :width] + 0.5
    total = maps.sum(axis=(1, 2))
    found = [
        (maps * axis).sum(axis=(1, 2)) / total * 64 / count
        for axis, count in ((y, height), (x, width))
    ]
    return np.array(places) + _EDGE / 2, np.stack(found, axis=1)


@pytest.mark.parametrize("name", MOVES)
def test_cells_lie_where_they_come_from(name):
    layer, origin, down, right = MOVES[name]
    place = place_of(network(layer), "c")
    np.testing.assert_allclose(place.origin * 64, origin, atol=1e-6)
    np.testing.assert_allclose(place.down * 64, down, atol=1e-6)
    np.testing.assert_allclose(place.right * 64, right, atol=1e-6)


@pytest.mark.parametrize("name", PLAIN)
def test_what_moves_nothing_keeps_the_plain_place(name):
    assert place_of(network(PLAIN[name]), "c") is None


@pytest.mark.parametrize("name", [*MOVES, *PLAIN])
def test_heat_moves_with_a_bright_square(name):
    there, found = squares_seen(name)
    assert np.abs(there - found).max() <= 1


def test_flipped_and_swapped_maps_are_copied_exactly():
    image = np.random.default_rng(0).uniform(size=(1, 64, 64, 1))
    plain = grad_cam(network(L.Identity()), image, layer="c").maps
    for name in ("permute", "flip rows", "flip columns"):
        maps = grad_cam(network(MOVES[name][0]), image, layer="c").maps
        np.testing.assert_array_equal(maps, plain)


def test_there_is_no_heat_outside_of_a_crop():
    image = np.ones((1, 64, 64, 1))
    maps = grad_cam(network(MOVES["crop"][0]), image, layer="c").maps
    assert maps.shape == (1, 64, 64)
    assert (maps[0, 16:48, 16:48] > 0).all()
    assert np.count_nonzero(maps) == 32 * 32


def test_cells_off_the_grid_keep_their_part_of_the_image():
    """A crop by half a cell and more: the map is laid on a finer grid."""
    image = keras.Input((80, 80, 1))
    x = L.CenterCrop(48, 48)(image)  # cells of 24, from 16 on
    x = L.AveragePooling2D(24)(x)
    one = {"use_bias": False, "kernel_initializer": "ones"}
    x = L.Conv2D(1, 1, name="c", **one)(x)
    x = L.Dense(1, kernel_initializer="ones")(L.GlobalAveragePooling2D()(x))
    maps = grad_cam(
        keras.Model(image, x), np.ones((1, 80, 80, 1)), layer="c"
    ).maps[0]
    rows = np.flatnonzero(maps.any(axis=1)) / len(maps)
    assert rows[0] == pytest.approx(0.2, abs=0.05)
    assert rows[-1] + 1 / len(maps) == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    ("name", "corner"), [("crop", (28, 17)), ("permute", (4, 50))]
)
def test_an_exact_box_is_hit(name, corner, tmp_path):
    image = bright(*corner)
    model = network(MOVES[name][0])
    model.compile("sgd", "mse")
    y, x = corner
    box = np.array([[x, y, x + 6, y + 6]]) / 64
    options = {"layers": "c", "regions": box, "budget": None, "verbose": 0}
    callback = GradCAM(tmp_path, image, **options)
    model.fit(image, np.ones((1, 1)), verbose=0, callbacks=[callback])
    [layer] = captures(tmp_path)[0].maps
    assert layer.measures["pointing_hit"] == (1.0,)
    assert layer.measures["energy_inside"] == (1.0,)


class Mixed(L.Layer):
    """Sees all of the image everywhere."""

    def build(self, shape):
        self.mix = self.add_weight(shape=(256, 256), initializer="uniform")

    def call(self, x):
        flat = keras.ops.reshape(x, (-1, 256)) @ self.mix
        return keras.ops.reshape(flat, (-1, 16, 16, 1))


class Rolled(L.Layer):
    """Moves rows by what has no rule, and back."""

    def call(self, x):
        return keras.ops.roll(keras.ops.roll(x, 3, 1), -3, 1)


def small_network(layer: keras.Layer) -> keras.Model:
    keras.utils.set_random_seed(0)
    image = keras.Input((16, 16, 1))
    x = L.Conv2D(4, 3, padding="same", name="c")(layer(image))
    return keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x)))


def noted(layer: keras.Layer) -> tuple[str, ...]:
    images = np.random.default_rng(0).uniform(size=(2, 16, 16, 1))
    model = small_network(layer)
    prepared = prepare_heatmaps(model, HeatmapRequest(images), ["c"])
    prepared.draw()
    return tuple(note for note in prepared.notes if "cells" in note)


def test_cells_without_a_place_are_refused():
    with pytest.raises(ValueError, match=r"'c'.*follow no place in the image"):
        noted(Mixed())


def test_what_the_model_does_not_see_is_hatched_and_no_number():
    model = network(MOVES["crop"][0])
    images = np.random.default_rng(0).uniform(size=(1, 64, 64, 1))
    found = grad_cam(model, images, layer="c")
    expected = np.zeros((64, 64), bool)
    expected[16:48, 16:48] = True
    np.testing.assert_array_equal(found.seen, expected)
    assert np.isfinite(found.maps).all()
    pictures = found.overlay(alpha=0)
    is_hatched = (pictures != found.images).any(axis=-1)[0]
    assert is_hatched.any()
    assert not is_hatched[expected].any()
    series = HeatmapSeries(HeatmapRequest(images), ["c"])
    series.prepare(model)
    [picture] = series.draw(model, Slot("grad_cam", 0, 0), Digests()).pictures
    raw = np.frombuffer(picture.blob, "<f4").reshape(64, 64)
    np.testing.assert_array_equal(np.isfinite(raw), expected)


def test_a_crop_is_told():
    [note] = noted(L.CenterCrop(8, 8))
    assert "cover 25% of the image" in note


def test_an_unknown_operation_that_moves_nothing_is_no_matter():
    assert noted(Rolled()) == ()


def test_strided_networks_are_turned_as_a_whole():
    """Strides leave cells off their middle; a flip is exact all the same."""
    image = keras.Input((64, 64, 1))
    x = L.Conv2D(4, 3, strides=2, padding="same")(Flipped(2)(image))
    x = L.Conv2D(4, 3, strides=2, padding="same", name="c")(x)
    x = L.Dense(2)(L.GlobalAveragePooling2D()(x))
    place = place_of(keras.Model(image, x), "c")
    np.testing.assert_allclose(place.origin, [0.5 / 16, 1 - 0.5 / 16])
    np.testing.assert_allclose(place.right, [0, -1 / 16], atol=1e-9)


def test_an_edge_without_a_cell_of_its_own_is_not_cut_off():
    """23 cells of 4 px on 95 px: the last one still sees the last pixels."""
    image = keras.Input((95, 95, 1))
    x = L.ZeroPadding2D(((1, 0), (1, 0)))(image)
    x = L.Conv2D(4, 5, strides=4, name="c")(x)
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
    assert place_of(model, "c") is None
