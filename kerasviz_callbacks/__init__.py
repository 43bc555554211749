"""Keras callbacks that show what a network learns to see while it trains.

A name is imported when it is first asked for: the command line must not wait
for TensorFlow, and `kerasviz export` works where there is none.
"""

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_NAMES = {
    "events": (
        "BestValue Interrupted LearningRateDropped LossJumped LossNotFinite"
        " TrainableChanged"
    ),
    "filter_patterns_callback": "FilterPatterns",
    "grad_cam_callback": "GradCAM",
    "heatmap_result": "Heatmaps",
    "heatmaps": "grad_cam",
    "layers": "LayerPath layer_paths",
    "pattern_result": "Patterns",
    "patterns": "filter_patterns",
    "presets": "Preset",
    "sanity": "SanityCheck sanity_check",
    "schedule": "AnyOf Moment Schedule",
    "step_schedules": "AtSteps EveryEpochs EverySteps LogSpaced",
    "target_request": "OverMask",
}

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

_HOMES = {
    name: module for module, names in _NAMES.items() for name in names.split()
}


def __getattr__(name: str) -> Any:
    if name == "__version__":  # as installed: pyproject.toml alone says it
        return importlib.metadata.version("kerasviz")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    globals()[name] = getattr(home, name)  # the next time it is simply there
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
