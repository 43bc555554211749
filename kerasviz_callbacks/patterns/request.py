"""A request for patterns, and its filters on a model."""

from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from numpy.typing import ArrayLike

from kerasviz_callbacks.arrays import Range
from kerasviz_callbacks.images import (
    ClassNames,
    TensorPreprocess,
    Unreadable,
    as_range,
    check_num_images,
    check_unreadable,
)
from kerasviz_callbacks.model import (
    FiltersLike,
    LayersLike,
    Located,
    Probe,
    as_filters,
    as_size,
)
from kerasviz_callbacks.presets import Preset

MOVED_TO_PRESET = {
    name: f"preset=Preset.steady({name}={{}})"
    for name in ("size", "seed", "value_range", "noise_floor")
}


@dataclass(frozen=True)
class PatternRequest:
    """The user's request; the fields are arguments of `FilterPatterns`."""

    layers: LayersLike
    filters: FiltersLike
    preset: Preset
    preprocess: TensorPreprocess | None = None
    input: str | int | None = None
    images: Any = None
    labels: ArrayLike | None = None
    class_names: ClassNames | None = None
    unreadable: Unreadable = "raise"
    num_images: int | None = None
    pool: Any = None
    spread: bool = False

    def __post_init__(self) -> None:
        check_unreadable(self.unreadable)
        check_num_images(self.num_images)
        as_size(self.preset.size)  # complains about what is none
        as_range(self.preset.value_range)

    @property
    def size(self) -> tuple[int, int] | None:
        """(height, width) of a pattern; None for what a layer needs."""
        return as_size(self.preset.size)

    @property
    def value_range(self) -> Range | None:
        """Lowest and highest pixel value; None for what is found."""
        return as_range(self.preset.value_range)


def choose_filters(
    filters: FiltersLike, num_filters: int, path: str
) -> tuple[int, ...]:
    """Return the requested indices; a number is spread over the layer.

    Raises:
        ValueError: If the layer does not have an index, or there is none.
    """
    wanted = as_filters(filters)
    if isinstance(wanted, int):
        count = min(wanted, num_filters)
        return tuple(i * num_filters // count for i in range(count))
    if max(wanted) >= num_filters:
        raise ValueError(
            f"filters must be indices of {path!r}, which has {num_filters} "
            f"(0 to {num_filters - 1}) — got {filters!r}."
        )
    return wanted


def check_drawable(probe: Probe, located: Located) -> None:
    """Raise if the layer has no filters that ascent could optimize for.

    Raises:
        TapError: If the layer is never called where a tap can see it.
        ValueError: If its output has no spatial axis, or the model takes whole
            numbers, through which no gradient passes.
    """
    dtype = probe.spec.dtypes[probe.spec.image]
    if not tf.as_dtype(dtype).is_floating:
        raise ValueError(
            "A pattern needs a gradient to the image, so an image input of "
            f"floats — {probe.model.name!r} takes {dtype}. Build it with a "
            "float32 Input; Rescaling takes that as well."
        )
    shape = probe.shape(located.layer)
    if len(shape) < 3:
        raise ValueError(
            f"Patterns need a layer with feature maps — {located.path!r} "
            f"outputs shape {shape}. layer_paths(model) lists the "
            "convolutions."
        )
