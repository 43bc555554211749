"""The fast gradient of a strided convolution is TensorFlow's own."""

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.patterns.ascent.gradients.strided import (
    fast_strided_gradients,
)

RNG = np.random.default_rng(0)


def gradients(image, kernel, is_fast, **window):
    """Return the gradients by image and kernel, and the operations."""

    @tf.function(autograph=False)
    def both(image, kernel):
        def traced():
            answer = tf.nn.conv2d(image, kernel, **window)
            return tf.gradients(answer**2, [image, kernel])

        if not is_fast:
            return traced()
        with fast_strided_gradients():
            return traced()

    graph = both.get_concrete_function(image, kernel).graph
    operations = {operation.type for operation in graph.get_operations()}
    by_image, by_kernel = both(image, kernel)
    return by_image.numpy(), by_kernel.numpy(), operations


def pair(size, kernel, channels=3):
    """Return images and the kernel of a convolution to four channels."""
    image = RNG.normal(size=(2, *size, channels)).astype("float32")
    shape = (*kernel, channels, 4)
    return tf.constant(image), tf.constant(RNG.normal(size=shape), "float32")


@pytest.mark.parametrize(
    "padding", ["VALID", "SAME", [[0, 0], [3, 2], [1, 0], [0, 0]]]
)
@pytest.mark.parametrize("kernel", [(3, 3), (7, 7), (2, 5), (1, 1)])
@pytest.mark.parametrize("stride", [2, 3])
@pytest.mark.parametrize("size", [(12, 15), (9, 8)])
def test_gradient_is_tensorflows(size, stride, kernel, padding):
    image, weights = pair(size, kernel)
    asked = {"strides": stride, "padding": padding}
    theirs = gradients(image, weights, is_fast=False, **asked)
    ours = gradients(image, weights, is_fast=True, **asked)
    scale = np.abs(theirs[0]).max()
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-6 * scale)
    np.testing.assert_array_equal(ours[1], theirs[1])
    assert "Conv2DBackpropInput" not in ours[2]  # but in a branch


def test_image_that_is_alone_has_tensorflows_gradient_to_the_bit():
    image, weights = pair((40, 31), (3, 3))
    asked = {"strides": 2, "padding": "VALID"}
    theirs = gradients(image[:1], weights, is_fast=False, **asked)
    ours = gradients(image[:1], weights, is_fast=True, **asked)
    np.testing.assert_array_equal(ours[0], theirs[0])
    assert "Conv2DBackpropInput" not in ours[2]


@pytest.mark.parametrize(
    ("channels", "asked"),
    [
        (3, {"strides": 1}),
        (5, {"strides": 2}),
        (3, {"strides": 1, "dilations": 2}),
        (3, {"strides": [1, 2, 1, 1]}),
    ],
)
def test_other_convolutions_keep_their_own_gradient(channels, asked):
    image, weights = pair((9, 8), (3, 3), channels)
    window = {"padding": "SAME", **asked}
    theirs = gradients(image, weights, is_fast=False, **window)
    ours = gradients(image, weights, is_fast=True, **window)
    np.testing.assert_array_equal(ours[0], theirs[0])
    np.testing.assert_array_equal(ours[1], theirs[1])
    assert "Conv2DBackpropInput" in ours[2]


def test_gradients_outside_the_block_stay_their_own():
    image, weights = pair((9, 8), (3, 3))
    with fast_strided_gradients():
        pass
    asked = {"strides": 2, "padding": "SAME"}
    assert (
        "Conv2DBackpropInput"
        in gradients(image, weights, is_fast=False, **asked)[2]
    )
