"""Which colours a step of ascent changes most.

The channels of photographs rise and fall together: most of their variation is
brightness, little is hue. A canvas that paints along the axes of that
variation, each as strong as in photographs, finds natural colours; one whose
axes are all equally strong finds stronger patterns in glaring ones.

Source: Olah et al. 2017, "Feature Visualization", decorrelated colours; matrix
of Lucid (`optvis/param/color.py`), a square root of the covariance of
ImageNet's colours.
"""

from typing import Any, TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray

# (channels, axes), row by row; hashable, as presets are.
Colours: TypeAlias = tuple[tuple[float, ...], ...]

IMAGENET_COLOURS: Colours = (
    (0.26, 0.09, 0.02),
    (0.27, 0.00, -0.05),
    (0.27, -0.09, 0.03),
)
_LEAST_SHARE = 1e-3  # of the strongest axis: none may vanish


def colours_of(images: Any) -> Colours:
    """Return the colours of a set of images, of any number of channels.

    Args:
        images: (n, h, w, c), as a person looks at them, in any unit.

    Returns:
        (c, c), a square root of the covariance of their channels.

    Raises:
        ValueError: not of that shape, or of a single colour.

    Example:
        >>> FourierCanvas(colours=colours_of(photographs))
    """
    pixels = np.asarray(images, np.float64)
    if pixels.ndim != 4 or not np.all(np.isfinite(pixels)):
        raise ValueError(
            "images must be finite and (n, h, w, c) — got shape "
            f"{pixels.shape}."
        )
    flat = pixels.reshape(-1, pixels.shape[-1])
    covariance = np.cov(flat, rowvar=False).reshape(flat.shape[1], -1)
    if not covariance.any():
        raise ValueError(
            "images must differ in colour — got pixels that are all alike."
        )
    axes, variances, _ = np.linalg.svd(covariance)
    matrix = axes * np.sqrt(variances)
    return tuple(tuple(map(float, row)) for row in matrix)


def painting_matrix(colours: Colours, naturalness: float) -> FloatArray:
    """Return the axes of the colours with their strengths evened out.

    The strengths, the matrix' singular values over the largest, are raised to
    the power `naturalness`: 1 leaves them, 0 makes all axes equally strong.

    Returns:
        (c, c) float32.
    """
    left, strengths, right = np.linalg.svd(np.asarray(colours))
    share = np.maximum(strengths / strengths[0], _LEAST_SHARE)
    return np.asarray(left * share**naturalness @ right, np.float32)
