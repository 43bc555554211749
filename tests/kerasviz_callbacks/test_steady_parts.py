"""The parts of `preset="steady"`, each by laws that it must keep."""

import dataclasses
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.fourier import FourierCanvas
from kerasviz_callbacks.model_input import model_input
from kerasviz_callbacks.pixel_range import as_range, as_to_input, pixel_range
from kerasviz_callbacks.presets import STEADY
from kerasviz_callbacks.probe import probe
from kerasviz_callbacks.smoothing import smooth_gradients
from kerasviz_callbacks.step_rule import (
    AdamStep,
    MomentumStep,
    NormalisedStep,
)
from kerasviz_callbacks.transforms import Wobble

L = keras.layers
RNG = np.random.default_rng(0)
SHAPES = [(16, 16, 3), (17, 12, 3), (12, 17, 1), (9, 9, 5), (1, 8, 3)]
CANVAS = FourierCanvas()


def noise(*shape: int) -> np.ndarray:
    return RNG.uniform(0.05, 0.95, shape).astype("float32")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pixels", [(0.0, 1.0), (-3.0, 255.0)])
def test_canvas_paints_the_images_that_its_state_was_made_of(shape, pixels):
    low, high = pixels
    images = low + (high - low) * noise(2, *shape)
    state = CANVAS.state_of(images, pixels)
    assert state.shape[1:] == CANVAS.state_shape(shape)
    painted = CANVAS.paint(tf.constant(state), shape, pixels)
    np.testing.assert_allclose(painted, images, atol=1e-4 * (high - low))


@pytest.mark.parametrize("shape", SHAPES)
def test_start_is_within_the_range_and_near_its_middle(shape):
    state = CANVAS.start("p", [0, 1], shape, seed=0)
    painted = CANVAS.paint(tf.constant(state), shape, (0.0, 255.0)).numpy()
    assert 0 <= painted.min() and painted.max() <= 255
    assert painted.mean() == pytest.approx(127.5, abs=50)
    assert painted[0].std() > 1


def test_pixels_at_the_ends_of_the_range_have_a_state():
    images = np.stack([np.zeros((8, 8, 3)), np.ones((8, 8, 3))])
    state = CANVAS.state_of(images.astype("float32"), (0.0, 1.0))
    painted = CANVAS.paint(tf.constant(state), (8, 8, 3), (0.0, 1.0))
    shown = CANVAS.shown(painted.numpy(), (0.0, 1.0))
    np.testing.assert_array_equal(shown, images * 255)


def test_eight_bits_are_what_is_shown_and_what_is_seen():
    images = 10 + 4 * noise(2, 8, 8, 3)
    shown = CANVAS.shown(images, (10.0, 14.0))
    seen = CANVAS.seen(tf.constant(images), (10.0, 14.0))
    np.testing.assert_allclose(seen, 10 + 4 * (shown / 255), rtol=1e-5)


def test_wobble_of_nothing_leaves_the_image():
    images = noise(2, 33, 40, 3)
    moved = Wobble().apply(tf.constant(images), tf.zeros((2, 4)))
    np.testing.assert_allclose(moved, images, atol=1e-5)


def test_wobble_shifts_each_image_by_its_own_draw():
    images = noise(2, 64, 64, 3)
    draw = tf.constant([[0.0, 0, 1, 0], [0, 0, 0, -1]])
    moved = Wobble(shift_px=2).apply(tf.constant(images), draw).numpy()
    np.testing.assert_allclose(moved[0, :, :-2], images[0, :, 2:], atol=1e-5)
    np.testing.assert_allclose(moved[1, 2:], images[1, :-2], atol=1e-5)


def test_wobble_on_a_small_canvas_is_as_much_smaller():
    images = noise(1, 16, 16, 3)
    draw = tf.constant([[0.0, 0, 1, 0]])
    moved = Wobble().apply(tf.constant(images), draw).numpy()
    half = (images[:, :, :-1] + images[:, :, 1:]) / 2
    np.testing.assert_allclose(moved[:, :, :-1], half, atol=1e-5)


def test_wobble_turns_about_the_middle_either_way():
    images = noise(2, 33, 33, 3)
    draw = tf.constant([[0.0, 1, 0, 0], [0, -1, 0, 0]])
    moved = Wobble(turn_degrees=90).apply(tf.constant(images), draw)
    one, other = np.rot90(images[0]), np.rot90(images[1], -1)
    np.testing.assert_allclose(moved[0], one, atol=1e-4)
    np.testing.assert_allclose(moved[1], other, atol=1e-4)


