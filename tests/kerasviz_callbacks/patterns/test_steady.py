"""`preset="steady"`: pictures that a person could have given."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import Preset, filter_patterns
from kerasviz_callbacks.patterns.margin import without_margin
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.zoo import SIZE, images

L = keras.layers
# Where smooth gradients and the bare pre-activation could go another way; that
# every kind is reached is shown by the recipe (`test_ascent.py`).
KINDS = (
    zoo.functional_residual,
    zoo.augmentation_inside,
    zoo.backbone,
    zoo.subclassed_before_use,
    zoo.shared_layer,
    zoo.siamese,
    zoo.mixed_float16,
    zoo.mirrored,
)


@pytest.mark.parametrize("build", KINDS, ids=lambda build: build.__name__)
def test_objective_rises_and_is_the_explicit_one(build):
    specimen = build()
    start = images(2) * 0.5 + 0.25
    options = {"start": start, "input": specimen.input}
    ours = filter_patterns(
        specimen.model, specimen.layer, [1, 2], steps=12, **options
    )
    before = reference(specimen, start)
    after = reference(specimen, ours.raw)
    assert set(ours.status) <= {"live", "unmeasured"}
    assert np.all(after >= before - 1e-3)
    assert np.any(after > 1.5 * before)
    rtol = max(specimen.tolerance, 1e-4)
    np.testing.assert_allclose(ours.objective, after, rtol=rtol, atol=rtol)


def test_what_is_shown_is_what_the_model_saw():
    ours = filter_patterns(conv_model(), "c", 3, steps=4)
    assert ours.raw.shape == (3, SIZE, SIZE, 3)
    np.testing.assert_allclose(
        without_margin(ours.raw, ours.margin_px), ours.images / 255, atol=1e-6
    )


def test_pixels_of_a_model_that_rescales_are_bytes():
    model = keras.Sequential(
        [keras.Input((12, 12, 3)), L.Rescaling(1 / 255), conv()]
    )
    ours = filter_patterns(model, "c", 2, steps=4)
    np.testing.assert_allclose(
        without_margin(ours.raw, ours.margin_px), ours.images, atol=1e-3
    )


def test_preprocessing_stands_between_the_picture_and_the_model():
    ours = filter_patterns(
        conv_model(), "c", 2, steps=4, preprocess=lambda x: x / 127.5 - 1
    )
    np.testing.assert_allclose(
        without_margin(ours.raw, ours.margin_px),
        ours.images / 127.5 - 1,
        atol=1e-5,
    )


def test_range_given_is_kept():
    ours = filter_patterns(
        conv_model(), "c", 2, steps=4, preset=Preset.steady(value_range=(-2, 6))
    )
    np.testing.assert_allclose(
        without_margin(ours.raw, ours.margin_px),
        ours.images / 255 * 8 - 2,
        atol=1e-5,
    )


def test_two_calls_give_the_same_bits():
    model = conv_model()
    runs = [filter_patterns(model, "c", 3, steps=5) for _ in range(2)]
    np.testing.assert_array_equal(runs[0].raw, runs[1].raw)


def test_picture_of_a_filter_does_not_depend_on_the_others_asked():
    model = conv_model()
    together = filter_patterns(model, "c", [3, 0, 2], steps=5)
    alone = filter_patterns(model, "c", [2], steps=5)
    np.testing.assert_allclose(together.raw[2], alone.raw[0], atol=0.01)


def test_pictures_change_with_the_seed():
    model = conv_model()
    first, second = (
        filter_patterns(model, "c", 1, steps=2, preset=Preset.steady(seed=seed))
        for seed in (0, 1)
    )
    assert np.abs(first.raw - second.raw).mean() > 0.02


def test_filter_that_its_relu_holds_at_zero_climbs_before_it():
    def held(shape, dtype):
        return keras.ops.convert_to_tensor([0.0, -0.3, -1e4], dtype)

    model = conv_model(activation="relu", filters=3, bias_initializer=held)
    ours = filter_patterns(model, "c", 3)
    assert ours.status == ("live", "live", "unmeasured")
    assert ours.objective[1] > 0 and ours.objective[2] == 0


def test_layer_goes_on_with_its_activation():
    model = conv_model(activation="relu")
    layer = model.get_layer("c")
    before = layer.activation, set(vars(layer))
    filter_patterns(model, "c", 1, steps=1)
    assert (layer.activation, set(vars(layer))) == before
    assert np.min(model(images(2))) == 0


def test_image_that_the_layer_does_not_depend_on_has_no_pattern():
    inputs = keras.Input((9, 9, 3))
    cut = L.Lambda(keras.ops.stop_gradient)(inputs)
    model = keras.Model(inputs, conv()(cut))
    assert filter_patterns(model, "c", 2, steps=3).status == (
        "unmeasured",
        "unmeasured",
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_give_a_status_and_a_finite_image(bad):
    model = conv_model()
    kernel, bias = model.get_layer("c").get_weights()
    kernel[..., 1] = bad
    model.get_layer("c").set_weights([kernel, bias])
    ours = filter_patterns(model, "c", [0, 1], steps=5)
    assert ours.status[1] == "not_finite"
    assert np.all(np.isfinite(ours.raw))


def test_gradient_that_is_nan_now_and_then_leaves_a_finite_image():
    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, conv()(Fickle()(inputs)))
    ours = filter_patterns(model, "c", 4)
    assert np.all(np.isfinite(ours.raw))
    assert "unmeasured" in ours.status


@pytest.mark.parametrize(
    "shape", [(32, 32, 3), (20, 20, 1), (16, 25, 2), (17, 16, 12), (1, 40, 3)]
)
def test_any_size_and_number_of_channels_climbs(shape):
    model = keras.Sequential([keras.Input(shape), conv(padding="same")])
    ours = filter_patterns(model, "c", 4, steps=6)
    first = filter_patterns(model, "c", 4, steps=1)
    assert ours.raw.shape == (4, *shape)
    height, width = (side - 2 * ours.margin_px for side in shape[:2])
    assert ours.images.shape == (4, height, width, 1 if shape[2] == 1 else 3)
    assert np.all(ours.objective > first.objective)


class Fickle(keras.Layer):
    """Answers with NaN for about every second image."""

    def call(self, x):
        digits = 1000 * keras.ops.sum(x[:, 3, 3], axis=-1)
        is_bad = keras.ops.cast(digits % 2 > 1, x.dtype)
        return x * (1 + keras.ops.sqrt(-is_bad))[:, None, None, None]


def reference(specimen, fed: np.ndarray) -> np.ndarray:
    """Return the means that the explicit network has for filters 1 and 2."""
    activation = specimen.split(keras.ops.convert_to_tensor(fed))[0].numpy()
    inner = activation[:, 2:-2, 2:-2]
    return np.array([inner[0, ..., 1].mean(), inner[1, ..., 2].mean()])


def conv(filters: int = 4, **options) -> keras.Layer:
    return L.Conv2D(filters, 3, name="c", **options)


def conv_model(**options) -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), conv(**options)])
