"""Which layers' outputs are maps of the image, and how they lie in it.

In goes a probe of a model; out comes a `MapCut`: the maps to explain together,
and how tokens lie if there are any. `last_cut` chooses, `cut_at` checks a layer
that was named; `last_map` and `map_at` do so for a single map.
"""

from kerasviz_callbacks.model.maps.choice import (
    OutputsLike,
    last_map,
    map_at,
    mixed_tokens_note,
    used_outputs,
)
from kerasviz_callbacks.model.maps.finer import finer_map
from kerasviz_callbacks.model.maps.grids import (
    TokenGrid,
    TokenLayout,
    is_of_tokens,
    token_prefix,
)
from kerasviz_callbacks.model.maps.parallel import MapCut, cut_at, last_cut
from kerasviz_callbacks.model.maps.patches import BRIGHTNESSES
from kerasviz_callbacks.model.maps.search import ImageMap, MapSearch

__all__ = [
    "BRIGHTNESSES",
    "ImageMap",
    "MapCut",
    "MapSearch",
    "OutputsLike",
    "TokenGrid",
    "TokenLayout",
    "cut_at",
    "finer_map",
    "is_of_tokens",
    "last_cut",
    "last_map",
    "map_at",
    "mixed_tokens_note",
    "token_prefix",
    "used_outputs",
]
