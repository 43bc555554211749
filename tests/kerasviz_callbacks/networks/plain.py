"""Layers computed by TensorFlow's own operations, float32, inference mode.

The independent reference: nothing of Keras' `call` takes part, the weights are
read from the layers when the function runs.
"""

import keras
import tensorflow as tf


def conv(x: tf.Tensor, layer: keras.layers.Conv2D) -> tf.Tensor:
    """Convolve, add the bias, apply ReLU where the layer does."""
    padding = layer.padding.upper()
    kernel = tf.convert_to_tensor(layer.kernel.value, tf.float32)
    y = tf.nn.conv2d(tf.cast(x, tf.float32), kernel, layer.strides, padding)
    y = y + tf.convert_to_tensor(layer.bias.value, tf.float32)
    return tf.nn.relu(y) if layer.activation is keras.activations.relu else y


def norm(x: tf.Tensor, layer: keras.layers.BatchNormalization) -> tf.Tensor:
    """Normalise by the moving statistics."""
    mean = tf.convert_to_tensor(layer.moving_mean.value)
    variance = tf.convert_to_tensor(layer.moving_variance.value)
    scale = layer.gamma.value / tf.sqrt(variance + layer.epsilon)
    return (x - mean) * scale + layer.beta.value


def pool(x: tf.Tensor) -> tf.Tensor:
    """Take the maximum of each 2 x 2 window."""
    return tf.nn.max_pool2d(x, 2, 2, "VALID")


def mean(x: tf.Tensor) -> tf.Tensor:
    """Average over height and width."""
    return tf.reduce_mean(x, axis=[1, 2])


def dense(x: tf.Tensor, layer: keras.layers.Dense) -> tf.Tensor:
    """Multiply and add the bias; no activation: these are the logits."""
    return tf.matmul(x, layer.kernel.value) + layer.bias.value
