"""The gradient is right for every kind of model, and stays finite."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.devices.precision import gradient_scale
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.model.probe import probe_model
from kerasviz_callbacks.model.tap import TapError
from kerasviz_callbacks.patterns.draw import filter_patterns
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.presets.objective import filter_means
from kerasviz_callbacks.presets.preset import find_preset
from tests.kerasviz_callbacks.networks.zoo import ZOO, images, siamese

L = keras.layers
FILTERS = (0, 3, 5)
recipe = functools.partial(filter_patterns, preset="recipe")


@pytest.mark.parametrize("build", ZOO, ids=lambda build: build.__name__)
def test_step_and_answers_are_those_of_the_explicit_network(build):
    specimen, start = build(), images()
    ours = recipe(
        specimen.model,
        specimen.layer,
        FILTERS,
        start=start,
        steps=1,
        input=specimen.input,
        images={specimen.input: start} if specimen.input else start,
    )
    expected = explicit_direction(specimen, start, FILTERS)
    error = norms((ours.raw - start) / 10 - expected)
    # In half precision a ReLU near zero falls to the other side.
    is_exact = specimen.tolerance < 1e-3
    assert np.all(error < specimen.tolerance * (1 if is_exact else 3))
    moved = expected.any(axis=(1, 2, 3))
    assert sum(moved) >= 2
    activation = explicit_activation(specimen, start, FILTERS)
    still = np.where(activation.max(axis=(0, 1, 2)) > 0, "stuck", "dead")
    assert ours.status == tuple(np.where(moved, "live", still))
    answers = activation[:, 2:-2, 2:-2].mean(axis=(1, 2))
    rtol = max(specimen.tolerance, 1e-4)
    np.testing.assert_allclose(
        ours.held_out_mean, answers.mean(axis=0), rtol=rtol, atol=1e-5
    )
    np.testing.assert_allclose(
        ours.held_out_best, answers.max(axis=0), rtol=rtol, atol=1e-5
    )


def test_image_of_the_first_of_two_inputs_climbs_by_its_own_call():
    specimen, start = siamese(), images()
    ours = recipe(
        specimen.model,
        specimen.layer,
        FILTERS,
        start=start,
        steps=1,
        input="left",
    )
    expected = start + 10 * explicit_direction(specimen, start, FILTERS)
    np.testing.assert_allclose(ours.raw, expected, atol=1e-4)


def test_every_image_climbs_for_its_own_filter():
    # A convolution that hands channel c on as filter c.
    identity = constant(np.eye(3)[None, None])
    model = lone(L.Conv2D(3, 1, kernel_initializer=identity), size=5)
    start = np.zeros((3, 5, 5, 3), "float32")
    raw = recipe(model, "c", [2, 0, 1], start=start, steps=1).raw
    expected = np.zeros_like(start)
    for image, channel in enumerate([2, 0, 1]):
        expected[image, 2, 2, channel] = 10  # all that the border leaves
    np.testing.assert_allclose(raw, expected, atol=1e-5)


def test_other_images_of_the_batch_change_nothing():
    model = lone(L.Conv2D(4, 3))
    start = images(3, size=9)
    together = recipe(model, "c", [0, 1, 2], start=start, steps=1)
    alone = recipe(model, "c", [1], start=start[1:2], steps=1)
    np.testing.assert_allclose(together.raw[1], alone.raw[0], atol=1e-5)


@pytest.mark.parametrize(
    ("size", "kept"), [(1, 1), (2, 2), (3, 1), (4, 2), (5, 1), (6, 2), (9, 5)]
)
def test_border_leaves_at_least_one_position(size, kept):
    activation = np.zeros((1, size, 1), "float32")
    middle = (size - kept) // 2
    activation[:, middle : middle + kept] = 1
    for length in (size, None):
        means = tf.function(
            filter_means,
            input_signature=[
                tf.TensorSpec([1, length, 1]),
                tf.TensorSpec([1], tf.int32),
            ],
        )
        assert float(means(activation, tf.constant([0]))[0]) == 1
        assert float(means(1 - activation, tf.constant([0]))[0]) == 0


def test_objective_is_the_mean_of_the_chosen_channel_without_border():
    activation = np.arange(2 * 5 * 6 * 3, dtype="float32").reshape(2, 5, 6, 3)
    expected = [
        activation[0, 2, 2:4, 1].mean(),
        activation[1, 2, 2:4, 2].mean(),
    ]
    np.testing.assert_allclose(
        filter_means(activation, tf.constant([1, 2])), expected
    )


@pytest.mark.parametrize(
    "shape", [(32, 32, 3), (20, 20, 1), (16, 24, 2), (16, 16, 12), (1, 40, 3)]
)
def test_any_size_and_number_of_channels_climbs(shape):
    conv = L.Conv2D(4, 3, padding="same", name="c")
    model = keras.Sequential([keras.Input(shape), conv])
    ours = recipe(model, "c", 4, steps=3)
    first = recipe(model, "c", 4, steps=1)
    assert ours.raw.shape == (4, *shape)
    assert ours.status == ("live",) * 4
    assert np.all(ours.objective > first.objective)


@pytest.mark.parametrize("kernel", [(16, 1), (16, 16), (15, 3)])
def test_feature_maps_of_one_pixel_climb(kernel):
    model = lone(L.Conv2D(4, kernel), size=16)
    ours = recipe(model, "c", 4, steps=3)
    assert ours.status == ("live",) * 4
    assert np.all(ours.objective > 0)


@pytest.mark.parametrize("kind", ["Conv2DTranspose", "SeparableConv2D"])
def test_other_convolutions_climb(kind):
    ours = recipe(lone(getattr(L, kind)(4, 3)), "c", 2, steps=2)
    assert ours.status == ("live", "live")


def test_convolution_over_time_in_an_image_model_climbs():
    conv = L.Conv1D(4, 3, name="c")
    model = keras.Sequential(
        [keras.Input((12, 8, 3)), L.Reshape((12, 24)), conv]
    )
    assert recipe(model, "c", 2, steps=2).status == ("live", "live")


def test_convolution_inside_a_wrapper_climbs():
    wrapper = L.TimeDistributed(L.Conv2D(4, 3, name="c"), name="wrapper")
    model = keras.Sequential(
        [keras.Input((24, 12, 3)), L.Reshape((2, 12, 12, 3)), wrapper]
    )
    ours = recipe(model, "wrapper", [1], steps=2)
    assert ours.status == ("live",)


def test_filter_without_a_gradient_keeps_its_start():
    dead = L.Conv2D(
        3, 3, activation="relu", bias_initializer=constant([1, -9, 1])
    )
    start = images(3, size=9)
    ours = recipe(lone(dead), "c", [0, 1, 2], start=start)
    assert ours.status == ("live", "unmeasured", "live")
    np.testing.assert_array_equal(ours.raw[1], start[1])
    assert ours.objective[1] == 0


def test_image_that_the_layer_does_not_depend_on_has_no_pattern():
    inputs = keras.Input((9, 9, 3))
    cut = L.Lambda(keras.ops.stop_gradient)(inputs)
    model = keras.Model(inputs, L.Conv2D(2, 3, name="c")(cut))
    ours = recipe(model, "c", 2, steps=3)
    assert ours.status == ("unmeasured", "unmeasured")
    np.testing.assert_array_equal(ours.raw, recipe(model, "c", 2, steps=1).raw)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_give_a_status_and_a_finite_image(bad):
    model = lone(L.Conv2D(2, 3))
    kernel, bias = model.get_layer("c").get_weights()
    kernel[..., 1] = bad
    model.get_layer("c").set_weights([kernel, bias])
    ours = recipe(model, "c", [0, 1])
    assert ours.status[1] == "not_finite"
    assert np.all(np.isfinite(ours.raw))
    assert ours.images.dtype == np.uint8


def test_filter_beside_one_that_is_not_finite_is_drawn_as_alone():
    model = lone(L.Conv2D(2, 3))
    alone = recipe(model, "c", [0])
    kernel, bias = model.get_layer("c").get_weights()
    bias[1] = np.nan
    model.get_layer("c").set_weights([kernel, bias])
    both = recipe(model, "c", [0, 1])
    assert both.status == ("live", "not_finite")
    np.testing.assert_allclose(both.raw[0], alone.raw[0], atol=1e-3)


def test_gradient_below_the_range_of_float16_is_followed():
    start = images(2, size=64)
    runs = [
        recipe(tiny_weights(policy), "c", 2, start=start, steps=1)
        for policy in ("float32", "mixed_float16")
    ]
    exact, half = (norms(run.raw - start) for run in runs)
    assert runs[1].status == ("live", "live")
    np.testing.assert_allclose(half, exact, rtol=0.01)
    assert np.all(norms(runs[1].raw - runs[0].raw) < 0.1 * exact)


@pytest.mark.parametrize("last", ["float32", "mixed_float16"])
def test_scale_follows_the_body_of_the_model_not_the_layer_alone(last):
    body = L.Conv2D(4, 3, dtype="mixed_float16")
    head = L.Conv2D(4, 3, name="c", dtype=last)
    model = keras.Sequential([keras.Input((9, 9, 3)), body, head])
    assert gradient_scale(model) > 1


def test_traced_once_it_follows_the_weights():
    model = lone(L.Conv2D(3, 3))
    engine, start = engine_of(model), images(3, size=9)
    for change in (freeze, unfreeze, recompile, new_weights):
        change(model)
        ours = engine.draw([0, 1, 2], start=start, num_steps=2)
        anew = recipe(model, "c", [0, 1, 2], start=start, steps=2)
        np.testing.assert_array_equal(ours.raw, anew.raw)


def test_many_calls_of_many_sizes_trace_once():
    counter = Counting(3, 3, name="c")
    model = keras.Sequential([keras.Input((9, 9, 3)), counter])
    engine = engine_of(model)
    traced = counter.num_calls
    for count, steps in ((1, 1), (3, 2), (2, 5)):
        for change in (freeze, unfreeze, recompile, new_weights):
            change(model)
            engine.draw(range(count), num_steps=steps)
    assert counter.num_calls == traced


def test_layer_that_does_not_see_the_image_is_refused():
    picture = keras.Input((9, 9, 3), name="picture")
    other = keras.Input((9, 9, 1), name="other")
    joined = L.Conv2D(2, 3, name="c")(other) + L.Conv2D(2, 3)(picture)
    model = keras.Model([picture, other], joined)
    with pytest.raises(TapError, match="'c' does not see the image"):
        recipe(model, "c", [0], input="picture")


def explicit_direction(specimen, start, filters) -> np.ndarray:
    """Return the unit gradients by plain operations, one image at a time."""
    directions = []
    for image, index in zip(start, filters, strict=True):
        x = tf.constant(image[None])
        with tf.GradientTape() as tape:
            tape.watch(x)
            activation, _ = specimen.split(x)
            score = tf.reduce_mean(activation[:, 2:-2, 2:-2, index])
        gradient = tape.gradient(score, x)[0].numpy()
        length = np.linalg.norm(gradient)
        directions.append(gradient / length if length else gradient)
    return np.stack(directions)


def explicit_activation(specimen, given, filters) -> np.ndarray:
    """Return (n, h, w, filters) by plain operations."""
    activation, _ = specimen.split(tf.constant(given))
    return np.asarray(activation)[..., list(filters)]


def engine_of(model: keras.Model) -> PatternEngine:
    """Return what draws the model's layer `c`."""
    probe = probe_model(model, model_input(model), (9, 9, 3))
    located, preset = find_layer(model, "c"), find_preset("recipe")
    return PatternEngine(probe, located, preset, (0.0, 1.0))


