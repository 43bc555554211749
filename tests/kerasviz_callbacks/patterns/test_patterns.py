"""`filter_patterns`: what may be asked, and what comes back."""

import dataclasses
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import LayerPath, Preset, filter_patterns, layer_paths
from kerasviz_callbacks.patterns.request import choose_filters
from kerasviz_callbacks.presets.preset import RECIPE, find_preset
from kerasviz_callbacks.presets.step_rule import NormalisedStep

L = keras.layers
recipe = functools.partial(filter_patterns, preset="recipe")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((16, 12, 3))
    x = L.Conv2D(10, 3, name="one")(inputs)
    return keras.Model(inputs, L.Conv2D(6, 3, name="two")(x))


@pytest.fixture(scope="module")
def open_model():
    inputs = keras.Input((None, None, 3))
    return keras.Model(inputs, L.Conv2D(4, 3, name="one")(inputs))


def test_result_is_one_of_everything_per_filter(model):
    ours = recipe(model, "one", [3, 1], steps=1)
    assert (ours.layer, ours.filters, ours.preset) == ("one", (3, 1), "recipe")
    assert ours.raw.shape == ours.images.shape == (2, 16, 12, 3)
    assert (ours.raw.dtype, ours.images.dtype) == (np.float32, np.uint8)
    assert (ours.objective.shape, len(ours.status)) == ((2,), 2)
    assert ours.channels == "rgb"


def test_more_filters_than_a_chunk_come_back_in_the_order_asked(model):
    wanted = [9, 0, 8, 1, 7, 2, 6, 3, 5, 4]
    ours = recipe(model, "one", wanted, steps=1)
    apart = [recipe(model, "one", [i], steps=1) for i in (4, 9)]
    assert ours.filters == tuple(wanted)
    np.testing.assert_allclose(ours.raw[-1], apart[0].raw[0], atol=1e-5)
    np.testing.assert_allclose(ours.raw[0], apart[1].raw[0], atol=1e-5)


def test_start_depends_on_seed_layer_and_filter_alone(model):
    first = start_of(model, "one", [2, 5])
    np.testing.assert_array_equal(start_of(model, "one", [5, 2])[::-1], first)
    np.testing.assert_array_equal(start_of(model, "one", [5])[0], first[1])
    assert unlike(first[0], first[1])
    assert unlike(start_of(model, "one", [2], seed=1)[0], first[0])
    assert unlike(start_of(model, "two", [2])[0], first[0])


def test_start_has_the_range_of_the_recipe(model):
    start = start_of(model, "one", [0, 1])
    assert 0.4 <= start.min() < 0.41
    assert 0.59 < start.max() <= 0.6
    assert start.mean() == pytest.approx(0.5, abs=0.005)


def test_two_calls_give_the_same_bits(model):
    runs = [recipe(model, "one", 3, steps=3) for _ in range(2)]
    np.testing.assert_array_equal(runs[0].raw, runs[1].raw)


def test_result_does_not_depend_on_global_seeds(model):
    keras.utils.set_random_seed(1)
    first = recipe(model, "one", 3, steps=2).raw
    keras.utils.set_random_seed(2)
    second = recipe(model, "one", 3, steps=2).raw
    np.testing.assert_array_equal(first, second)


def test_callers_start_is_used_and_left_as_it_was(model):
    start = np.full((1, 16, 12, 3), 0.25)
    kept = start.copy()
    ours = recipe(model, "one", [0], start=start, steps=1)
    assert 0 < np.abs(ours.raw - 0.25).max() <= 10
    np.testing.assert_array_equal(start, kept)


def test_int_draws_filters_spread_evenly():
    assert choose_filters(4, 10, "p") == (0, 2, 5, 7)
    assert choose_filters(99, 3, "p") == (0, 1, 2)
    assert choose_filters(1, 10, "p") == (0,)
    assert choose_filters(np.int64(2), 10, "p") == (0, 5)


def test_indices_may_be_any_whole_numbers(model):
    for wanted in (range(2), np.array([0, 1]), {0, 1}, iter([0, 1])):
        assert choose_filters(wanted, 6, "p") == (0, 1)


