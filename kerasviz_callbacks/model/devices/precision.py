"""What a device cannot compute in, an error that says what to do out.

A model in, the factor that keeps its gradients from underflowing out.
"""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from kerasviz_callbacks.model.layers import is_channels_first


@contextlib.contextmanager
def clear_device_errors(model: keras.Model) -> Iterator[None]:
    """Explain a failure of the first drawing where channels_first causes it.

    Keras computes its own channels_first layers on a CPU by transposing; raw
    TensorFlow operations in a layer of the user's have no such way, and fail
    only when they run.

    Raises:
        RuntimeError: the device lacks a channels_first operation.
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


# A power of two: multiplying the score and dividing the gradient is exact.
_SCALE = 1024.0


def gradient_scale(model: keras.Model) -> float:
    """Return what to multiply a score by, and divide its gradient by.

    In float16 the gradient of a mean over many positions underflows. Any layer
    of that precision counts: gradients pass through it.
    """
    layers = model._flatten_layers()
    is_half = any(layer.compute_dtype == "float16" for layer in layers)
    return _SCALE if is_half else 1.0
