"""Grouped convolutions by operations that a CPU is fast at.

Keras compiles a grouped convolution with XLA, whose gradient on a CPU takes
seconds a step (ConvNeXt, whose depthwise convolutions are `Conv2D` with as many
groups as channels: 8 s a step, 0.2 s as below). Where each group is one
channel, it is TensorFlow's depthwise convolution with the same kernel in
another shape. Otherwise each group is a convolution of its own. The numbers are
those of the layers up to rounding.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model.unchanged.patching import (
    in_this_thread,
    replaced_attribute,
)


@contextlib.contextmanager
def fast_grouped_convolutions(model: keras.Model) -> Iterator[None]:
    """Compute grouped convolutions fast in passes traced in this thread.

    A GPU keeps its own, which is fast.
    """
    with contextlib.ExitStack() as stack:
        if not tf.config.list_logical_devices("GPU"):
            for layer in model._flatten_layers():
                if _is_ours(layer):
                    wrapper = _grouped(layer, layer.convolution_op)
                    stack.enter_context(
                        replaced_attribute(layer, "convolution_op", wrapper)
                    )
        yield


def _is_ours(layer: keras.Layer) -> bool:
    return (
        isinstance(layer, keras.layers.Conv2D)
        and layer.groups > 1
        and layer.data_format == "channels_last"
    )


def _grouped(
    layer: keras.layers.Conv2D, original: Callable[..., Any]
) -> Callable[..., Any]:
    is_ours = in_this_thread()

    def convolve(inputs: Any, kernel: Any) -> Any:
        if not is_ours() or inputs.shape[-1] is None:
            return original(inputs, kernel)
        kernel = keras.ops.convert_to_tensor(kernel)
        if kernel.shape[2] == 1 and _is_depthwise(layer):
            return _by_channel(layer, inputs, kernel)
        return _by_group(layer, inputs, kernel)

    return convolve


def _is_depthwise(layer: keras.layers.Conv2D) -> bool:
    """Return whether TensorFlow's depthwise convolution takes its strides."""
    is_plain = set(layer.strides) == {1} or set(layer.dilation_rate) == {1}
    return is_plain and len(set(layer.strides)) == 1


def _by_channel(
    layer: keras.layers.Conv2D, inputs: tf.Tensor, kernel: tf.Tensor
) -> tf.Tensor:
    height, width, _, filters = kernel.shape
    channels = inputs.shape[-1]
    shape = (height, width, channels, filters // channels)
    return tf.nn.depthwise_conv2d(
        inputs,
        tf.reshape(kernel, shape),
        strides=(1, *layer.strides, 1),
        padding=layer.padding.upper(),
        dilations=layer.dilation_rate,
    )


def _by_group(
    layer: keras.layers.Conv2D, inputs: tf.Tensor, kernel: tf.Tensor
) -> tf.Tensor:
    parts = tf.split(inputs, layer.groups, axis=-1)
    kernels = tf.split(kernel, layer.groups, axis=-1)
    return tf.concat(
        [
            tf.nn.conv2d(
                part,
                own,
                strides=layer.strides,
                padding=layer.padding.upper(),
                dilations=layer.dilation_rate,
            )
            for part, own in zip(parts, kernels, strict=True)
        ],
        axis=-1,
    )
