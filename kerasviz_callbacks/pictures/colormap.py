"""Color maps, by matplotlib's names and with matplotlib's colors."""

from typing import Literal, TypeAlias, get_args

import matplotlib as mpl
import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray

Colormap: TypeAlias = Literal["jet", "viridis", "turbo", "grey"]
COLORMAPS: tuple[Colormap, ...] = get_args(Colormap)

_NUM_COLOURS = 256


def colour_table(colormap: Colormap) -> FloatArray:
    """Return the colors of the bytes 0 to 255, (256, 3) float32 in [0, 1].

    Raises:
        ValueError: If no color map has that name.
    """
    if colormap not in COLORMAPS:
        raise ValueError(
            f"colormap must be one of {', '.join(map(repr, COLORMAPS))} — got "
            f"{colormap!r}."
        )
    name = "gray" if colormap == "grey" else colormap
    colours = mpl.colormaps[name](np.arange(_NUM_COLOURS))
    return np.asarray(colours[:, :3], np.float32)


def coloured(values: FloatArray, colormap: Colormap) -> FloatArray:
    """Return the colors of values, (…, 3) float32 in [0, 1].

    Args:
        values: (…) in [0, 1]; cut down to bytes, as in the classic recipe.
        colormap: Name of the color map.
    """
    return np.asarray(colour_table(colormap)[np.uint8(255 * values)])


def blend(
    below: FloatArray, above: FloatArray | float, alpha: float
) -> FloatArray:
    """Return `above` at opacity `alpha` over `below`; shapes broadcast."""
    return below * (1 - alpha) + above * alpha


def to_bytes(colours: FloatArray) -> ByteArray:
    """Return colors in [0, 1] as uint8, rounded."""
    return np.asarray(np.rint(colours * 255), np.uint8)
