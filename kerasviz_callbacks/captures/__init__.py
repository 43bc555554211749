"""One capture after another: what is drawn, what changed, what is recorded.

In go prepared patterns or heatmaps at a step of training; out comes a
`Drawing`: pictures encoded as the log holds them (sheets, raw heatmaps),
records, scalars and notes. The memory
of earlier captures lives here, and nothing that knows Keras' hooks.
"""

from kerasviz_callbacks.captures.drawing import (
    NO_LIMIT,
    RESTORED,
    Cost,
    Drawing,
    Limit,
    Picture,
    Plan,
    Series,
    Slot,
    StoredImages,
    Tell,
    TrainingPlace,
)
from kerasviz_callbacks.captures.filters import (
    AscentOf,
    Climb,
    climb_here,
)
from kerasviz_callbacks.captures.heatmap_checks import HeatmapChecks
from kerasviz_callbacks.captures.heatmap_series import HeatmapSeries
from kerasviz_callbacks.captures.pattern_series import PatternSeries
from kerasviz_callbacks.captures.shortcut_watch import ShortcutWatch

__all__ = [
    "NO_LIMIT",
    "RESTORED",
    "AscentOf",
    "Climb",
    "Cost",
    "Drawing",
    "HeatmapChecks",
    "HeatmapSeries",
    "Limit",
    "PatternSeries",
    "Picture",
    "Plan",
    "Series",
    "ShortcutWatch",
    "Slot",
    "StoredImages",
    "Tell",
    "TrainingPlace",
    "climb_here",
]
