"""Chooses the size of each layer's canvas, and traces the model for it.

A filter of an early layer sees a few pixels, and a small canvas shows all that
it detects. One of a deep layer sees more than a hundred. The canvas must hold a
certain number of positions of the layer's map, each a stride apart.

A size that the model declares is a check at its door, and no more than that if
all layers below the drawn one take any size. This is tried; if one refuses
(a Reshape, position embeddings), the declared size is the canvas.
"""

import contextlib
import math
from collections.abc import Sequence

import numpy as np

from kerasviz_callbacks.arrays import ImageShape
from kerasviz_callbacks.images import OwnPreprocess
from kerasviz_callbacks.model import (
    Located,
    ModelInput,
    Probe,
    Shape,
    SizeLike,
    TapError,
    as_size,
    channels_last_shape,
    probe_to,
)
from kerasviz_callbacks.presets import Preset

_SMALLEST_PX = 64  # side of a canvas
_MULTIPLE_PX = 16  # of which a side is one


def probed_shape(
    spec: ModelInput,
    preset: Preset,
    size: SizeLike,
    start_shape: Shape | None = None,
) -> ImageShape:
    """Return (h, w, c) to probe the model with; what it declares comes first.

    Raises:
        ValueError: If the model does not accept `start`.
    """
    height, width, channels = spec.image_shape
    if start_shape is None:
        wanted = as_size(size) or (preset.size_px, preset.size_px)
        return height or wanted[0], width or wanted[1], channels or 3
    pairs = zip(start_shape, (height, width, channels), strict=True)
    if any(fixed is not None and got != fixed for got, fixed in pairs):
        raise ValueError(
            f"start must be what the model takes, {spec.image_shape} "
            f"(height, width, channels) — got {tuple(start_shape)}."
        )
    return start_shape  # type: ignore[return-value]  # no None is left


def fitted(
    probe: Probe, layers: Sequence[Located], preset: Preset, size: SizeLike
) -> list[tuple[Probe, tuple[str, ...]]]:
    """Return a probe for images of the size that each layer's canvas takes.

    Layers whose canvases are of one size are traced together.

    Args:
        probe: Probe of the model for images of a size that it accepts.
        layers: The layers.
        preset: The method.
        size: The side, or (height, width), that was asked for; None for what
            each layer needs.

    Returns:
        For each layer the probe, and what is to be said of the size, in
        sentences.

    Raises:
        ValueError: If a layer on the way refuses the size that was asked for.
    """
    asked = as_size(size)
    shapes = [
        _shapes(probe, located, preset)
        if asked is None
        else ((*asked, probe.image_shape[2]),)
        for located in layers
    ]
    shared = _shared(probe, layers, [one[0] for one in shapes])
    fits: list[tuple[Probe, tuple[str, ...]]] = []
    for located, tried in zip(layers, shapes, strict=True):
        first = _words(tried[0])
        try:
            fit = shared.get(tried[0]) or _first_that_fits(
                probe, located, tried
            )
        except TapError as error:
            own = _words(probe.image_shape)
            if asked is not None:
                raise ValueError(
                    f"size must be one that the layers below {located.path!r} "
                    f"take, such as {own} — got {first}. Leave size out."
                ) from error
            note = (
                f"Patterns of {located.path!r} are of {own}: the layers below "
                f"it do not take {first}."
            )
            fits.append((probe, (note,)))
        else:
            fits.append((fit, ()))
    return fits


def _shared(
    probe: Probe, layers: Sequence[Located], shapes: Sequence[ImageShape]
) -> dict[ImageShape, Probe]:
    """Return a probe for each size that all layers that want it can have."""
    found = {probe.image_shape: probe}
    for shape in dict.fromkeys(shapes):
        if shape in found:
            continue
        wanting = [
            one for one, its in zip(layers, shapes, strict=True) if its == shape
        ]
        with contextlib.suppress(TapError):
            found[shape] = probe_to(probe, wanting, shape)
    return found


def _first_that_fits(
    probe: Probe, located: Located, shapes: Sequence[ImageShape]
) -> Probe:
    """Raise what the last one is refused with if there is none."""
    for shape in shapes[:-1]:
        if shape == probe.image_shape:
            return probe
        with contextlib.suppress(TapError):
            return probe_to(probe, [located], shape)
    last = shapes[-1]
    return (
        probe if last == probe.image_shape else probe_to(probe, [located], last)
    )


def _shapes(
    probe: Probe, located: Located, preset: Preset
) -> tuple[ImageShape, ...]:
    """Return the canvases to try, (h, w, c), in order.

    The first has about so many positions as the preset wants, others are
    rounded up to multiples of 32 and of 64 px. A side that is declared stays,
    unless both are. A preset that wants no number of positions has its own
    size, or the declared one.
    """
    channels = probe.image_shape[2]
    height, width = probe.spec.image_shape[:2]
    is_fixed = height is not None and width is not None
    if preset.positions is None:
        own = (preset.size_px, preset.size_px)
        sides = probe.image_shape[:2] if is_fixed else own
        return ((height or sides[0], width or sides[1], channels),)
    declared = probe.image_shape
    most = min(max(declared[0], declared[1]), preset.size_px)
    side = _side(probe, located, preset.positions, most)
    shapes: list[ImageShape] = []
    for multiple in (1, 2 * _MULTIPLE_PX, 4 * _MULTIPLE_PX):
        rounded = math.ceil(side / multiple) * multiple
        if is_fixed:
            sides = min(rounded, declared[0]), min(rounded, declared[1])
            shapes.append((*sides, channels))
        elif rounded <= max(most, side):
            shapes.append((height or rounded, width or rounded, channels))
    return tuple(dict.fromkeys(shapes))


def _side(probe: Probe, located: Located, positions: int, most: int) -> int:
    """Return the side on which a map has so many positions, at most `most`."""
    sides = channels_last_shape(probe, located.layer)[1:-1]
    if not sides or None in sides:
        return most
    strides = [
        image / max(one or 1, 1)
        for image, one in zip(probe.image_shape[:2], sides, strict=False)
    ]
    wanted = math.ceil(max(strides) * positions / _MULTIPLE_PX) * _MULTIPLE_PX
    return min(max(wanted, _SMALLEST_PX), most)


def shape_of_own(
    own: OwnPreprocess, shape: ImageShape, size: SizeLike
) -> ImageShape:
    """Return the canvas that the model's own preprocessor leaves in its size.

    Raises:
        ValueError: If a size was asked for that the preprocessor changes.
    """
    fed = own.on_arrays(np.zeros((1, *shape), np.float32)).shape[1:]
    if fed != shape and size is not None:
        raise ValueError(
            f"size must be {_words(fed)}, to which {own.words} brings every "
            f"image — got {size!r}. "
            "Leave size out, or give preprocess=…"
        )
    return (fed[0], fed[1], shape[2])


def _words(shape: Sequence[int]) -> str:
    return f"{shape[0]} x {shape[1]} px"
