"""How ascent steps, by laws that each rule must keep."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.presets.preset import STEADY
from kerasviz_callbacks.presets.step_rule import (
    AdamStep,
    MomentumStep,
    NormalisedStep,
)

L = keras.layers
RNG = np.random.default_rng(0)


def noise(*shape: int) -> np.ndarray:
    return RNG.uniform(0.05, 0.95, shape).astype("float32")


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
