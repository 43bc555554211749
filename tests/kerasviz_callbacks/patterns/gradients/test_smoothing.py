"""A smooth gradient of ReLU, the forward pass exact."""

import threading

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.smoothing import (
    smooth_gradients,
)

RNG = np.random.default_rng(0)


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
