"""Lays several maps over the image and adds them.

A cell holds evidence, and evidence that lies side by side in small cells or in
a large one is the same: on a common grid a cell's value is shared among the
cells that it covers, so that the sum of a map stays what it was. So maps of any
size add up on one scale:

    4 x 4 map, a cell of 1.0   ->   8 x 8 grid, four cells of 0.25
"""

from collections.abc import Sequence

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.model.maps.places.placement import (
    Place,
    Placement,
    Size,
)


def laid(maps: FloatArray, place: Place) -> FloatArray:
    """Return maps (n, h, w) in the frame of the image; zero where none lies."""
    return place.laid(maps) if isinstance(place, Placement) else maps


def laid_together(
    maps: Sequence[FloatArray], places: Sequence[Place]
) -> FloatArray:
    """Return the sum of maps of several layers in the frame of the image.

    Args:
        maps: (n, h, w) maps of each layer, with signs; of any sizes.
        places: Where the cells of each lie.

    Returns:
        (n, rows, columns), on the finest grid of them. A single map is only
        laid into the frame.
    """
    framed = [laid(*pair) for pair in zip(maps, places, strict=True)]
    if len(framed) == 1:
        return framed[0]
    rows = max(one.shape[1] for one in framed)
    columns = max(one.shape[2] for one in framed)
    size = rows, columns
    total = np.zeros((len(framed[0]), rows, columns), np.float32)
    for one, given, place in zip(framed, maps, places, strict=True):
        share = 1 / (rows * columns) / _cell_area(given.shape[1:], place)
        total += np.float32(share) * _resized(one, size)
    return total


def on_grid_of(finer: AnyArray, maps: FloatArray) -> FloatArray:
    """Return maps (n, h, w) on a finer grid, each value as it was.

    Bilinear between the centers of cells; both are in the frame of the image.
    """
    return _resized(maps, finer.shape[1:])


def seen(places: Sequence[Place]) -> FloatArray:
    """Return which part of the image the cells of any of some maps cover.

    Returns:
        (rows, columns) from 0 to 1, 1 where cells lie; (1, 1) if they cover all
        of the image.
    """
    placed = [one for one in places if isinstance(one, Placement)]
    whole = np.ones((1, 1), np.float32)
    if len(placed) < len(places):
        return whole  # a plain map covers the image
    ones = [one.laid(np.ones((1, *one.shape), np.float32)) for one in placed]
    size = max(x.shape[1] for x in ones), max(x.shape[2] for x in ones)
    both = np.max([_resized(one, size)[0] for one in ones], axis=0)
    return whole if both.min() > 0 else np.asarray(np.rint(both))


def _cell_area(shape: tuple[int, ...], place: Place) -> float:
    """Return the area of a cell, in fractions of the image."""
    if not isinstance(place, Placement):
        return 1 / (shape[0] * shape[1])
    steps = np.stack([place.down, place.right])
    return float(abs(np.linalg.det(steps)))


def _resized(maps: FloatArray, size: Size) -> FloatArray:
    """Return maps on another grid, bilinear between the centers of cells."""
    down = _between(maps.shape[1], size[0])
    right = _between(maps.shape[2], size[1])
    return np.asarray(down @ maps @ right.T)


def _between(count: int, wanted: int) -> FloatArray:
    """Return (wanted, count) weights of cells at other centers."""
    at = (np.arange(wanted) + 0.5) * count / wanted - 0.5
    low = np.floor(at).astype(int)
    part = (at - low)[:, None]
    unit = np.eye(count)
    first, second = (i.clip(0, count - 1) for i in (low, low + 1))
    weights = (1 - part) * unit[first] + part * unit[second]
    return np.asarray(weights, np.float32)
