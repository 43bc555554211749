"""Measures which part of an image a position of a map sees.

The gradient of some filters' largest activations to their images tells, for a
layer as a whole:

| the gradient reaches                | size of the receptive field            |
|-------------------------------------|----------------------------------------|
| less than the image                 | as far as it reaches (theoretical)     |
| from edge to edge                   | 4 standard deviations of its square,   |
|                                     | as many pixels high as wide (effective;|
|                                     | see `excitation`)                      |

The center of the field is where the position lies in a plain map of the image:
(i + 0.5) / h. Where the gradient says otherwise, as in a model that crops or
turns the image inside, or behind attention, `is_plain` is False, and the center
is that of the gradient of every single crop.

Source: Luo et al. 2016, "Understanding the Effective Receptive Field in Deep
Convolutional Neural Networks", https://arxiv.org/abs/1701.04128.
"""

from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.patterns.excitation import box_around

NUM_SAMPLES = 8  # gradients per layer
_WHOLE = 0.95  # of an axis
_STEP = 1 / 16  # to which an effective size is rounded up: it varies a little


@dataclass(frozen=True)
class ReceptiveField:
    """What a position of a layer sees, in fractions of the image.

    Attributes:
        height: From 0 to 1.
        width: From 0 to 1.
        is_plain: Whether positions lie as those of a plain map do.
    """

    height: float
    width: float
    is_plain: bool


WHOLE_IMAGE = ReceptiveField(1.0, 1.0, True)


def receptive_field(weights: FloatArray, centers: FloatArray) -> ReceptiveField:
    """Return the receptive field of a layer.

    Args:
        weights: (m, h, w), not negative. How much each pixel counts for one
            position each.
        centers: (m, 2). Where the positions lie in a plain map, (y, x) in
            fractions of the image.
    """
    is_seen = weights.reshape(len(weights), -1).max(axis=1) > 0
    if not is_seen.any():
        return WHOLE_IMAGE
    weights, centers = weights[is_seen], centers[is_seen]
    left, upper, right, lower = box_around(weights).T
    found = np.stack([upper + lower, left + right], axis=1) / 2
    effective = np.stack([lower - upper, right - left], axis=1)
    reached = np.stack([_reached(weights, 2), _reached(weights, 1)], axis=1)
    size = reached.max(axis=0)
    if size.max() >= _WHOLE:
        size = np.minimum(size, _even(effective, weights.shape[1:]))
    off = np.median(np.abs(found - centers), axis=0)
    is_plain = bool((off <= size / 4 + _STEP).all())
    height, width = np.minimum(size, 1.0)
    return ReceptiveField(float(height), float(width), is_plain)


def _even(effective: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return (2,): effective sizes as one, alike along both axes.

    Those of single filters differ by chance, and would give the crops of every
    capture another shape.

    Args:
        effective: (m, 2). Heights and widths, in fractions of the image.
        shape: Height and width of the image, in pixels.
    """
    side_px = np.median((effective * shape).mean(axis=1))
    return np.asarray(np.ceil(side_px / np.array(shape) / _STEP) * _STEP)


def _reached(weights: FloatArray, axis: int) -> FloatArray:
    """Return (m,): from the first to the last pixel that counts, as a share."""
    counts = weights.max(axis=axis) > 0
    length = counts.shape[1]
    first = counts.argmax(axis=1)
    last = length - 1 - counts[:, ::-1].argmax(axis=1)
    return np.asarray((last - first + 1) / length)


def plain_centers(
    places: IntArray, inner: tuple[int, int], whole: tuple[int, int]
) -> FloatArray:
    """Return where positions lie in a plain map, (…, 2) as (y, x).

    Args:
        places: (…) indices of positions inside of the border, row by row.
        inner: Height and width of the map without its border.
        whole: Height and width of the map.
    """
    rows, columns = np.divmod(places, inner[1])
    border = [(w - i) // 2 for w, i in zip(whole, inner, strict=True)]
    y = (rows + border[0] + 0.5) / whole[0]
    x = (columns + border[1] + 0.5) / whole[1]
    return np.stack([y, x], axis=-1)


def boxes_at(
    centers: FloatArray, field: ReceptiveField, size: tuple[int, int]
) -> IntArray:
    """Return (…, 4): left, upper, right and lower edge, in pixels.

    A box that would stick out is moved in, so that all are of one size.

    Args:
        centers: (…, 2) as (y, x), in fractions of the image.
        field: Size of the boxes.
        size: Height and width of the image, in pixels.
    """
    height = _side_px(field.height, size[0])
    width = _side_px(field.width, size[1])
    upper = np.rint(centers[..., 0] * size[0] - height / 2)
    left = np.rint(centers[..., 1] * size[1] - width / 2)
    upper = np.clip(np.nan_to_num(upper), 0, size[0] - height).astype(int)
    left = np.clip(np.nan_to_num(left), 0, size[1] - width).astype(int)
    return np.stack([left, upper, left + width, upper + height], axis=-1)


_MIN_SIDE_PX = 8  # less of an image shows a person nothing


def _side_px(share: float, size: int) -> int:
    return min(size, max(_MIN_SIDE_PX, round(share * size)))
