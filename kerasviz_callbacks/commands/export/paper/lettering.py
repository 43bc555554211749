"""A text and a width in, as much of the text as fits out.

The font comes with matplotlib, so that pictures look the same everywhere.
"""

import functools
from pathlib import Path

import matplotlib as mpl
from PIL import ImageFont

from kerasviz_callbacks.commands.export.paper.drawing import Text

FONT_FAMILY = "DejaVu Sans"
_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


@functools.cache
def font(size_px: float, is_bold: bool) -> ImageFont.FreeTypeFont:
    """Return the font at a size."""
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    return ImageFont.truetype(str(folder / _FILES[is_bold]), size_px)


def cut(item: Text) -> str:
    """Return as much of a text as its width has room for."""
    letters = font(item.size, item.is_bold)
    if letters.getlength(item.text) <= item.width:
        return item.text
    kept = item.text
    while kept and letters.getlength(kept + "…") > item.width:
        kept = kept[:-1]
    return kept + "…" if kept else ""
