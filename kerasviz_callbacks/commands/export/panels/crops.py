"""Cuts out of the held-out images what activates each filter of a layer most.

A pattern shows what could activate a filter; the crop shows what did.
"""

from collections.abc import Sequence

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export.choosing import LayerName
from kerasviz_callbacks.commands.export.panels.decoding import decoded, fitted
from kerasviz_callbacks.commands.export.panels.source import Source
from tb_plugin.contract import PatternLayer

_EDGES = ("crop_left", "crop_upper", "crop_right", "crop_lower")
Box = tuple[float, ...]  # left, upper, right, lower, in fractions


def strongest_crops(
    source: Source,
    name: LayerName,
    layer: PatternLayer,
    filters: Sequence[int],
    size: tuple[int, int],
) -> dict[int, ByteArray]:
    """Return the crop of each filter that has one, within (height, width).

    Args:
        source: Pictures of the run.
        name: The layer.
        layer: Its record, which holds the places of the crops.
        filters: Indices of the filters to look up.
        size: Largest height and width.
    """
    places = {
        index: place
        for index in filters
        if (place := _place(layer, index)) is not None
    }
    if not places:
        return {}
    order = source.held_out(name.stream, ()).order
    wanted = {
        index: (order[image], box)
        for index, (image, box) in places.items()
        if image < len(order)
    }
    files = source.held_out(
        name.stream, {image for image, _ in wanted.values()}
    )
    images = {
        image: picture
        for image, file in files.files.items()
        if isinstance(file, bytes) and (picture := decoded(file)) is not None
    }
    crops = {
        index: _cut(images[image], box, size)
        for index, (image, box) in wanted.items()
        if image in images
    }
    return {index: crop for index, crop in crops.items() if crop is not None}


def _place(layer: PatternLayer, index: int) -> tuple[int, Box] | None:
    """Return the image and the box that a record names; None if it has none."""
    if index not in layer.filters:
        return None
    at = layer.filters.index(index)
    numbers = [
        layer.measures[name][at] if name in layer.measures else None
        for name in ("crop_image", *_EDGES)
    ]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or known[0] < 0 or known[0] % 1:
        return None
    return int(known[0]), tuple(known[1:])


def _cut(image: ByteArray, box: Box, size: tuple[int, int]) -> ByteArray | None:
    """Return a box of an image, as large as fits; None if it holds nothing."""
    height, width = image.shape[:2]
    left, upper, right, lower = (min(max(edge, 0.0), 1.0) for edge in box)
    rows = slice(round(upper * height), round(lower * height))
    columns = slice(round(left * width), round(right * width))
    crop = image[rows, columns]
    if not crop.size:
        return None
    scale = min(size[0] / crop.shape[0], size[1] / crop.shape[1])
    shown = (
        max(1, round(scale * crop.shape[0])),
        max(1, round(scale * crop.shape[1])),
    )
    return fitted(crop, shown)
