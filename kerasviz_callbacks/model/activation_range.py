"""The lowest and highest value that a layer's activation function can take.

The activation function is evaluated far out on both sides, so that a user's own
function is covered as well as these:

| activation                   | low | high | margins                       |
|------------------------------|-----|------|-------------------------------|
| relu                         | 0   | none | 0                             |
| relu6                        | 0   | 6    | 0, 0.06                       |
| sigmoid, hard_sigmoid        | 0   | 1    | 0.005                         |
| tanh, softsign               | -1  | 1    | 0.01                          |
| elu                          | -1  | none | 0.01                          |
| softplus                     | 0   | none | 0.007                         |
| leaky_relu, linear           | none| none |                               |
| silu, gelu (fall, then rise) | none| none |                               |

A value within a margin of an end counts as being at it. The margin is a
hundredth of the distance from the end to the function's value at 0. A ReLU is 0
at 0, so its lower end is exact.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.layers import is_convolution

_MARGIN = 0.01
_FLAT = 1e-3  # softsign still moves by half of a ten-thousandth out there
_ASKED = np.array([-2e4, -1e4, -10, -1, 0, 1, 10, 1e4, 2e4])
_ZERO = 4  # its place in `_ASKED`


@dataclass(frozen=True)
class ActivationRange:
    """The ends of an activation function, and how near counts as being there.

    Attributes:
        low: Lowest value. None if there is none, or if it is not known.
        high: Highest value. None if there is none, or if it is not known.
        low_margin: Distance from `low` that still counts as being at it.
        high_margin: Distance from `high` that still counts as being at it.
    """

    low: float | None = None
    high: float | None = None
    low_margin: float = 0.0
    high_margin: float = 0.0


def activation_range(layer: keras.Layer) -> ActivationRange:
    """Return the ends between which the layer's activations lie, if known.

    Nothing is known of a layer that is not a convolution, `Dense` or an
    activation layer: an `activation` attribute may mean anything there.
    """
    function = _function(layer)
    if function is None:
        return ActivationRange()
    try:
        with warnings.catch_warnings(action="ignore"):  # softmax of one number
            values = [_answer(function, float(x)) for x in _ASKED]
    except Exception:  # one of the user's own, which needs other shapes
        return ActivationRange()
    return _range_of(np.array(values))


def _answer(function: Callable[[Any], Any], value: float) -> float:
    return float(np.asarray(function(tf.fill([1, 1, 1, 1], value))).item())


def _range_of(values: FloatArray) -> ActivationRange:
    """Return the ends; `values` are the function's values at `_ASKED`."""
    if not np.isfinite(values[1:-1]).all() or np.ptp(values) < _FLAT:
        return ActivationRange()
    zero = float(values[_ZERO])
    low, high = float(values[0]), float(values[-1])
    has_low = abs(low - values[1]) < _FLAT and values.min() >= low - _FLAT
    has_high = abs(high - values[-2]) < _FLAT and values.max() <= high + _FLAT
    return ActivationRange(
        low if has_low else None,
        high if has_high else None,
        _MARGIN * (zero - low) if has_low else 0.0,
        _MARGIN * (high - zero) if has_high else 0.0,
    )


def _function(layer: keras.Layer) -> Any:
    """Return the layer's activation function; None if none is known."""
    layers = keras.layers
    own = (layers.ReLU, layers.LeakyReLU, layers.ELU)
    if isinstance(layer, own):
        return layer.call
    is_known = isinstance(layer, layers.Dense | layers.Activation)
    if not (is_known or is_convolution(layer)):
        return None
    activation = getattr(layer, "activation", None)
    if isinstance(activation, own):
        return activation.call
    is_plain = callable(activation) and not isinstance(activation, keras.Layer)
    return activation if is_plain else None
