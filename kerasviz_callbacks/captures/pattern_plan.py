"""Prepared patterns in, what is said of them before training out."""

import numpy as np

from kerasviz_callbacks.captures.drawing import Plan
from kerasviz_callbacks.images.held_out import HeldOutImages
from kerasviz_callbacks.patterns.preparation import PreparedPatterns
from kerasviz_callbacks.pictures.sheet import encode, encoding_for
from kerasviz_callbacks.presets.canvas import PixelCanvas

_MAX_LISTED = 4


def pattern_plan(
    prepared: PreparedPatterns,
    images: HeldOutImages | None,
    num_steps: int | None,
    floor_share: float,
) -> Plan:
    """Return what a capture draws, and what it costs as measured.

    Args:
        prepared: the layers; drawn for two steps, to take the time.
        images: held out, if any.
        num_steps: of an ascent; None for the preset's.
        floor_share: how many more pictures the first capture draws, as a
            share of a capture's.
    """
    layers = prepared.layers
    paths = tuple(layer.path for layer in layers)
    num_pictures = sum(len(layer.filters) for layer in layers)
    ascents, looking = prepared.seconds(num_steps)
    return Plan(
        paths=paths,
        what=f"{num_pictures} filters of {_listing(paths)}, "
        f"preset {layers[0].engine.preset.name}"
        f"{_range_words(prepared)}{_image_words(images)}",
        seconds=ascents + looking,
        num_bytes=sum(
            len(layer.filters) * _bytes_per_picture(layer.engine.image_shape)
            for layer in layers
        ),
        once_seconds=floor_share * ascents,
        notes=prepared.notes,
    )


def _listing(paths: tuple[str, ...]) -> str:
    more = ", …" if len(paths) > _MAX_LISTED else ""
    shown = ", ".join(paths[:_MAX_LISTED]) + more
    return f"{len(paths)} layer{'s' * (len(paths) != 1)} ({shown})"


def _range_words(prepared: PreparedPatterns) -> str:
    engine = prepared.layers[0].engine
    if isinstance(engine.preset.canvas, PixelCanvas):
        return ""
    low, high = engine.pixels
    return f", pixels {low:g} to {high:g} ({engine.pixels_note})"


def _image_words(images: HeldOutImages | None) -> str:
    if images is None:
        return ""
    count, height, width, _ = images.fed.shape
    return f", beside {count} images of {width} x {height} px"


def _bytes_per_picture(shape: tuple[int, int, int]) -> int:
    """Encode a picture of noise, the hardest to compress."""
    height, width, _ = shape
    noise = np.random.default_rng(0).normal(128, 64, (height, width, 3))
    tile = np.clip(noise, 0, 255).astype(np.uint8)
    return len(encode(tile, encoding_for(tile[None]))) + len(
        encode(tile, "jpeg")
    )
