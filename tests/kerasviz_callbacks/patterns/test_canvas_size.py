"""Early layers climb on small canvases, where the model leaves the size."""

import keras
import pytest

from kerasviz_callbacks import filter_patterns

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
    assert side(net(None), "a", size=48) == 48
    assert side(net(None), "a", preset="recipe") == 150  # 200, cropped
