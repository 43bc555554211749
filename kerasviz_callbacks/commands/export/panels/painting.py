"""Paints a raw heatmap over its image, exactly as the tab does.

The arithmetic is that of `tb_plugin/static/heatmap.js`. Values are interpolated
between the centers of the heatmap's cells, then colored; weak evidence lets the
image through; what is not finite is hatched, never painted as zero.
"""

import functools
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, ByteArray, FloatArray
from kerasviz_callbacks.commands.export.panels.panel import Legend
from kerasviz_callbacks.pictures import Colormap, colour_table, to_bytes
from tb_plugin.contract import HeldOutImage

_HATCH_PX = 4
_LEGEND_PX = 12
_LEGEND_STEP = 2  # every other of 256 colours
_HATCH_LIGHT, _HATCH_DARK = 208, 72
_BOX_LIGHT, _BOX_DARK = 255, 32


@dataclass(frozen=True)
class Paint:
    """How heatmaps are painted.

    Attributes:
        colormap: Name of the colormap.
        opacity: Opacity in [0, 1]; 1 shows the heatmap alone.
        scale: What the top of the color scale is. `run`: the largest value of
            the row over the whole run, so that pictures are comparable.
            `picture`: the largest of each picture.
    """

    colormap: Colormap = "turbo"
    opacity: float = 0.6
    scale: str = "run"


def painted(
    image: ByteArray, values: FloatArray, top: float, paint: Paint
) -> ByteArray:
    """Return the image under its heatmap, (h, w, 3) uint8.

    Args:
        image: (h, w, 3) uint8.
        values: (rows, columns) float32, not normalized.
        top: Value at the top of the color scale.
        paint: Colors and opacity.
    """
    height, width = image.shape[:2]
    over = _between_cells(values, height, width)
    is_number = np.isfinite(over)
    with np.errstate(over="ignore"):  # a top next to nothing: all is above it
        share = np.where(is_number, over, 0.0) / top if top > 0 else 0 * over
    share = np.where(is_number, np.clip(share, 0.0, 1.0), 0.0)
    colours = (
        255 * colour_table(paint.colormap)[np.rint(255 * share).astype(int)]
    )
    part = _coverage(share, paint.opacity)[..., None]
    mixed = part * colours + (1 - part) * image
    hatch = np.broadcast_to(_hatch(height, width), mixed.shape)
    whole = np.where(is_number[..., None], mixed, hatch)
    return np.asarray(np.rint(whole), np.uint8)


def legend(paint: Paint) -> Legend:
    """Return the legend of the color scale."""
    colours = to_bytes(colour_table(paint.colormap))
    of = "of the image in the run" if paint.scale == "run" else "of each map"
    bar = np.repeat(colours[None, ::_LEGEND_STEP], _LEGEND_PX, axis=0)
    return Legend(bar, "no evidence", f"the largest value {of}")


@functools.lru_cache(maxsize=4)
def hatched(size: tuple[int, int]) -> ByteArray:
    """Return the picture that stands for one that is missing."""
    return np.asarray(
        np.broadcast_to(_hatch(*size) // 2 + 112, (*size, 3)), np.uint8
    )


def boxed(picture: ByteArray, image: HeldOutImage) -> ByteArray:
    """Return the picture with the image's boxes drawn on it."""
    height, width = picture.shape[:2]
    edged = picture.copy()
    for box in image.boxes:
        if len(box) == 4:
            outline = _outline(box, height, width)
            edged[_grown(outline)] = _BOX_DARK
            edged[outline] = _BOX_LIGHT
    return edged


def _between_cells(values: FloatArray, height: int, width: int) -> FloatArray:
    """Return (height, width), bilinear; not finite where the nearest is not."""
    low_y, high_y, v = _cells(height, values.shape[0])
    low_x, high_x, u = _cells(width, values.shape[1])
    a, b = values[low_y][:, low_x], values[low_y][:, high_x]
    c, d = values[high_y][:, low_x], values[high_y][:, high_x]
    v = v[:, None]
    with np.errstate(invalid="ignore"):
        mixed = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d)
    nearest = np.where(
        v < 0.5, np.where(u < 0.5, a, b), np.where(u < 0.5, c, d)
    )
    return np.asarray(np.where(np.isfinite(mixed), mixed, nearest))


def _cells(num_pixels: int, num_cells: int) -> tuple[FloatArray, ...]:
    """Return the two cells that each pixel lies between, and how far."""
    at = (np.arange(num_pixels) + 0.5) * num_cells / num_pixels - 0.5
    at = np.clip(at, 0, num_cells - 1)
    low = np.floor(at).astype(int)
    return low, np.minimum(num_cells - 1, low + 1), at - low


def _coverage(share: FloatArray, opacity: float) -> FloatArray:
    floor = opacity**4
    covered = floor + (1 - floor) * np.minimum(1.0, 2 * share)
    return np.asarray(opacity * covered)


def _hatch(height: int, width: int) -> ByteArray:
    diagonal = np.add.outer(np.arange(height), np.arange(width)) // _HATCH_PX
    return np.where(diagonal % 2, _HATCH_LIGHT, _HATCH_DARK)[..., None]


def _outline(box: tuple[float, ...], height: int, width: int) -> BoolArray:
    x0, x1 = (_at(edge, width) for edge in box[::2])
    y0, y1 = (_at(edge, height) for edge in box[1::2])
    line = np.zeros((height, width), bool)
    line[y0 : y1 + 1, x0 : x1 + 1] = True
    line[y0 + 1 : y1, x0 + 1 : x1] = False
    return line


def _at(edge: float, length: int) -> int:
    return int(min(max(edge, 0.0), 1.0) * (length - 1))


def _grown(line: BoolArray) -> BoolArray:
    grown = line.copy()
    grown[1:] |= line[:-1]
    grown[:-1] |= line[1:]
    grown[:, 1:] |= line[:, :-1]
    grown[:, :-1] |= line[:, 1:]
    return grown
