"""A model in, the factor that keeps its gradients from underflowing out."""

import keras

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
