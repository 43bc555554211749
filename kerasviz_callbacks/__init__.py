"""Keras callbacks that show what a network learns to see while it trains."""

from kerasviz_callbacks.filter_patterns_callback import FilterPatterns
from kerasviz_callbacks.layers import LayerPath, layer_paths
from kerasviz_callbacks.patterns import Patterns, filter_patterns
from kerasviz_callbacks.presets import Preset
from kerasviz_callbacks.schedule import EveryEpochs, EverySteps

__all__ = [
    "EveryEpochs",
    "EverySteps",
    "FilterPatterns",
    "LayerPath",
    "Patterns",
    "Preset",
    "filter_patterns",
    "layer_paths",
]