def test_open_size_is_the_presets_unless_given(open_model):
    def shape(**options):
        return recipe(open_model, "one", 1, steps=1, **options)

    small = dataclasses.replace(RECIPE, size_px=24)
    assert shape(preset=small).raw.shape == (1, 24, 24, 3)
    assert shape(preset=Preset.recipe(size=20)).raw.shape == (1, 20, 20, 3)
    assert shape(preset=Preset.recipe(size=(18, 30))).raw.shape == (
        1,
        18,
        30,
        3,
    )


def test_size_may_be_given_where_the_model_has_that_size(model):
    ours = recipe(model, "one", 1, preset=Preset.recipe(size=(16, 12)), steps=1)
    assert ours.raw.shape == (1, 16, 12, 3)


def test_preset_of_ones_own_is_followed(model):
    rule = NormalisedStep(length=0.5)
    gentle = dataclasses.replace(RECIPE, name="gentle", num_steps=2, rule=rule)
    ours = recipe(model, "one", [0], preset=gentle)
    start = start_of(model, "one", [0])
    assert ours.preset == "gentle"
    assert np.linalg.norm(ours.raw - start) == pytest.approx(1, rel=0.01)


def test_layer_may_be_given_as_an_object(model):
    ours = recipe(model, model.get_layer("two"), 1, steps=1)
    assert ours.layer == "two"


def test_unused_model_is_built_from_the_size_given():
    model = keras.Sequential([L.Conv2D(4, 3, name="c")])
    assert layer_paths(model) == [LayerPath("c", "Conv2D", 4, None)]
    assert recipe(
        model, "c", 1, preset=Preset.recipe(size=9), steps=1
    ).status == ("live",)
    assert model.output_shape == (None, 7, 7, 4)


def test_model_goes_on_as_if_nothing_had_been_drawn(model):
    before = [variable.numpy() for variable in model.variables]
    recipe(model, "one", 2, steps=2)
    for variable, old in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, old)


def test_names_that_keras_gives_go_on_as_without(model):
    before = L.Dense(1).name
    recipe(model, "one", 2, steps=1)
    assert int(L.Dense(1).name[6:]) == int(before[6:] or 0) + 1


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (0, "positive number"),
        (-1, "positive number"),
        ([], "positive number"),
        ([-1], "indices from 0 on"),
        ([10], r"'one', which has 10 \(0 to 9\) — got \[10\]"),
    ],
)
def test_filters_that_are_not_there_are_refused(model, filters, message):
    with pytest.raises(ValueError, match=message):
        recipe(model, "one", filters)


@pytest.mark.parametrize("filters", [1.5, [1.5], "3", None, True, [[1]], {}])
def test_filters_of_another_kind_are_refused(model, filters):
    expected = ValueError if filters == {} else TypeError
    with pytest.raises(expected, match="filters must be"):
        recipe(model, "one", filters)


@pytest.mark.parametrize("steps", [0, -1, 2.5, "3", True])
def test_steps_must_be_a_positive_whole_number(model, steps):
    with pytest.raises(ValueError, match=f"steps must be.*{steps!r}"):
        recipe(model, "one", 1, steps=steps)


@pytest.mark.parametrize("size", [0, -3, (1, 2, 3), (8, 0), 7.5, "8", ()])
def test_size_must_be_one_or_two_sides(open_model, size):
    with pytest.raises(ValueError, match="size must be a side in pixels"):
        recipe(open_model, "one", 1, preset=Preset.recipe(size=size))


def test_canvas_too_small_for_the_layers_is_named(open_model):
    with pytest.raises(RuntimeError, match=r"of \(2, 2, 3\).*another size"):
        recipe(open_model, "one", 1, preset=Preset.recipe(size=2))


@pytest.mark.parametrize(
    "shape", [(16, 12, 3), (2, 16, 12, 3), (1, 12, 16, 3), (1, 16, 12, 1)]
)
def test_start_of_another_shape_is_refused(model, shape):
    with pytest.raises(ValueError, match=r"start must be|canvas must be"):
        recipe(model, "one", [0], start=np.zeros(shape))


def test_start_that_is_not_finite_is_refused(model):
    start = np.full((1, 16, 12, 3), np.nan)
    with pytest.raises(ValueError, match="start must be finite"):
        recipe(model, "one", [0], start=start)


