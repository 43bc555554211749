"""Faster gradients of a few operations, with the same numbers.

An annex of the ascent. `fast_gradients` is its face; the tests of this room
cover the rest. Max-pooling, strided convolutions and batch normalization are
made faster; `smoothing` alone changes a gradient, on purpose.
"""

import contextlib
from collections.abc import Iterator

import keras

from kerasviz_callbacks.patterns.ascent.gradients.convolutions import (
    folded_normalisations,
)
from kerasviz_callbacks.patterns.ascent.gradients.pooling import (
    fast_pool_gradients,
)
from kerasviz_callbacks.patterns.ascent.gradients.strided import (
    fast_strided_gradients,
)

__all__ = ["fast_gradients"]


@contextlib.contextmanager
def fast_gradients(model: keras.Model) -> Iterator[None]:
    """Make passes of the model traced inside, and their gradients, fast."""
    with (
        fast_pool_gradients(),
        fast_strided_gradients(),
        folded_normalisations(model),
    ):
        yield
