"""The fast gradient of max-pooling is TensorFlow's own."""

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.pooling import (
    fast_pool_gradients,
)

RNG = np.random.default_rng(0)


def pooled(x, window, stride, padding, data_format="NHWC"):
    return tf.nn.max_pool2d(x, window, stride, padding, data_format)


def gradients(x, weights, is_fast, **window):
    """Return the gradient of the weighted sum of a pooling, and its ops."""

    @tf.function(autograph=False)
    def gradient(x):
        if is_fast:
            with fast_pool_gradients():
                score = tf.reduce_sum(pooled(x, **window) * weights)
                return tf.gradients(score, x)[0]
        score = tf.reduce_sum(pooled(x, **window) * weights)
        return tf.gradients(score, x)[0]

    operations = gradient.get_concrete_function(x).graph.get_operations()
    return gradient(x).numpy(), {operation.type for operation in operations}


def images(shape):
    """Return images with many ties, as after a ReLU, and negative values."""
    return RNG.integers(-3, 3, shape).astype("float32")


def one_by_one(x, weights, window, stride):
    """Return the gradient, window after window, the first maximum winning."""
    gradient = np.zeros_like(x)
    for n, y, z, c in np.ndindex(weights.shape):
        rows, columns = y * stride, z * stride
        part = x[n, rows : rows + window, columns : columns + window, c]
        row, column = np.unravel_index(part.argmax(), part.shape)
        gradient[n, rows + row, columns + column, c] += weights[n, y, z, c]
    return gradient


@pytest.mark.parametrize("padding", ["VALID", "SAME"])
@pytest.mark.parametrize(
    ("window", "stride"), [(2, 2), (3, 2), (3, 1), ((3, 2), (2, 3)), (5, 5)]
)
@pytest.mark.parametrize("shape", [(2, 9, 10, 3), (1, 5, 7, 1)])
def test_gradient_is_tensorflows(shape, window, stride, padding):
    asked = {"window": window, "stride": stride, "padding": padding}
    x = tf.constant(images(shape))
    weights = RNG.normal(size=pooled(x, **asked).shape).astype("float32")
    theirs, _ = gradients(x, weights, is_fast=False, **asked)
    ours, operations = gradients(x, weights, is_fast=True, **asked)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(ours != 0, theirs != 0)
    assert "MaxPoolGrad" not in operations


@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2), (3, 1)])
def test_gradient_is_added_window_by_window(window, stride):
    x = images((2, 9, 9, 3))
    shape = pooled(x, window, stride, "VALID").shape
    weights = RNG.normal(size=shape).astype("float32")
    asked = {"window": window, "stride": stride, "padding": "VALID"}
    ours, _ = gradients(tf.constant(x), weights, is_fast=True, **asked)
    expected = one_by_one(x, weights, window, stride)
    np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize(("dtype", "window"), [("float16", 2), ("float32", 6)])
def test_other_poolings_keep_their_own_gradient(dtype, window):
    asked = {"window": window, "stride": 2, "padding": "VALID"}
    x = tf.constant(images((1, 8, 8, 2)).astype(dtype))
    weights = np.ones(pooled(x, **asked).shape, dtype)
    theirs, _ = gradients(x, weights, is_fast=False, **asked)
    ours, operations = gradients(x, weights, is_fast=True, **asked)
    np.testing.assert_array_equal(ours, theirs)
    assert "MaxPoolGrad" in operations


def test_a_batch_of_any_size_goes_through_one_trace():
    @tf.function(
        input_signature=[tf.TensorSpec([None, 6, 6, 2])], autograph=False
    )
    def gradient(x):
        with fast_pool_gradients():
            return tf.gradients(pooled(x, 3, 2, "SAME"), x)[0]

    batch = tf.constant(images((3, 6, 6, 2)))
    each = [gradient(batch[i : i + 1])[0] for i in range(3)]
    np.testing.assert_array_equal(gradient(batch), each)


def test_gradients_outside_the_block_are_untouched():
    @tf.function(autograph=False)
    def gradient(x):
        with fast_pool_gradients():
            pass
        return tf.gradients(pooled(x, 2, 2, "VALID"), x)[0]

    graph = gradient.get_concrete_function(tf.zeros([1, 4, 4, 1])).graph
    assert "MaxPoolGrad" in {op.type for op in graph.get_operations()}
