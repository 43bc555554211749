"""Lays the images that activate each filter of a layer most beside its name."""

from collections.abc import Mapping, Sequence

import numpy as np

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.choosing import LayerName
from kerasviz_callbacks.commands.export.panels.decoding import (
    decoded,
    fitted,
    tile_of,
)
from kerasviz_callbacks.commands.export.panels.source import Source
from kerasviz_callbacks.commands.export.paper.graphic import Colour
from tb_plugin.contract import Exemplars
from tb_plugin.findings import class_of, patterns_of
from tb_plugin.reading import DrawnLayer

_SIDE = 3  # exemplars in a row and in a column


def exemplar_squares(
    source: Source,
    name: LayerName,
    drawn: DrawnLayer,
    filters: Sequence[int],
    size: tuple[int, int],
    ground: Colour,
) -> dict[int, ByteArray]:
    """Return nine exemplars of each filter that has some, as one picture.

    Args:
        source: Pictures of the run.
        name: The layer.
        drawn: The layer at the capture whose exemplars are shown.
        filters: Indices of the filters to look up.
        size: Height and width of each picture.
        ground: Color where there are fewer.
    """
    layer = patterns_of(drawn)
    if layer.exemplars is None:
        return {}
    files = dict(source.pictures(name, [drawn], blob=1))
    file = next(iter(files.values()), None)
    sheet = decoded(file) if isinstance(file, bytes) else None
    if sheet is None:
        return {}
    found = {
        index: _square(
            layer.exemplars, layer.filters.index(index), sheet, size, ground
        )
        for index in filters
        if index in layer.filters
    }
    return {index: square for index, square in found.items() if square.size}


def class_notes(drawn: DrawnLayer) -> Mapping[int, str]:
    """Return what each filter of a capture is activated by, where one class is.

    Args:
        drawn: The layer at that capture.
    """
    layer = patterns_of(drawn)
    found = layer.exemplars
    if found is None:
        return {}
    notes = {}
    for place, index in enumerate(layer.filters):
        if (of := class_of(found, place)) is not None:
            notes[index] = words.name(of)
    return notes


def _square(
    found: Exemplars,
    place: int,
    sheet: ByteArray,
    size: tuple[int, int],
    ground: Colour,
) -> ByteArray:
    """Return up to nine exemplars of a filter; empty if there is none."""
    height, width = size[0] // _SIDE, size[1] // _SIDE
    square = np.full((*size, 3), ground, np.uint8)
    count = 0
    for i in range(min(len(found.image[place]), _SIDE * _SIDE)):
        tile = tile_of(found.sheet, place * found.sheet.columns + i, sheet)
        if tile is None or not height or not width:
            continue
        top, left = i // _SIDE * height, i % _SIDE * width
        square[top : top + height, left : left + width] = fitted(
            tile, (height, width)
        )
        count += 1
    return square if count else square[:0]
