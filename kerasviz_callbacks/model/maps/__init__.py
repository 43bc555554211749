"""Which layers' outputs are maps of the image, and how they lie in it.

In goes a probe of a model; out comes an `ImageMap`: the layer to explain, and
how its tokens lie if it has tokens. `last_map` chooses, `map_at` checks a layer
that was named.
"""

from kerasviz_callbacks.model.maps.choice import (
    ImageMap,
    TokenGrid,
    TokenLayout,
    last_map,
    map_at,
)
from kerasviz_callbacks.model.maps.patches import BRIGHTNESSES

__all__ = [
    "BRIGHTNESSES",
    "ImageMap",
    "TokenGrid",
    "TokenLayout",
    "last_map",
    "map_at",
]
