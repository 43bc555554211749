"""Named methods of drawing a pattern, each composed of small parts."""

from dataclasses import dataclass, field

from kerasviz_callbacks.presets.canvas import Canvas, PixelCanvas
from kerasviz_callbacks.presets.fourier import FourierCanvas
from kerasviz_callbacks.presets.objective import ChannelMean, Objective
from kerasviz_callbacks.presets.step_rule import (
    MomentumStep,
    NormalisedStep,
    StepRule,
)
from kerasviz_callbacks.presets.wobble import Wobble


@dataclass(frozen=True)
class Preset:
    """A method of drawing a pattern.

    Attributes:
        name: Name that is recorded with the patterns.
        num_steps: Number of ascent steps.
        size_px: Side of the canvas if the model leaves it open, in px. With
            `positions` it is the side of the largest canvas.
        canvas: The parameterization of the image.
        rule: How a step follows from a gradient.
        objective: The score to maximize. The activation that is reported with a
            pattern is the mean activation of its filter in any case.
        wobble: Random transforms of the canvas at each step. None for none.
        softness: Smoothing of the ReLUs' gradients at the first and at the last
            step, in root mean squares of the pre-activation; it replaces the
            step of ReLU's derivative with a sigmoid of that width. None follows
            the exact gradient.
        positions: Approximate number of positions of a layer's map along a side
            of its canvas, so that early layers get smaller canvases. None gives
            all layers the same canvas.
        before_activation: Whether to maximize the filter's pre-activation, so
            that a filter that its ReLU holds at zero can be optimized too.
    """

    name: str
    num_steps: int
    size_px: int
    canvas: Canvas
    rule: StepRule
    objective: Objective = field(default_factory=ChannelMean)
    wobble: Wobble | None = None
    softness: tuple[float, float] | None = None
    positions: int | None = None
    before_activation: bool = False


# Chollet, Deep Learning with Python, 2nd ed., section 9.4.2.
RECIPE = Preset(
    name="recipe",
    num_steps=30,
    size_px=200,
    canvas=PixelCanvas(),
    rule=NormalisedStep(),
)
# Chosen by measurement; `docs/benchmarks.md` has the numbers.
STEADY = Preset(
    name="steady",
    num_steps=74,
    size_px=128,
    positions=12,
    canvas=FourierCanvas(),
    rule=MomentumStep(),
    wobble=Wobble(),
    softness=(0.6, 0.05),
    before_activation=True,
)

_PRESETS = {preset.name: preset for preset in (STEADY, RECIPE)}


def find_preset(preset: str | Preset) -> Preset:
    """Return the preset of that name, or the preset itself.

    Raises:
        ValueError: If there is no preset of that name.
    """
    if isinstance(preset, Preset):
        return preset
    if isinstance(preset, str) and preset in _PRESETS:
        return _PRESETS[preset]
    raise ValueError(
        f"preset must be one of {', '.join(map(repr, _PRESETS))} or a Preset "
        f"— got {preset!r}."
    )
