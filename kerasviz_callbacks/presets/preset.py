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
        name: as recorded beside the pictures.
        num_steps: of the ascent.
        size_px: side of the canvas where the model leaves it open; of the
            largest one, where `positions` are asked for.
        positions: of a layer's map along a side of its canvas, about: early
            layers get smaller canvases. None gives all layers the same.
        canvas: what is changed, and the image that it paints.
        rule: how ascent steps.
        objective: what is climbed for. The number beside a picture is the
            mean activation of its filter all the same.
        wobble: random moves of the canvas at each step; None for none.
        softness: of the ReLUs' gradients, at the first and at the last step
            (see `smoothing.py`); None follows the exact gradient.
        before_activation: climb for the filter's pre-activation, so that one
            that its ReLU holds at zero can climb too.
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
        ValueError: there is none of that name.
    """
    if isinstance(preset, Preset):
        return preset
    if isinstance(preset, str) and preset in _PRESETS:
        return _PRESETS[preset]
    raise ValueError(
        f"preset must be one of {', '.join(map(repr, _PRESETS))} or a Preset "
        f"— got {preset!r}."
    )
