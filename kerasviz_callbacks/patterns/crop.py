"""How much each pixel counts in, the box that holds most of it out.

    centre ± 2 standard deviations, per axis, moved in where it sticks out

of the squared gradient of one answer of a filter. That is its receptive field
as far as it is used: the whole of what a layer *can* see is, in deep networks,
the whole image, while the gradient sinks like a bell from the centre (Luo et
al. 2016, "Understanding the Effective Receptive Field"). Two deviations hold
95% of a bell, and a little more than all of an even patch.
"""

import numpy as np

from kerasviz_callbacks.arrays import FloatArray

MIN_SIDE_PX = 8  # less of an image shows a person nothing
_REACH = 2.0


def box_around(weights: FloatArray) -> FloatArray:
    """Return (m, 4): left, upper, right, lower edge in fractions of the image.

    At least 8 px long each way, or as long as the image; NaN where all
    weights are 0.

    Args:
        weights: (m, h, w), not negative.
    """
    weights = weights.astype(np.float64)
    left, right = _reach(weights.sum(axis=1))
    upper, lower = _reach(weights.sum(axis=2))
    return np.stack([left, upper, right, lower], axis=1)


def _reach(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where it begins and ends along one axis, in fractions of it."""
    count = weights.shape[1]
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore"):
        share = weights / np.where(total > 0, total, np.nan)[:, None]
    place = np.arange(count) + 0.5  # of pixel centres
    centre = share @ place
    square = (share * (place - centre[:, None]) ** 2).sum(axis=1)
    half = np.maximum(_REACH * np.sqrt(square), min(MIN_SIDE_PX, count) / 2)
    half = np.minimum(half, count / 2)
    centre = np.clip(centre, half, count - half)  # moved in, rather than cut
    return (centre - half) / count, (centre + half) / count
