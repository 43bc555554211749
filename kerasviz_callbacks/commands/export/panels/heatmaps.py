"""Builds the panel of a layer's heatmaps on their images, and of class means.

The means show what all images of a class share, a watermark perhaps. As in the
tab (`mean_rows.js`) all are on one scale: each mean sums to 1, and the top of
the color scale is twelve times the share of a uniform heatmap.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.choosing import (
    Choice,
    LayerName,
    chosen_columns,
    chosen_images,
)
from kerasviz_callbacks.commands.export.log import HeldOutPictures
from kerasviz_callbacks.commands.export.panels.cells import (
    Painter,
    images_of,
    rows_of,
    shown_images,
)
from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    heatmap_at,
)
from kerasviz_callbacks.commands.export.panels.painting import (
    Paint,
    legend,
    painted,
)
from kerasviz_callbacks.commands.export.panels.panel import (
    MISSING,
    Cell,
    Panel,
    RowHead,
)
from kerasviz_callbacks.commands.export.panels.source import (
    Source,
    columns_of,
    faults_of,
)
from tb_plugin.findings import heatmaps_of
from tb_plugin.reading import DrawnLayer, picture_step


def heatmap_panel(
    source: Source,
    name: LayerName,
    drawn: Sequence[DrawnLayer],
    choice: Choice,
    tile: TileSize,
    paint: Paint,
) -> Panel | None:
    """Return the panel; None if no requested capture drew the layer."""
    columns, fewer_columns = chosen_columns(choice, drawn)
    if not columns:
        return None
    order = images_of(drawn)
    kept, fewer_images = chosen_images(choice, len(order))
    rows = rows_of(drawn, [order[index] for index in kept])
    held_out = source.held_out(name.stream, (row.image for row in rows))
    num_rows = len(rows) + _num_means(columns, choice)
    # Images, and a picture for each row and capture, before any is decoded.
    source.room.take(
        len(held_out.images) + num_rows * len(columns), _told(held_out, tile)
    )
    images = dict(shown_images(held_out, tile))
    size = _largest([each.shape[:2] for each in images.values()], tile)
    files, faults = faults_of(source.pictures(name, columns))
    painter = Painter(files, images, held_out, paint)
    below = _means(source, name, columns, choice)
    means = MeanRows(below, size, paint, held_out.class_names)
    mean_lines, fewer_means = means.lines(columns, choice.num_rows)
    lines = [*painter.lines(columns, rows, order), *mean_lines]
    remarks = fewer_images, fewer_means, fewer_columns
    return Panel(
        run=source.run,
        kind=name.kind,
        path=name.path,
        about=_about(columns[-1], len(order)),
        columns=columns_of(columns, drawn),
        rows=tuple(head for head, _ in lines),
        cells=tuple(cells for _, cells in lines),
        size=size,
        legend=legend(paint),
        left_out=tuple(filter(None, remarks)),
        faults=(*faults, *_held_out_faults(held_out)),
    )


def _means(
    source: Source,
    name: LayerName,
    columns: Sequence[DrawnLayer],
    choice: Choice,
) -> dict[int, bytes] | None:
    """Return the mean heatmaps by step; None if only images are requested."""
    if choice.images:
        return None
    return faults_of(source.pictures(name, columns, blob=1))[0]


def _held_out_faults(held_out: HeldOutPictures) -> Iterator[str]:
    """Yield what could not be read of the held-out images, in sentences."""
    for fault in held_out.faults:
        yield f"held-out images: {fault.message}"
    for image, file in held_out.files.items():
        if isinstance(file, str):
            yield f"held-out image {words.name(image)[:12]}: {file}"


def _num_means(columns: Sequence[DrawnLayer], choice: Choice) -> int:
    """Return how many rows of class means there will be, at most."""
    classes = {c for each in columns for c in heatmaps_of(each).mean_class}
    return 0 if choice.images else min(len(classes), choice.num_rows)


def _told(held_out: HeldOutPictures, tile: TileSize) -> tuple[int, int]:
    """Return the size at which images will be shown, as the record says."""
    sizes = [
        tile.of(image.shown_height, image.shown_width)
        for image in held_out.images.values()
    ]
    return _largest(sizes, tile)


def _largest(
    sizes: Sequence[tuple[int, int]], tile: TileSize
) -> tuple[int, int]:
    known = sizes or [tile.of(1, 1)]
    return max(height for height, _ in known), max(width for _, width in known)


def _about(drawn: DrawnLayer, num_images: int) -> str:
    layer = heatmaps_of(drawn)
    kind, method = words.name(layer.layer_kind), words.spelled(layer.method)
    return (
        f"{kind}, {method} at {layer.width} × {layer.height} for "
        f"{counted(num_images, 'held-out image')}"
    )


_FULL_TIMES_EVEN = 12


@dataclass(frozen=True)
class MeanRows:
    """The rows of the class means.

    Attributes:
        files: Mean heatmaps, by the step where they lie; None for no rows.
        size: (height, width) of a picture.
        paint: Colors and scale.
        class_names: Names of the classes.
    """

    files: Mapping[int, bytes] | None
    size: tuple[int, int]
    paint: Paint
    class_names: tuple[str, ...]

    def lines(
        self, columns: Sequence[DrawnLayer], most: int
    ) -> tuple[list[tuple[RowHead, tuple[Cell, ...]]], str]:
        """Return the rows with their cells, and what is not shown."""
        if self.files is None:
            return [], ""
        all_means = {
            c for each in columns for c in heatmaps_of(each).mean_class
        }
        lines = []
        for index in sorted(all_means)[:most]:
            row = RowHead("mean", words.class_name(self.class_names, index))
            cells = tuple(self._cell(each, index) for each in columns)
            lines.append((row, cells))
        if len(all_means) <= most:
            return lines, ""
        return lines, f"means of {most} of {len(all_means)} classes are shown"

    def _cell(self, drawn: DrawnLayer, index: int) -> Cell:
        layer = heatmaps_of(drawn)
        if index not in layer.mean_class:
            return Cell(None, "no evidence")
        place = layer.mean_class.index(index)
        count = counted(layer.mean_count[place], "image")
        size = len(layer.mean_class), layer.height, layer.width
        file = (self.files or {}).get(picture_step(drawn))
        values = heatmap_at(file, size, place)
        if values is None:
            return Cell(None, MISSING)
        full = _FULL_TIMES_EVEN / values.size
        own = float(np.max(np.nan_to_num(values), initial=0.0))
        top = full if self.paint.scale == "run" else own
        ground = np.zeros((*self.size, 3), np.uint8)
        alone = Paint(self.paint.colormap, 1.0, self.paint.scale)
        return Cell(painted(ground, values, top, alone), caption=count)