def test_wobble_zooms_about_the_middle():
    images = noise(1, 33, 33, 3)
    draw = tf.constant([[1.0, 0, 0, 0]])
    moved = Wobble(scale=1).apply(tf.constant(images), draw)
    np.testing.assert_allclose(
        moved[:, ::2, ::2], images[:, 8:25, 8:25], atol=1e-4
    )


def test_draws_depend_on_the_filter_alone():
    wobble = Wobble()
    both = wobble.draw("p", [3, 8], 5, seed=1)
    assert both.shape == (2, 5, 4)
    assert both.min() >= -1 and both.max() < 1
    np.testing.assert_array_equal(
        wobble.draw("p", [8], 9, seed=1)[0, :5], both[1]
    )
    assert not np.array_equal(wobble.draw("p", [8], 5, seed=2)[0], both[1])
    assert not np.array_equal(wobble.draw("q", [8], 5, seed=1)[0], both[1])


@pytest.mark.parametrize("softness", [0.5, 0.02])
def test_relu_answers_exactly_and_its_gradient_is_a_sigmoid(softness):
    x = RNG.normal(size=(3, 4, 4, 2)).astype("float32")

    @tf.function
    def both(x):
        with smooth_gradients(tf.constant(softness)):
            tf.nn.relu(x[:1])  # the first one is not smoothed
            y = tf.nn.relu(x)
            return y, tf.gradients(y, x)[0]

    y, gradient = both(tf.constant(x))
    scale = np.sqrt(np.square(x).mean(axis=(1, 2, 3), keepdims=True))
    expected = tf.sigmoid(x / (softness * scale))
    np.testing.assert_array_equal(y, np.maximum(x, 0))
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)


def test_relu6_is_smooth_at_both_ends():
    @tf.function
    def gradient(x):
        with smooth_gradients(tf.constant(0.1)):
            tf.nn.relu(x)
            return tf.gradients(tf.nn.relu6(x), x)[0]

    slopes = gradient(tf.constant([[-9.0, 0.0, 3.0, 6.0, 9.0]])).numpy()[0]
    np.testing.assert_allclose(slopes, [0, 0.5, 1, 0.5, 0], atol=0.03)


@pytest.mark.parametrize("relu", [tf.nn.relu, tf.nn.relu6])
def test_the_first_relu_behind_the_image_keeps_its_gradient(relu):
    @tf.function
    def gradient(x):
        with smooth_gradients(tf.constant(0.5)):
            first = relu(x)
            return tf.gradients(relu(first - 1), first)[0], tf.gradients(
                first, x
            )[0]

    smooth, exact = gradient(tf.constant([[-0.1, 0.1, 2.0]]))
    np.testing.assert_array_equal(exact, [[0, 1, 1]])
    assert np.all((smooth > 0) & (smooth < 1))


