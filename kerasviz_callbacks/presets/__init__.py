"""Presets: the methods of drawing a pattern, and the parts that make one up.

A `Preset` combines a parameterization of the image (`canvas`, `fourier`), an
objective, a step rule and random transforms (`wobble`). The parts know nothing
of each other. Replace one with `dataclasses.replace`.
"""

from kerasviz_callbacks.presets.canvas import Canvas, PixelCanvas, channel_note
from kerasviz_callbacks.presets.fourier import FourierCanvas
from kerasviz_callbacks.presets.objective import (
    BORDER_PX,
    ChannelMean,
    Direction,
    Diversity,
    Neuron,
    Objective,
    filter_means,
    inside,
    placed,
)
from kerasviz_callbacks.presets.preset import (
    RECIPE,
    STEADY,
    Preset,
    find_preset,
)
from kerasviz_callbacks.presets.step_rule import Velocity
from kerasviz_callbacks.presets.wobble import Wobble, generator

__all__ = [
    "BORDER_PX",
    "RECIPE",
    "STEADY",
    "Canvas",
    "ChannelMean",
    "Direction",
    "Diversity",
    "FourierCanvas",
    "Neuron",
    "Objective",
    "PixelCanvas",
    "Preset",
    "Velocity",
    "Wobble",
    "channel_note",
    "filter_means",
    "find_preset",
    "generator",
    "inside",
    "placed",
]
