"""Named methods of drawing a pattern."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A method of drawing a pattern.

    Attributes:
        name: as recorded beside the pictures.
        num_steps: of the ascent.
        learning_rate: length of a step in the units of the model's input.
        size_px: side of the canvas where the model leaves it open.
    """

    name: str
    num_steps: int
    learning_rate: float
    size_px: int


# Chollet, Deep Learning with Python, 2nd ed., section 9.4.2.
RECIPE = Preset("recipe", num_steps=30, learning_rate=10.0, size_px=200)

_PRESETS = {preset.name: preset for preset in (RECIPE,)}


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