@pytest.mark.parametrize("preset", ["recipes", 3, None, ["recipe"]])
def test_unknown_preset_lists_the_known(preset):
    with pytest.raises(ValueError, match=r"'recipe'.*or a Preset — got"):
        find_preset(preset)


def test_layer_without_feature_maps_is_refused():
    model = keras.Sequential(
        [keras.Input((4, 4, 3)), L.Flatten(), L.Dense(2, name="top")]
    )
    with pytest.raises(ValueError, match=r"'top' outputs shape \(None, 2"):
        recipe(model, "top", [0])


def test_image_of_whole_numbers_is_refused():
    inputs = keras.Input((8, 8, 3), dtype="uint8")
    scaled = L.Rescaling(1 / 255)(inputs)
    model = keras.Model(inputs, L.Conv2D(2, 3, name="c")(scaled))
    with pytest.raises(ValueError, match="takes uint8"):
        recipe(model, "c", [0])


@pytest.mark.parametrize("shape", [(9,), (9, 3), (2, 9, 9, 3)])
def test_model_without_an_image_input_is_refused(shape):
    inputs = keras.Input(shape)
    model = keras.Model(inputs, L.Dense(2, name="d")(inputs))
    with pytest.raises(ValueError, match="has no image input"):
        recipe(model, "d", [0])


def test_two_images_ask_which():
    ins = [keras.Input((8, 8, 3), name=name) for name in ("left", "right")]
    model = keras.Model(ins, L.Conv2D(2, 3, name="c")(L.Add()(ins)))
    with pytest.raises(ValueError, match=r"'left' .*'right' .*input="):
        recipe(model, "c", [0])
    for name in ("left", 1):
        ours = recipe(model, "c", [0], input=name, steps=1)
        assert ours.status == ("live",)


@pytest.mark.parametrize("name", ["nobody", 2, -1, 1.0])
def test_input_that_is_not_there_is_refused(model, name):
    with pytest.raises(ValueError, match="input must name an input"):
        recipe(model, "one", [0], input=name)


def test_input_that_is_no_image_is_refused():
    picture = keras.Input((8, 8, 3), name="picture")
    facts = keras.Input((2,), name="facts")
    drawn = L.Conv2D(2, 3, name="c")(picture)
    model = keras.Model([picture, facts], drawn * facts[:, None, None])
    with pytest.raises(ValueError, match="must name an image"):
        recipe(model, "c", [0], input="facts")


def test_unused_model_of_unknown_size_asks_for_it():
    model = keras.Sequential([L.Conv2D(4, 3, name="c")])
    with pytest.raises(ValueError, match="give size or start"):
        recipe(model, "c", 1)


def test_wrapper_without_a_forward_pass_is_named():
    with pytest.raises(ValueError, match="TrainsItsParts has no call"):
        recipe(TrainsItsParts(), "c", 1)


def test_what_is_not_a_model_is_refused():
    with pytest.raises(TypeError, match=r"must be a keras\.Model"):
        recipe(None, "c", 1)


def test_channels_first_is_drawn_where_keras_computes_it():
    conv = L.Conv2D(2, 3, data_format="channels_first", name="c")
    model = keras.Sequential([keras.Input((3, 8, 8)), conv])
    assert recipe(model, "c", [0]).raw.shape == (1, 8, 8, 3)


def test_channels_first_is_refused_where_the_device_lacks_it():
    layer = RawConv(2, 3, data_format="channels_first", name="c")
    model = keras.Sequential([keras.Input((3, 8, 8)), layer])
    with pytest.raises(RuntimeError, match="channels_first, which this"):
        recipe(model, "c", [0])


class RawConv(L.Conv2D):
    """A convolution that fails as on a device without its operation."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        lacking = tf.debugging.Assert(False, ["NCHW"], name="lacking")
        with tf.control_dependencies([lacking]):
            return super().call(inputs)


class TrainsItsParts(keras.Model):
    """A GAN as Keras' examples write it: no forward pass of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = keras.Sequential([L.Conv2D(2, 3, name="c")])


def start_of(model, layer, filters, seed=0) -> np.ndarray:
    """Return the images that an ascent of no length ends with."""
    still = dataclasses.replace(
        RECIPE, rule=NormalisedStep(length=0.0), seed=seed
    )
    return recipe(model, layer, filters, preset=still).raw


def unlike(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.2)
