"""Writes graphics as a PNG, a JPEG or a print-ready PDF, with matplotlib.

A picture stacks the graphics. A PDF has one page per graphic, each as large as
its content; its text stays text, in embedded fonts. The font comes with
matplotlib, so that pictures look the same everywhere.
"""

import functools
import warnings
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import ImageFont

from kerasviz_callbacks.commands.export.paper.graphic import (
    Bar,
    Bitmap,
    Graphic,
    Item,
    Text,
    stacked,
)

FONT_FAMILY = "DejaVu Sans"
_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


@functools.cache
def font(size_px: float, is_bold: bool) -> ImageFont.FreeTypeFont:
    """Return the font at a size."""
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    return ImageFont.truetype(str(folder / _FILES[is_bold]), size_px)


def cut(item: Text) -> str:
    """Return as much of a text as fits into its width."""
    letters = font(item.size, item.is_bold)
    if letters.getlength(item.text) <= item.width:
        return item.text
    kept = item.text
    while kept and letters.getlength(kept + "…") > item.width:
        kept = kept[:-1]
    return kept + "…" if kept else ""


MAX_SIDE_PX = 2**16 - 1  # of a picture, in matplotlib's renderer
MAX_PIXELS = 2**27  # of a picture: half a gigabyte while it is drawn
_POINTS_PER_INCH = 72
# Matplotlib before 3.11 rounds the size of a picture up, and with it the error
# of its own arithmetic: a tile of 28 px gets a 29th row.
_INSET_PX = 1e-3
_JPEG = {"quality": 88, "subsampling": 0}  # colours vary from pixel to pixel
_SETTINGS = {
    "font.family": FONT_FAMILY,
    "pdf.fonttype": 42,  # TrueType: a print shop can embed and edit it
    "text.parse_math": False,  # a $ in a name is a $
}


def save_picture(
    path: Path, graphics: Sequence[Graphic], dpi: int, is_jpeg: bool = False
) -> None:
    """Write all graphics as one picture.

    Raises:
        ValueError: It would be larger than a picture may be.
    """
    whole = stacked(graphics)
    is_long = max(whole.width, whole.height) > MAX_SIDE_PX
    if is_long or whole.width * whole.height > MAX_PIXELS:
        raise ValueError(
            f"the picture must be at most {MAX_SIDE_PX} pixels wide and high, "
            f"and {MAX_PIXELS >> 20} million in all — got {whole.width} x "
            f"{whole.height}. Ask for fewer --layers, --rows or --columns, a "
            "smaller --tile or --dpi, or a .pdf."
        )
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        _ignore_missing_glyphs()
        figure = _figure(whole, dpi)
        if is_jpeg:
            figure.savefig(path, format="jpeg", dpi=dpi, pil_kwargs=_JPEG)
        else:
            figure.savefig(path, format="png", dpi=dpi)


def save_pdf(path: Path, graphics: Sequence[Graphic], dpi: int) -> None:
    """Write a page for each graphic."""
    with (
        mpl.rc_context(_SETTINGS),
        warnings.catch_warnings(),
        PdfPages(path) as pages,
    ):
        _ignore_missing_glyphs()
        for each in graphics:
            pages.savefig(_figure(each, dpi), dpi=dpi)


def _ignore_missing_glyphs() -> None:
    """Show boxes without a warning where the font lacks a script."""
    warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)


def _figure(graphic: Graphic, dpi: int) -> Figure:
    size = graphic.width / dpi, graphic.height / dpi
    figure = Figure(figsize=size, dpi=dpi, facecolor=_part(graphic.ground))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for item in graphic.items:
        _add(axes, item, dpi)
    axes.set_xlim(0, graphic.width)
    axes.set_ylim(graphic.height, 0)
    axes.set_aspect("auto")
    return figure


def _add(axes: "mpl.axes.Axes", item: Item, dpi: int) -> None:
    if isinstance(item, Bitmap):
        left, right = item.left + _INSET_PX, item.right - _INSET_PX
        top, bottom = item.top + _INSET_PX, item.bottom - _INSET_PX
        extent = (left, right, bottom, top)
        axes.imshow(item.pixels, extent=extent, interpolation="none")
    elif isinstance(item, Bar):
        corner, colour = (item.left, item.top), _part(item.colour)
        axes.add_patch(
            Rectangle(corner, item.width, item.height, color=colour, lw=0)
        )
    else:
        _add_text(axes, item, dpi)


def _add_text(axes: "mpl.axes.Axes", item: Text, dpi: int) -> None:
    x = item.left + (item.width / 2 if item.is_centred else 0)
    axes.text(
        x,
        item.top,
        cut(item),
        size=item.size * _POINTS_PER_INCH / dpi,
        color=_part(item.colour),
        weight="bold" if item.is_bold else "normal",
        ha="center" if item.is_centred else "left",
        va="top",
    )


def _part(colour: tuple[int, int, int]) -> tuple[float, ...]:
    return tuple(each / 255 for each in colour)
