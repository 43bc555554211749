"""Named methods of drawing a pattern, each composed of small parts."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from kerasviz_callbacks.arrays import Range
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
    """A method of drawing a pattern, and what is varied about it.

    `Preset.steady(…)` and `Preset.recipe(…)` are the named ones, with any field
    changed.

    Attributes:
        name: Name that is recorded with the patterns.
        num_steps: Number of ascent steps.
        more_steps: Number of steps of another ascent for a filter that its
            pattern does not activate, before it is said that none does. None
            for no other. Not taken where `steps=` is given.
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
            that a filter that its ReLU holds at zero can be optimized too. The
            ReLU may be a layer of its own; of a convolution that a batch
            normalization follows, what is normalized is maximized.
        crop: Whether the border of the canvas is cropped off what is displayed
            if the objective hardly depends on it: it shows the starting noise.
            `raw` stays whole. It is measured by gradient when a layer is drawn
            first. Defaults to True for `steady`; `recipe` cuts off 25 px.
        size: Side of a canvas in px, or (height, width), for a model of open
            size. Defaults to None: what each layer needs, up to `size_px`.
        seed: Seed of the starting noise, the same in every capture; it also
            depends on the layer's path and the filter. Defaults to 0.
        value_range: Lowest and highest pixel value of raw images. Defaults to
            that of the held-out images, (0, 1) or (0, 255). Without images:
            (0, 255) with `preprocess` or if the model scales bytes itself, else
            (0, 1).
        noise_floor: Whether `FilterPatterns` measures how much patterns differ
            although no weight changed: some filters of each layer are drawn
            again from a start perturbed by 1e-6, and from another seed.
            Defaults to True.

    Example:
        >>> FilterPatterns("logs", preset=Preset.steady(size=96, seed=3))
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
    crop: bool = False
    size: int | tuple[int, int] | None = None
    seed: int = 0
    value_range: Range | None = None
    noise_floor: bool = True
    more_steps: int | None = None

    def __repr__(self) -> str:
        base = _PRESETS.get(self.name)
        told = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if base is None
            or getattr(self, one.name) != getattr(base, one.name)
        }
        words = ", ".join(f"{name}={value!r}" for name, value in told.items())
        return f"Preset{'' if base is None else f'.{self.name}'}({words})"

    @staticmethod
    def steady(**changes: Any) -> "Preset":
        """Return the default: patterns that depend on the weights alone.

        Args:
            **changes: Fields that have another value.

        Raises:
            TypeError: There is no such field.
        """
        return _changed(STEADY, changes)

    @staticmethod
    def recipe(**changes: Any) -> "Preset":
        """Return the method of Chollet's book, with other values of fields.

        Raises:
            TypeError: There is no such field.
        """
        return _changed(RECIPE, changes)


def _changed(preset: Preset, changes: dict[str, Any]) -> Preset:
    known = [one.name for one in fields(preset)]
    unknown = [name for name in changes if name not in known]
    if unknown:
        raise TypeError(
            f"Preset.{preset.name} takes {', '.join(known)} — got "
            f"{', '.join(unknown)}."
        )
    return replace(preset, **changes)


# Chollet, Deep Learning with Python, 2nd ed., section 9.4.2.
RECIPE = Preset(
    name="recipe",
    num_steps=30,
    size_px=200,
    canvas=PixelCanvas(),
    rule=NormalisedStep(),
)
# Chosen by measurement; `docs/lab_notes.md` has the numbers.
STEADY = Preset(
    name="steady",
    num_steps=20,
    more_steps=74,
    size_px=128,
    positions=12,
    canvas=FourierCanvas(),
    rule=MomentumStep(),
    wobble=Wobble(),
    softness=(0.6, 0.05),
    before_activation=True,
    crop=True,
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
