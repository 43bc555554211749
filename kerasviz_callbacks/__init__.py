"""Keras callbacks that show what a network learns to see while it trains.

A name is imported when it is first asked for: the command line must not wait
for TensorFlow, and `kerasviz export` works where there is none.
"""

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerasviz_callbacks.callbacks.filter_patterns import FilterPatterns
    from kerasviz_callbacks.callbacks.grad_cam import GradCAM
    from kerasviz_callbacks.callbacks.keras_viz import KerasViz
    from kerasviz_callbacks.callbacks.options import CaptureOptions
    from kerasviz_callbacks.heatmaps.draw import grad_cam
    from kerasviz_callbacks.heatmaps.result import Heatmaps
    from kerasviz_callbacks.heatmaps.target import OverMask
    from kerasviz_callbacks.heatmaps.trust import (
        Faithfulness,
        SanityCheck,
        Shortcuts,
        faithfulness_check,
        sanity_check,
        shortcut_check,
    )
    from kerasviz_callbacks.model.layers import LayerPath, layer_paths
    from kerasviz_callbacks.model.maps import TokenLayout
    from kerasviz_callbacks.patterns.draw import filter_patterns
    from kerasviz_callbacks.patterns.result import Patterns
    from kerasviz_callbacks.presets.preset import Preset
    from kerasviz_callbacks.schedule.events import (
        BestValue,
        Interrupted,
        LearningRateDropped,
        LossJumped,
        LossNotFinite,
        TrainableChanged,
    )
    from kerasviz_callbacks.schedule.schedule import AnyOf, Moment, Schedule
    from kerasviz_callbacks.schedule.steps import (
        AtSteps,
        EveryEpochs,
        EverySteps,
        LogSpaced,
    )

_NAMES = {
    "schedule.events": (
        "BestValue Interrupted LearningRateDropped LossJumped LossNotFinite"
        " TrainableChanged"
    ),
    "callbacks.filter_patterns": "FilterPatterns",
    "callbacks.grad_cam": "GradCAM",
    "callbacks.keras_viz": "KerasViz",
    "callbacks.options": "CaptureOptions",
    "heatmaps.result": "Heatmaps",
    "heatmaps.draw": "grad_cam",
    "model.layers": "LayerPath layer_paths",
    "model.maps": "TokenLayout",
    "patterns.result": "Patterns",
    "patterns.draw": "filter_patterns",
    "presets.preset": "Preset",
    "heatmaps.trust": "Faithfulness faithfulness_check SanityCheck "
    "sanity_check Shortcuts shortcut_check",
    "schedule.schedule": "AnyOf Moment Schedule",
    "schedule.steps": "AtSteps EveryEpochs EverySteps LogSpaced",
    "heatmaps.scores": "Detection",
    "heatmaps.target": "OverMask",
}

__all__ = [
    "AnyOf",
    "AtSteps",
    "BestValue",
    "CaptureOptions",
    "Detection",
    "EveryEpochs",
    "EverySteps",
    "Faithfulness",
    "FilterPatterns",
    "GradCAM",
    "Heatmaps",
    "Interrupted",
    "KerasViz",
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
    "Shortcuts",
    "TokenLayout",
    "TrainableChanged",
    "faithfulness_check",
    "filter_patterns",
    "grad_cam",
    "layer_paths",
    "sanity_check",
    "shortcut_check",
]

_HOMES = {
    name: module for module, names in _NAMES.items() for name in names.split()
}


def __getattr__(name: str) -> Any:
    if name == "__version__":  # as installed: pyproject.toml alone says it
        return importlib.metadata.version("kerasviz-callbacks")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    globals()[name] = getattr(home, name)  # the next time it is simply there
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