def norms(images: np.ndarray) -> np.ndarray:
    return np.linalg.norm(images.reshape(len(images), -1), axis=1)


def lone(conv: keras.Layer, size: int = 9) -> keras.Model:
    """Return a model of this one layer, named `c`."""
    conv.name = "c"
    return keras.Sequential([keras.Input((size, size, 3)), conv])


def tiny_weights(policy: str) -> keras.Model:
    """Return a model whose gradients are below what float16 can hold."""
    small = keras.initializers.RandomNormal(stddev=3e-3, seed=0)
    options = {"dtype": policy, "kernel_initializer": small}
    body, head = L.Conv2D(4, 3, **options), L.Conv2D(4, 3, name="c", **options)
    return keras.Sequential([keras.Input((64, 64, 3)), body, head])


def constant(values):
    return lambda shape, dtype: keras.ops.convert_to_tensor(values, dtype)


def freeze(model: keras.Model) -> None:
    model.trainable = False


def unfreeze(model: keras.Model) -> None:
    model.trainable = True


def recompile(model: keras.Model) -> None:
    model.compile("adam", "mse")


def new_weights(model: keras.Model) -> None:
    model.set_weights([weight + 0.1 for weight in model.get_weights()])


class Counting(L.Conv2D):
    """Counts how often its Python code runs."""

    num_calls = 0

    def call(self, x):
        self.num_calls += 1
        return super().call(x)
