"""Plots pictures on matplotlib axes, for notebooks."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import ByteArray

Axes: TypeAlias = Any  # an array of `matplotlib.axes.Axes`
_COLUMNS = 4
_SIDE_INCHES = 2.2


def plot_pictures(
    pictures: ByteArray, captions: Sequence[str], axes: Axes | None = None
) -> Axes:
    """Plot each picture, with its caption, on axes of its own.

    Args:
        pictures: (n, h, w, 3) uint8.
        captions: One caption per picture.
        axes: Array of at least n axes. Defaults to those of a new figure.

    Returns:
        The axes, flat, n of them. Nothing is shown.

    Raises:
        ValueError: If there are fewer axes than pictures.
    """
    if axes is None:
        axes = _new_axes(len(pictures))
    flat = np.ravel(np.asarray(axes, dtype=object))
    if len(flat) < len(pictures):
        raise ValueError(
            f"axes must be at least {len(pictures)}, one per picture — got "
            f"{len(flat)}."
        )
    for one, picture, caption in zip(flat, pictures, captions, strict=False):
        one.imshow(picture)
        one.set_title(caption, fontsize="small", parse_math=False)
    for one in flat:
        one.set_axis_off()
    return flat[: len(pictures)]


def _new_axes(count: int) -> Axes:
    # Only here: a training script must not wait for a window toolkit.
    from matplotlib import pyplot as plt

    columns = min(count, _COLUMNS)
    rows = math.ceil(count / columns)
    size = (columns * _SIDE_INCHES, rows * (_SIDE_INCHES + 0.2))
    _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    return axes
