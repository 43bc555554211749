"""Keras callbacks that show what a network learns to see while it trains."""

from kerasviz_callbacks.filter_patterns_callback import FilterPatterns
from kerasviz_callbacks.grad_cam_callback import GradCAM
from kerasviz_callbacks.heatmaps import Heatmaps, grad_cam
from kerasviz_callbacks.layers import LayerPath, layer_paths
from kerasviz_callbacks.patterns import Patterns, filter_patterns
from kerasviz_callbacks.presets import Preset
from kerasviz_callbacks.sanity import SanityCheck, sanity_check
from kerasviz_callbacks.schedule import EveryEpochs, EverySteps
from kerasviz_callbacks.target_request import OverMask

__all__ = [
    "EveryEpochs",
    "EverySteps",
    "FilterPatterns",
    "GradCAM",
    "Heatmaps",
    "LayerPath",
    "OverMask",
    "Patterns",
    "Preset",
    "SanityCheck",
    "filter_patterns",
    "grad_cam",
    "layer_paths",
    "sanity_check",
]
