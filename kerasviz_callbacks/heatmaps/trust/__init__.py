"""Whether heatmaps, and the model behind them, can be trusted.

Comes in: what draws heatmaps, ready, or what was drawn. Goes out:
`SanityCheck`, whether they depend on the weights; `Faithfulness`, whether the
model needs the places that they mark; `Shortcuts`, places that decide a class
by themselves; and sentences on what to be careful with.
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
from kerasviz_callbacks.heatmaps.trust.shortcuts import (
    Shortcuts,
    ShortcutSearcher,
    load_pool,
    shortcut_check,
)
from kerasviz_callbacks.heatmaps.trust.suspects import FEWEST, Suspect

__all__ = [
    "FEWEST",
    "NUM_MASKS",
    "Faithfulness",
    "SanityCheck",
    "ShortcutSearcher",
    "Shortcuts",
    "Suspect",
    "check_faithfulness",
    "check_sanity",
    "faithfulness_check",
    "load_pool",
    "sanity_check",
    "sanity_cost",
    "share_notes",
    "shortcut_check",
    "vanishing_notes",
]
