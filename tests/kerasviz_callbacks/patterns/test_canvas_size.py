"""Early layers climb on small canvases, where the model leaves the size."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import Preset, filter_patterns, layer_paths

L = keras.layers


def net(side):
    """Return convolutions at strides of 1, 4 and 16 px."""
    x = image = keras.Input((side, side, 3))
    for name, stride in (("a", 1), ("b", 4), ("c", 4)):
        x = L.Conv2D(2, 5, strides=stride, padding="same", name=name)(x)
    return keras.Model(image, x)


def side(model, layer, **options):
    pictures = filter_patterns(model, layer, 1, steps=1, **options).raw
    assert pictures.shape[1] == pictures.shape[2]
    return pictures.shape[1]


@pytest.mark.parametrize(("layer", "px"), [("a", 64), ("b", 64), ("c", 128)])
def test_a_canvas_holds_some_positions_of_the_layers_map(layer, px):
    assert side(net(None), layer) == px


def test_a_layer_of_stride_8_is_in_between():
    x = image = keras.Input((None, None, 3))
    x = L.Conv2D(2, 9, strides=8, padding="same", name="d")(x)
    assert side(keras.Model(image, x), "d") == 96


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_declared_size_is_no_reason_for_a_large_canvas(is_nested):
    model = net(224)
    if is_nested:
        model = keras.Sequential([keras.Input((224, 224, 3)), model])
    name = next(p.path for p in layer_paths(model) if p.path.endswith("b"))
    assert side(model, name) == 64


def with_head(head):
    """Return a fixed network whose head depends on the declared size."""
    inside = net(224)
    return keras.Model(inside.input, head(inside.output))


@pytest.mark.parametrize(
    "head", [L.Flatten(), L.Reshape((7, 28, 2)), L.Reshape((-1, 2))]
)
def test_what_lies_behind_the_layer_may_depend_on_the_size(head):
    model = keras.Sequential([with_head(head), L.Flatten(), L.Dense(3)])
    name = next(p.path for p in layer_paths(model) if p.path.endswith("c"))
    assert side(model, name) == 128


def test_a_layer_behind_a_reshape_is_drawn_in_the_declared_size(caplog):
    image = keras.Input((192, 192, 3))
    x = L.Conv2D(2, 8, strides=8, name="patches")(image)
    x = L.Reshape((24, 24, 2))(L.Reshape((576, 2))(x))
    model = keras.Model(image, L.Conv2D(2, 3, padding="same", name="c")(x))
    assert side(model, "patches") == 96
    assert not caplog.messages
    assert side(model, "c") == 192
    [told] = caplog.messages
    assert "are of 192 x 192 px: the layers below it do not take 96" in told
    with pytest.raises(ValueError, match="must be one that the layers below"):
        side(model, "c", preset=Preset.steady(size=64))


def test_patterns_on_another_canvas_are_those_of_a_model_of_that_size():
    keras.utils.set_random_seed(0)
    fixed, opened = net(224), net(None)
    opened.set_weights(fixed.get_weights())
    one, other = (
        filter_patterns(model, "b", 2, steps=4) for model in (fixed, opened)
    )
    np.testing.assert_array_equal(one.images, other.images)
    with pytest.raises(ValueError, match="incompatible"):
        fixed(np.zeros((1, 64, 64, 3)))  # the door is shut again


def test_what_is_asked_for_goes_first():
    assert side(net(32), "c") == 32
    assert side(net(224), "a", preset=Preset.steady(size=48)) == 48
    assert side(net(None), "a", preset=Preset.steady(size=48)) == 48
    assert side(net(None), "a", preset="recipe") == 200


def test_one_open_side_is_fitted_alone():
    image = keras.Input((None, 200, 3))
    x = L.Conv2D(2, 9, strides=8, padding="same", name="d")(image)
    pictures = filter_patterns(keras.Model(image, x), "d", 1, steps=1).raw
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


@pytest.mark.parametrize("depth", [6, 8])
def test_a_unet_deeper_than_the_canvas_is_drawn(depth, caplog):
    assert side(unet(depth), "down3") == 96  # not a multiple of 2 ** depth
    assert not caplog.messages


def test_an_encoder_of_fixed_size_inside_is_drawn(caplog):
    inside = net(72)
    image = keras.Input((None, None, 3))
    model = keras.Model(image, L.GlobalAveragePooling2D()(inside(image)))
    assert side(model, "c") == 72
    assert not caplog.messages


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


def test_a_model_of_open_size_that_takes_one_is_probed_with_the_images():
    class Flat(L.Layer):
        def call(self, x):
            if x.shape[1] not in (None, 38):
                raise ValueError(f"38 rows, not {x.shape[1]}")
            return keras.ops.reshape(x, (-1, 38 * 38 * 2))

    image = keras.Input((None, None, 3))
    x = L.Conv2D(2, 3, name="c")(image)
    model = keras.Model(image, L.Dense(2)(Flat()(x)))
    images = np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3))
    assert side(model, "c", images=images) == 40
