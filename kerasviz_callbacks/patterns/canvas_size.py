"""How large a canvas a layer wants, where the model leaves it open.

A filter of an early layer looks at a few pixels, and shows all that it does on
a small canvas; one of a deep layer looks at more than a hundred. What the
canvas must hold is some positions of the layer's map, each a stride apart.
"""

import math

from kerasviz_callbacks.model.layers import Located, is_channels_first
from kerasviz_callbacks.model.probe import Probe

_SMALLEST_PX = 64
_MULTIPLE_PX = 16


def canvas_side(found: Probe, located: Located, positions: int) -> int:
    """Return the side in px on which the map has about so many positions.

    Args:
        found: a pass through the model with images of some size.
        located: a layer of it.
        positions: wanted along a side.

    Returns:
        A multiple of 16 px, from 64 px to the side in `found`.
    """
    shape = found.shape(located.layer)
    sides = shape[2:] if is_channels_first(located.layer) else shape[1:-1]
    largest = min(found.image_shape[:2])
    if not sides or None in sides:
        return largest
    stride = largest / max(min(side for side in sides if side), 1)
    wanted = math.ceil(stride * positions / _MULTIPLE_PX) * _MULTIPLE_PX
    return min(max(wanted, _SMALLEST_PX), largest)
