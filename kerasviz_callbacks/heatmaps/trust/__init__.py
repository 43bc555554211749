"""Whether heatmaps can be trusted: two checks on demand, and notes.

Comes in: what draws heatmaps, ready, or what was drawn. Goes out:
`SanityCheck`, whether they depend on the weights; `Faithfulness`, whether the
model needs the places that they mark; and sentences on what to be careful with.
"""

from kerasviz_callbacks.heatmaps.trust.faithfulness import (
    NUM_MASKS,
    Faithfulness,
    check_faithfulness,
    faithfulness_check,
)
from kerasviz_callbacks.heatmaps.trust.notes import (
    share_notes,
    vanishing_notes,
)
from kerasviz_callbacks.heatmaps.trust.sanity import (
    SanityCheck,
    check_sanity,
    sanity_check,
    sanity_cost,
)

__all__ = [
    "NUM_MASKS",
    "Faithfulness",
    "SanityCheck",
    "check_faithfulness",
    "check_sanity",
    "faithfulness_check",
    "sanity_check",
    "sanity_cost",
    "share_notes",
    "vanishing_notes",
]
