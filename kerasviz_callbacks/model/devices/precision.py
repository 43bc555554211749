"""Loss scaling for float16 layers, and clear errors for missing operations."""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from kerasviz_callbacks.model.layers import is_channels_first

# A power of two: multiplying the score and dividing the gradient is exact.
_SCALE = 1024.0


@contextlib.contextmanager
def clear_device_errors(model: keras.Model) -> Iterator[None]:
    """Explain a device failure that `channels_first` layers cause.

    Keras runs its own channels_first layers on a CPU by transposing. Raw
    TensorFlow operations in a user's layer cannot do that, and fail only when
    they run.

    Raises:
        RuntimeError: If the device lacks a channels_first operation.
    """
    try:
        yield
    except (tf.errors.UnimplementedError, tf.errors.InvalidArgumentError) as e:
        layers = model._flatten_layers()
        if not any(is_channels_first(layer) for layer in layers):
            raise
        raise RuntimeError(
            f"The model {model.name!r} computes channels_first, which this "
            f"device lacks ({str(e).splitlines()[0][:200]}). Build it with "
            "data_format='channels_last', or draw on a GPU."
        ) from e


def gradient_scale(model: keras.Model) -> float:
    """Return the factor to multiply a score by and divide its gradient by.

    In float16 the gradient of a mean over many positions underflows. Any layer
    of that precision counts, because gradients pass through it. The factor is 1
    if there is none.
    """
    layers = model._flatten_layers()
    is_half = any(layer.compute_dtype == "float16" for layer in layers)
    return _SCALE if is_half else 1.0
