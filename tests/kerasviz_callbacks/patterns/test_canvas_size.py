"""Early layers climb on small canvases, where the model leaves the size."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns, Preset, filter_patterns
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers


def net(side):
    """Return convolutions at strides of 1, 4 and 16 px."""
    x = image = keras.Input((side, side, 3))
    for name, stride in (("a", 1), ("b", 4), ("c", 4)):
        x = L.Conv2D(2, 5, strides=stride, padding="same", name=name)(x)
    return keras.Model(image, x)


def side(model, layer, **options):
    pictures = filter_patterns(model, layer, 1, steps=1, **options).images
    assert pictures.shape[1] == pictures.shape[2]
    return pictures.shape[1]


@pytest.mark.parametrize(("layer", "px"), [("a", 64), ("b", 64), ("c", 128)])
def test_a_canvas_holds_some_positions_of_the_layers_map(layer, px):
    assert side(net(None), layer) == px


def test_a_layer_of_stride_8_is_in_between():
    x = image = keras.Input((None, None, 3))
    x = L.Conv2D(2, 9, strides=8, padding="same", name="d")(x)
    assert side(keras.Model(image, x), "d") == 96


def test_what_is_fixed_or_asked_for_goes_first():
    assert side(net(32), "c") == 32
    assert side(net(None), "a", preset=Preset.steady(size=48)) == 48
    assert side(net(None), "a", preset="recipe") == 150  # 200, cropped


def test_one_open_side_is_fitted_alone():
    image = keras.Input((None, 200, 3))
    x = L.Conv2D(2, 9, strides=8, padding="same", name="d")(image)
    pictures = filter_patterns(keras.Model(image, x), "d", 1, steps=1).images
    assert pictures.shape[1:3] == (96, 200)


def unet(depth):
    """Return an open U-Net, which takes multiples of 2 ** depth px."""
    x = image = keras.Input((None, None, 3))
    skips = []
    for level in range(depth):
        x = L.Conv2D(2, 3, padding="same", name=f"down{level}")(x)
        skips.append(x)
        x = L.MaxPooling2D()(x)
    for skip in reversed(skips):
        x = L.Concatenate()([L.UpSampling2D()(x), skip])
    return keras.Model(image, L.Conv2D(2, 1)(x))


def test_a_canvas_that_a_unet_refuses_gives_way_to_one_that_works(caplog):
    assert side(unet(6), "down3") == 128  # 96 would hold 12 positions
    [told] = caplog.messages
    assert "refuses patterns of 96 x 96 px; 128 x 128 px is taken" in told


def test_a_unet_deeper_than_the_default_canvas_is_drawn(caplog):
    assert side(unet(8), "down3") == 256
    assert "refuses patterns of 128 x 128 px; 256 x 256" in caplog.messages[0]


def test_a_canvas_is_of_the_size_of_an_encoder_inside(caplog):
    inside = net(72)
    image = keras.Input((None, None, 3))
    model = keras.Model(image, L.GlobalAveragePooling2D()(inside(image)))
    assert side(model, "c") == 72
    assert "72 x 72 px is taken" in caplog.messages[0]
    with pytest.raises(RuntimeError, match=r"image of \(80, 80, 3\)"):
        side(
            model, "c", preset=Preset.steady(size=80)
        )  # what is asked for is not replaced


def test_a_model_that_takes_no_size_says_what_the_first_one_did():
    class Refusing(L.Layer):
        def call(self, x):
            raise ValueError("never")

        def compute_output_shape(self, shape):
            return shape

    image = keras.Input((None, None, 3))
    model = keras.Model(image, Refusing()(L.Conv2D(2, 3, name="c")(image)))
    with pytest.raises(RuntimeError, match=r"image of \(128, 128, 3\)"):
        side(model, "c")


def test_a_record_tells_once_that_a_canvas_was_refused(tmp_path):
    callback = FilterPatterns(
        str(tmp_path), layers=["down2", "down3"], filters=1, steps=1, verbose=0
    )
    callback.set_model(unet(6))
    callback.draw(0)
    [capture] = captures(tmp_path)
    assert sum("refuses" in note for note in capture.notes) == 1


def test_a_canvas_that_is_refused_gives_way_to_the_size_of_the_images():
    image = keras.Input((None, None, 3))
    x = L.Conv2D(2, 3, name="c")(image)
    model = keras.Model(image, L.Dense(2)(L.Reshape((38 * 38 * 2,))(x)))
    images = np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3))
    assert side(model, "c", images=images) == 40
