"""Where in the image the cells of a feature map lie.

Comes in: a traced image and a map traced from it. Goes out: a `Placement`, None
for the plain place, or `Unknown` with the reason. What one may touch:
`find_placements`, which traces, `is_plain_place`, which measures where that
cannot tell, and `laid_together`, which adds maps in the frame of the image; the
rest is how it is done.
"""

from kerasviz_callbacks.model.maps.places.lattice import Unknown
from kerasviz_callbacks.model.maps.places.placement import (
    Place,
    Placement,
    find_placements,
)
from kerasviz_callbacks.model.maps.places.probing import is_plain_place
from kerasviz_callbacks.model.maps.places.together import (
    laid_together,
    on_grid_of,
    seen,
)

__all__ = [
    "Place",
    "Placement",
    "Unknown",
    "find_placements",
    "is_plain_place",
    "laid_together",
    "on_grid_of",
    "seen",
]
