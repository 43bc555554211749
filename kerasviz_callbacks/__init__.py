"""Keras callbacks that show what a network learns to see while it trains."""

from kerasviz_callbacks.events import (
    BestValue,
    Interrupted,
    LearningRateDropped,
    LossJumped,
    LossNotFinite,
    TrainableChanged,
)
from kerasviz_callbacks.filter_patterns_callback import FilterPatterns
from kerasviz_callbacks.grad_cam_callback import GradCAM
from kerasviz_callbacks.heatmap_result import Heatmaps
from kerasviz_callbacks.heatmaps import grad_cam
from kerasviz_callbacks.layers import LayerPath, layer_paths
from kerasviz_callbacks.pattern_result import Patterns
from kerasviz_callbacks.patterns import filter_patterns
from kerasviz_callbacks.presets import Preset
from kerasviz_callbacks.sanity import SanityCheck, sanity_check
from kerasviz_callbacks.schedule import AnyOf, Moment, Schedule
from kerasviz_callbacks.step_schedules import (
    AtSteps,
    EveryEpochs,
    EverySteps,
    LogSpaced,
)
from kerasviz_callbacks.target_request import OverMask

__all__ = [
    "AnyOf",
    "AtSteps",
    "BestValue",
    "EveryEpochs",
    "EverySteps",
    "FilterPatterns",
    "GradCAM",
    "Heatmaps",
    "Interrupted",
    "LayerPath",
    "LearningRateDropped",
    "LogSpaced",
    "LossJumped",
    "LossNotFinite",
    "Moment",
    "OverMask",
    "Patterns",
    "Preset",
    "SanityCheck",
    "Schedule",
    "TrainableChanged",
    "filter_patterns",
    "grad_cam",
    "layer_paths",
    "sanity_check",
]
