"""A request for patterns, and its filters and canvas size on a model.

The canvas of a layer has its own size if the model leaves it open. A filter of
an early layer sees a few pixels, and a small canvas shows all that it detects.
One of a deep layer sees more than a hundred. The canvas must hold a certain
number of positions of the layer's map, each a stride apart.
"""

import math
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from numpy.typing import ArrayLike

from kerasviz_callbacks.arrays import ImageShape, Range
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
    ModelInput,
    Probe,
    Shape,
    SizeLike,
    as_filters,
    as_size,
    channels_last_shape,
)
from kerasviz_callbacks.presets import Preset

_SMALLEST_PX = 64  # side of a canvas
_MULTIPLE_PX = 16  # of which a side is one

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


def canvas_shape(
    spec: ModelInput,
    preset: Preset,
    size: SizeLike,
    start_shape: Shape | None = None,
) -> ImageShape:
    """Return (h, w, c) of the canvas; sizes that the model fixes come first.

    Raises:
        ValueError: If the model does not accept `size` or `start`.
    """
    height, width, channels = spec.image_shape
    if start_shape is not None:
        wanted: Shape = start_shape
    elif (sides := as_size(size)) is None:
        wanted = (
            height or preset.size_px,
            width or preset.size_px,
            channels or 3,
        )
    else:
        wanted = (*sides, channels or 3)
    pairs = zip(wanted, (height, width, channels), strict=True)
    if any(fixed is not None and got != fixed for got, fixed in pairs):
        raise ValueError(
            f"The canvas must be what the model takes, {spec.image_shape} "
            f"(height, width, channels) — got {tuple(wanted)}. Leave size out."
        )
    return wanted  # type: ignore[return-value]  # no None is left


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
            f"A layer to draw must answer with feature maps — {located.path!r} "
            f"answers with shape {shape}. layer_paths(model) lists the "
            "convolutions."
        )


def canvas_shapes(
    probe: Probe, located: Located, positions: int
) -> tuple[ImageShape, ...]:
    """Return canvases on which the map has about so many positions.

    Args:
        probe: Probe of the model for images of some size.
        located: A layer of the model.
        positions: Number of positions along a side.

    Returns:
        (h, w, c) to try in order: sides of a multiple of 16 px, from 64 px to
        those in `probe`, then of 32 and of 64 px, then those in `probe`.
    """
    height, width, _ = probe.spec.image_shape
    largest, channels = probe.image_shape[:2], probe.image_shape[2]
    side = _canvas_side(probe, located, positions)
    shapes = []
    for multiple in (1, 2 * _MULTIPLE_PX, 4 * _MULTIPLE_PX):
        rounded = math.ceil(side / multiple) * multiple
        if rounded <= min(largest):
            shapes.append((height or rounded, width or rounded, channels))
    return tuple(dict.fromkeys([*shapes, probe.image_shape]))


def _canvas_side(probe: Probe, located: Located, positions: int) -> int:
    sides = channels_last_shape(probe, located.layer)[1:-1]
    largest = min(probe.image_shape[:2])
    if not sides or None in sides:
        return largest
    stride = largest / max(min(side for side in sides if side), 1)
    wanted = math.ceil(stride * positions / _MULTIPLE_PX) * _MULTIPLE_PX
    return min(max(wanted, _SMALLEST_PX), largest)