def test_threads_trace_each_with_their_own_softness():
    slopes, both_inside = {}, threading.Barrier(2)

    def trace(softness):
        @tf.function
        def gradient(x):
            with smooth_gradients(tf.constant(softness)):
                both_inside.wait(10)
                tf.nn.relu(x)
                return tf.gradients(tf.nn.relu(x), x)[0]

        slopes[softness] = float(gradient(tf.constant([[1.0]]))[0, 0])

    threads = [threading.Thread(target=trace, args=(s,)) for s in (0.5, 2.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {s: float(tf.sigmoid(1 / s)) for s in (0.5, 2.0)}
    assert slopes == pytest.approx(expected)


def test_gradients_outside_the_block_stay_exact():
    @tf.function
    def gradient(x):
        with smooth_gradients(tf.constant(0.5)):
            tf.nn.relu(x)
        return tf.gradients(tf.nn.relu(x), x)[0]

    slopes = gradient(tf.constant([[-0.1, 0.1]]))
    np.testing.assert_array_equal(slopes, [[0, 1]])


def test_normalised_step_has_its_length_for_each_image():
    state, gradient = noise(2, 4, 4, 3), noise(2, 4, 4, 3)
    gradient[1] *= 1e4
    after, _ = NormalisedStep(10).step(
        tf.constant(state),
        tf.zeros([]),
        tf.constant(gradient),
        tf.constant(0.5),
    )
    lengths = np.linalg.norm((after - state).numpy().reshape(2, -1), axis=1)
    np.testing.assert_allclose(lengths, 10, rtol=1e-4)


def test_momentum_sinks_to_a_standstill():
    rule = MomentumStep(rate=2, momentum=0, hold=0.5)
    state = tf.zeros((1, 4, 4, 3))
    gradient = tf.ones_like(state)
    moves = [
        rule.step(state, rule.start(state), gradient, tf.constant(progress))[0]
        for progress in (0.0, 0.5, 0.75, 1.0)
    ]
    sizes = [float(tf.sqrt(tf.reduce_mean(move**2))) for move in moves]
    np.testing.assert_allclose(sizes, [2, 2, 1, 0], atol=1e-5)


def test_momentum_is_nesterovs_on_normalised_gradients():
    rule, state = MomentumStep(rate=0.1), tf.constant([[1.0, -2.0]])
    theirs = tf.Variable(state)
    sgd = keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True)
    velocity = rule.start(state)
    for gradient in tf.constant([[[3.0, 4.0]], [[0.5, -2.0]], [[0.0, 9.0]]]):
        state, velocity = rule.step(state, velocity, gradient, tf.constant(0.0))
        unit = gradient / tf.sqrt(tf.reduce_mean(gradient**2))
        sgd.apply([-unit], [theirs])
    np.testing.assert_allclose(state, theirs, rtol=1e-5)


def test_adam_is_adam():
    rule, state = AdamStep(rate=0.1), tf.constant([[1.0, -2.0]])
    theirs = tf.Variable(state)
    adam = keras.optimizers.Adam(0.1, epsilon=1e-8)
    velocity = rule.start(state)
    for gradient in tf.constant([[[1.0, 3.0]], [[0.5, -2.0]], [[0.0, 9.0]]]):
        state, velocity = rule.step(state, velocity, gradient, 0.0)
        adam.apply([-gradient], [theirs])
    np.testing.assert_allclose(state, theirs, rtol=1e-5)


def test_adam_draws_patterns():
    model = keras.Sequential([keras.Input((16, 16, 3)), L.Conv2D(2, 3)])
    preset = dataclasses.replace(STEADY, rule=AdamStep())
    few, many = (
        filter_patterns(model, model.layers[0], 2, preset=preset, steps=steps)
        for steps in (1, 40)
    )
    assert np.all(many.objective > few.objective)


def test_momentum_goes_on_past_a_gradient_that_is_nan():
    rule, state = MomentumStep(), tf.zeros((1, 2, 2, 1))
    velocity = tf.ones_like(state)
    nan = tf.fill(state.shape, np.nan)
    _, after = rule.step(state, velocity, nan, tf.constant(0.0))
    np.testing.assert_allclose(after, rule.momentum * velocity)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], (0, 1)),
        ([L.Rescaling(1 / 255)], (0, 255)),
        ([L.Rescaling(1 / 127.5, offset=-1)], (0, 255)),
        ([L.Rescaling(2.0, offset=-1)], (0, 1)),
        ([L.Normalization(mean=[120.0] * 3, variance=[9.0] * 3)], (0, 255)),
        ([L.Normalization(mean=[0.5] * 3, variance=[0.1] * 3)], (0, 1)),
    ],
)
def test_range_is_read_off_the_model(layers, expected):
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), *layers, L.Conv2D(2, 3, name="c")]
    )
    found = probe(model, model_input(model), (8, 8, 3))
    assert pixel_range(found, None, has_preprocess=False)[0] == expected
    assert pixel_range(found, None, has_preprocess=True)[0] == (0, 255)
    given = pixel_range(found, (3.0, 4.0), has_preprocess=True)
    assert given == ((3.0, 4.0), "as given")


@pytest.mark.parametrize(
    "value_range", [(1, 0), (0, 0), (0, np.inf), (0,), 5, "ab", (None, 1)]
)
def test_range_must_be_two_numbers_in_order(value_range):
    with pytest.raises(ValueError, match="value_range must be"):
        as_range(value_range)


def test_preprocess_that_leaves_tensors_says_what_to_do():
    to_input = as_to_input(lambda images: np.asarray(images) / 255)
    with pytest.raises(ValueError, match="must work on tensors"):
        tf.function(to_input)(tf.zeros((1, 2, 2, 3)))
