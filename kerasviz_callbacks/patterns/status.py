"""Decides the status of a filter from its ascent and the held-out images.

The first row that applies:

| status       | ascent              | held-out images                      |
|--------------|---------------------|--------------------------------------|
| `not_finite` | the filter's own weights or activations are NaN or infinite|
| `saturated`  |                     | at its highest, everywhere on all    |
| `live`       | found a pattern     |                                      |
| `stuck`      | found nothing       | activate it somewhere                |
| `dead`       | found nothing       | never activate it                    |
| `unmeasured` | found nothing       | none given                           |
| `unmeasured` | met a gradient that | never activate it                    |
|              | is not finite       |                                      |

The own weights are asked because TensorFlow's ReLU turns NaN into 0. A weight
of an earlier layer that is NaN makes the gradients of all filters NaN, though
not their activations: nothing is then wrong with these filters themselves.

*Found a pattern*: there was a gradient, always a finite one, and on the final
image the filter's activation is above its lowest somewhere, and differs from
its activation on every image. *Activate*: above its lowest at some position of
some image. Lowest and highest are the ends of the layer's activation function,
as far as it has any (`activation_range`). If it has no lower end (a linear
convolution before BatchNorm and ReLU, whose negative values mean nothing bad),
images activate a filter if its activation on them varies at all.
"""

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray
from kerasviz_callbacks.model import ActivationRange
from kerasviz_callbacks.patterns.ascent.ascent import Climbed
from kerasviz_callbacks.patterns.excitation import Excitation

_TINY = 1e-20  # activations of deep untrained networks go down to 1e-11
_VARIES = 1e-6  # of the layer's largest answer; float32 has seven digits


def statuses(
    climbed: Climbed,
    excitation: Excitation | None,
    ends: ActivationRange,
    own: FloatArray | None = None,
) -> tuple[str, ...]:
    """Return the status of each filter; see the table above.

    Args:
        climbed: Where the ascents of the filters ended.
        excitation: Activations on the held-out images; None if there are none.
        ends: Ends of the layer's activation function.
        own: (f, k). Each filter's own weights; None if it has none.
    """
    is_finite = np.isfinite(climbed.objective) & np.isfinite(climbed.peak)
    if own is not None:
        is_finite = is_finite & np.isfinite(own).all(axis=1)
    found = has_found(climbed, ends) & climbed.is_finite
    saturated = np.zeros_like(found)
    nothing = np.full(len(found), "unmeasured", "<U10")
    if excitation is not None:
        is_finite = is_finite & excitation.is_finite()
        saturated = _is_saturated(excitation, ends)
        is_excited = _is_excited(excitation, ends)
        found = found & (is_excited | _is_elsewhere(climbed, excitation))
        silent = np.where(climbed.is_finite, "dead", "unmeasured")
        nothing = np.where(is_excited, "stuck", silent)
    cases = [~is_finite, saturated, found]
    names = np.select(cases, ["not_finite", "saturated", "live"], nothing)
    return tuple(str(name) for name in names)


def has_found(climbed: Climbed, ends: ActivationRange) -> BoolArray:
    """Return (n,): whether an ascent moved and activates its filter."""
    return climbed.has_moved & _is_above(climbed.peak, ends)


def _is_above(peak: FloatArray, ends: ActivationRange) -> BoolArray:
    if ends.low is None:
        return np.asarray(np.abs(peak) > _TINY)
    return np.asarray(peak > ends.low + ends.low_margin)


def _is_excited(excitation: Excitation, ends: ActivationRange) -> BoolArray:
    if ends.low is not None:
        return _is_above(excitation.peak.max(axis=0), ends)
    spread = excitation.highest.max(axis=0) - excitation.lowest.min(axis=0)
    return np.asarray(spread > _VARIES * excitation.layer_peak)


def _is_elsewhere(climbed: Climbed, excitation: Excitation) -> BoolArray:
    """Return where ascent reached another activation than all images do."""
    difference = climbed.peak - excitation.peak.max(axis=0)
    return np.asarray(np.abs(difference) > _VARIES * excitation.layer_peak)


def _is_saturated(excitation: Excitation, ends: ActivationRange) -> BoolArray:
    lowest = excitation.lowest.min(axis=0)
    if ends.high is None:
        return np.zeros(lowest.shape, bool)
    return np.asarray(lowest >= ends.high - ends.high_margin)
