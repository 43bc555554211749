"""Presets: the methods of drawing a pattern, and the parts that make one up.

A `Preset` combines a parameterization of the image (`canvas`, `fourier`), an
objective, a step rule and random transforms (`wobble`). The parts know nothing
of each other. Replace one with `dataclasses.replace`.
"""

from kerasviz_callbacks.presets.preset import (
    RECIPE,
    STEADY,
    Preset,
    find_preset,
)

__all__ = ["RECIPE", "STEADY", "Preset", "find_preset"]
