"""Writes an animated GIF or PNG with a frame for each moment of training.

An APNG holds every color as it is. A GIF has 256; they are chosen once for all
frames, so that what stands still does not flicker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from kerasviz_callbacks.commands.export.panels.panel import Panel
from kerasviz_callbacks.commands.export.panels.source import OnDone
from kerasviz_callbacks.commands.export.paper.figure import cut, font
from kerasviz_callbacks.commands.export.paper.graphic import (
    ACCENT,
    Bar,
    Bitmap,
    Graphic,
    Item,
    Theme,
    shifted,
    themed,
    with_margin,
)
from kerasviz_callbacks.commands.export.paper.layout import Layout

_MS_PER_S = 1000
_LAST_TIMES = 4  # as long is the last frame seen
_MOST_ACROSS_PX = 1400  # panels stand side by side up to here
_CLOCK_PX = 4
MAX_BYTES = 2**29  # of all frames; with a palette twice that for a moment
_PALETTE_FRAMES = 6  # the palette is made of


@dataclass(frozen=True)
class Animation:
    """How an animation is made.

    Attributes:
        line_px: Height of a line of text, in pixels.
        fps: Frames per second; the last one is shown four times as long.
        is_gif: Whether to write a GIF, or else an animated PNG.
        theme: Colors of the ground and of text.
    """

    line_px: float
    fps: float
    is_gif: bool
    theme: Theme = "light"


def save_animation(
    path: Path, panels: Sequence[Panel], animation: Animation, on_done: OnDone
) -> None:
    """Write a frame for each step that any panel shows.

    Args:
        path: File to write.
        panels: Panels side by side; each shows its newest capture.
        animation: How it is made.
        on_done: Called with the name of each frame.
    """
    frames = [*_frames(panels, animation, on_done)]
    each_ms = round(_MS_PER_S / animation.fps)
    if animation.is_gif:
        frames = _with_one_palette(frames)
    frames[0].save(
        path,
        format="GIF" if animation.is_gif else "PNG",
        save_all=True,
        append_images=frames[1:],
        duration=[*[each_ms] * (len(frames) - 1), _LAST_TIMES * each_ms],
        loop=0,
        disposal=1,
        optimize=False,
    )


def steps_of(panels: Sequence[Panel]) -> list[int]:
    """Return every step that a panel shows, in order, once."""
    return sorted({c.step for panel in panels for c in panel.columns})


def _frames(
    panels: Sequence[Panel], animation: Animation, on_done: OnDone
) -> Iterator[Image.Image]:
    steps = steps_of(panels)
    drawn = [_moment(panels, step, animation.line_px) for step in steps]
    width = max(each.width for each in drawn)
    height = max(each.height for each in drawn) + _CLOCK_PX
    _check_room(len(steps), width, height)
    for i, (step, each) in enumerate(zip(steps, drawn, strict=True)):
        on_done(f"step {step}")
        share = i / max(1, len(steps) - 1)
        top, length = height - _CLOCK_PX, round(share * width)
        clock = Bar(0, top, length, _CLOCK_PX, ACCENT)
        whole = Graphic(width, height, (*each.items, clock))
        yield rendered(themed(whole, animation.theme))


def _check_room(count: int, width: int, height: int) -> None:
    """Check that all frames fit into memory.

    Raises:
        ValueError: They do not.
    """
    num_bytes = 3 * count * width * height
    if num_bytes > MAX_BYTES:
        raise ValueError(
            f"the frames of an animation must take at most {MAX_BYTES >> 20} "
            f"MB — got {count} of {width} x {height} pixels, "
            f"{num_bytes >> 20} MB. Ask for fewer --layers, --rows or "
            "--columns, or a smaller --tile."
        )


def _moment(panels: Sequence[Panel], step: int, line_px: float) -> Graphic:
    """Return the panels side by side, in rows, as they are at a step."""
    items: list[Item] = []
    left = top = bottom = 0
    for panel in panels:
        index = sum(column.step <= step for column in panel.columns) - 1
        sheet = Layout(panel, line_px).sheet(max(index, 0))
        if left and left + sheet.width > _MOST_ACROSS_PX:
            left, top = 0, bottom
        items += [shifted(item, left, top) for item in sheet.items]
        left, bottom = left + sheet.width, max(bottom, top + sheet.height)
    return with_margin(items, 0)


def rendered(whole: Graphic) -> Image.Image:
    """Return a graphic as pixels."""
    ground = Image.new("RGB", (whole.width, whole.height), whole.ground)
    pen = ImageDraw.Draw(ground)
    for item in whole.items:
        _render(ground, pen, item)
    return ground


def _render(ground: Image.Image, pen: ImageDraw.ImageDraw, item: Item) -> None:
    if isinstance(item, Bitmap):
        pixels = Image.fromarray(np.ascontiguousarray(item.pixels))
        ground.paste(pixels, (item.left, item.top))
    elif isinstance(item, Bar):
        if item.width > 0:
            edges = (item.left, item.top, item.right - 1, item.bottom - 1)
            pen.rectangle(edges, fill=item.colour)
    else:
        x = item.left + (item.width / 2 if item.is_centred else 0)
        anchor = "ma" if item.is_centred else "la"
        letters = font(item.size, item.is_bold)
        place = (x, item.top)
        pen.text(place, cut(item), item.colour, letters, anchor=anchor)


def _with_one_palette(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """Return the frames in 256 colors, the same in each."""
    every = max(1, len(frames) // _PALETTE_FRAMES)
    shown = [*frames[::every], frames[-1]]
    together = np.concatenate([np.asarray(frame) for frame in shown])
    palette = Image.fromarray(together).quantize(256, dither=Image.Dither.NONE)
    return [
        frame.quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in frames
    ]
