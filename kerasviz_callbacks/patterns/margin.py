"""Finds the border of a canvas that the objective does not see.

Positions at the border of a map do not count, because padding leaks into them;
what only they see keeps the noise that ascent starts from. The ascent measures,
for each row and column of pixels, the square of the score's gradient:

    ┌───────────────┐   the whole canvas, `raw`
    │ ┌───────────┐ │
    │ │  rows and │ │   what is displayed: from the first to the last row and
    │ │  columns  │ │   column with at least `_NEGLIGIBLE` of what the largest
    │ └───────────┘ │   one has; as much is cut off all four sides
    └───────────────┘

Behind a normal distribution of gradients, as deep layers have it (Luo et al.
2016, "Understanding the Effective Receptive Field"), that is where their
amplitude falls below a fifth.
"""

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.patterns.ascent import Climbed

_NEGLIGIBLE = 0.05  # of the largest sum; in EfficientNet-Lite0 the noise begins
_MOST = 4  # at least half of each side is left


def margin_px(climbed: Climbed) -> int:
    """Return the width of the border that no counted position sees.

    0 if nothing was measured, or if the canvas crops its images itself.

    Args:
        climbed: Ascents on one canvas. Those without a gradient say nothing.
    """
    if climbed.images.shape[1:3] != climbed.raw.shape[1:3]:
        return 0
    margins = [_unseen(climbed.rows), _unseen(climbed.columns)]
    return min(margins)


def without_margin(images: ByteArray, margin: int) -> ByteArray:
    """Return the images without a border of that width, (n, h', w', c)."""
    _, height, width, _ = images.shape
    return images[:, margin : height - margin, margin : width - margin]


def _unseen(sums: FloatArray) -> int:
    """Return how many lines at either end count for nearly nothing."""
    total = sums.sum(axis=0)
    if not total.any():
        return 0
    seen = np.flatnonzero(total >= _NEGLIGIBLE * total.max())
    count = len(total)
    return int(min(seen[0], count - 1 - seen[-1], count // _MOST))
