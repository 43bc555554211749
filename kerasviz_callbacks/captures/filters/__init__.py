"""The filters of a capture: which are drawn, what changed, what is recorded.

Prepared layers, digests of their weights and a `Limit` come in. A picture and a
record of each layer go out. `memory` holds earlier captures filter by filter,
`choice` says which filters come first if not all can be drawn.
"""

from kerasviz_callbacks.captures.filters.ascents import (
    AscentOf,
    Climb,
    climb_here,
)
from kerasviz_callbacks.captures.filters.layers import PatternLayers
from kerasviz_callbacks.captures.filters.record import (
    pattern_scalars,
    status_notes,
)

__all__ = [
    "AscentOf",
    "Climb",
    "PatternLayers",
    "climb_here",
    "pattern_scalars",
    "status_notes",
]
