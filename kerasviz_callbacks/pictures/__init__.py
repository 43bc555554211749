"""Displayable pictures: contact sheets, color maps, overlays and plots.

Float or uint8 arrays come in. Out go arrays of pixels, encoded PNG or JPEG
files, or matplotlib axes. Only `overlay` needs Keras; the rest works without
TensorFlow.
"""

from kerasviz_callbacks.pictures.colormap import (
    Colormap,
    colour_table,
    to_bytes,
)
from kerasviz_callbacks.pictures.overlay import overlays
from kerasviz_callbacks.pictures.plotting import Axes, plot_pictures
from kerasviz_callbacks.pictures.sheet import (
    bare_sheet,
    encode,
    encoding_for,
    labelled_sheet,
    num_columns,
    rgb,
)

__all__ = [
    "Axes",
    "Colormap",
    "bare_sheet",
    "colour_table",
    "encode",
    "encoding_for",
    "labelled_sheet",
    "num_columns",
    "overlays",
    "plot_pictures",
    "rgb",
    "to_bytes",
]
