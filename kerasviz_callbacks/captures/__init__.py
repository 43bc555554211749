"""One capture after another: what is drawn, what changed, what is recorded.

In go prepared patterns or heatmaps at a step of training; out comes a
`Drawing`: pictures encoded as the log holds them (sheets, raw heatmaps),
records, scalars and notes. The memory
of earlier captures lives here, and nothing that knows Keras' hooks.
"""

from kerasviz_callbacks.captures.drawing import (
    RESTORED,
    Drawing,
    Picture,
    Plan,
    Series,
    Slot,
    StoredImages,
    TrainingPlace,
)
from kerasviz_callbacks.captures.heatmap_series import HeatmapSeries
from kerasviz_callbacks.captures.pattern_ascents import (
    AscentOf,
    Climb,
    climb_here,
)
from kerasviz_callbacks.captures.pattern_series import PatternSeries

__all__ = [
    "RESTORED",
    "AscentOf",
    "Climb",
    "Drawing",
    "HeatmapSeries",
    "PatternSeries",
    "Picture",
    "Plan",
    "Series",
    "Slot",
    "StoredImages",
    "TrainingPlace",
    "climb_here",
]
