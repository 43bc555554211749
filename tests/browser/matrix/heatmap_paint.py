"""Computes the color that a known heatmap must have at a place.

Computed apart from the front end, in float64, with matplotlib's colours.
"""

import matplotlib as mpl
import numpy as np

from tests import known_content as known
from tests.known_content import Plan


def overlay_pixel(
    plan: Plan,
    row: int,
    capture: int,
    place: tuple[float, float],
    colours: str,
    opacity: float,
) -> tuple[float, ...]:
    """Return the RGB at `place`, in parts of the large picture.

    The place must lie in an even part of the image.
    """
    width = 288
    height = width * known.HELD_OUT_HEIGHT // known.HELD_OUT_WIDTH
    pixel = [int(place[0] * width) + 0.5, int(place[1] * height) + 0.5]
    largest = max(
        float(np.nan_to_num(known.heatmap(plan, row, c)).max())
        for c in range(plan.captures)
    )
    value = _between_cells(
        known.heatmap(plan, row, capture), pixel[0] / width, pixel[1] / height
    )
    share = min(1.0, value / largest)
    colormap = mpl.colormaps[{"grey": "gray"}.get(colours, colours)]
    colour = 255 * np.array(colormap(round(255 * share))[:3])
    image = known.held_out_picture(row)
    under = image[
        int(place[1] * known.HELD_OUT_HEIGHT),
        int(place[0] * known.HELD_OUT_WIDTH),
    ]
    part = covered(share, opacity)
    return tuple(part * colour + (1 - part) * under)


def covered(share: float, opacity: float) -> float:
    """Return how much of the image is covered."""
    floor = opacity**4
    return opacity * (floor + (1 - floor) * min(1, 2 * share))


def _between_cells(values: np.ndarray, x: float, y: float) -> float:
    """Return the bilinear value at (x, y), in parts; edges are held."""
    height, width = values.shape
    column = np.clip(x * width - 0.5, 0, width - 1)
    row = np.clip(y * height - 0.5, 0, height - 1)
    rows = [np.interp(column, np.arange(width), line) for line in values]
    return float(np.interp(row, np.arange(height), rows))
