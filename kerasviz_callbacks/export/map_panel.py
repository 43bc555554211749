"""A layer's raw heatmaps in, the panel that shows them on the images out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.export import words
from kerasviz_callbacks.export.choosing import (
    Choice,
    LayerName,
    chosen_columns,
    chosen_images,
)
from kerasviz_callbacks.export.log_source import HeldOutPictures
from kerasviz_callbacks.export.map_rows import (
    MapRow,
    images_of,
    numbers_of,
    output,
    row_names,
    rows_of,
)
from kerasviz_callbacks.export.painting import Paint, boxed, legend, painted
from kerasviz_callbacks.export.panel import MISSING, Cell, Panel, Row
from kerasviz_callbacks.export.sizing import (
    TileSize,
    check_room,
    decoded,
    fitted,
)
from kerasviz_callbacks.export.source import Source, columns_of, faults_of
from tb_plugin.attention import maps_of
from tb_plugin.contract import MapLayer, Outcome
from tb_plugin.finding import outcome_of
from tb_plugin.payload import DrawnLayer, picture_step

_PLAIN = "ok"
_FLOAT32 = np.dtype("<f4")


def map_panel(
    source: Source,
    name: LayerName,
    drawn: Sequence[DrawnLayer],
    choice: Choice,
    tile: TileSize,
    paint: Paint,
) -> Panel | None:
    """Return the panel; None where no capture that is asked for drew it."""
    columns, fewer_columns = chosen_columns(choice, drawn)
    if not columns:
        return None
    order = images_of(drawn)
    kept, fewer_images = chosen_images(choice, len(order))
    rows = rows_of(drawn, [order[index] for index in kept])
    held_out = source.held_out(name.stream, (row.image for row in rows))
    files, faults = faults_of(source.pictures(name, columns))
    images = dict(_images(held_out, tile))
    size = _largest(list(images.values()), tile)
    check_room(len(rows) * len(columns), size)
    painter = Painter(files, images, held_out, paint)
    return Panel(
        run=source.run,
        kind=name.kind,
        path=name.path,
        about=_about(columns[-1], len(order)),
        columns=columns_of(columns, drawn),
        rows=tuple(painter.head(row, order.index(row.image)) for row in rows),
        cells=tuple(tuple(_cells(painter, columns, row)) for row in rows),
        size=size,
        left_out=tuple(filter(None, (fewer_images, fewer_columns))),
        legend=legend(paint),
        faults=(*faults, *held_out_faults(held_out)),
    )


def held_out_faults(held_out: HeldOutPictures) -> Iterator[str]:
    """Yield what could not be read of the held-out images, in sentences."""
    for fault in held_out.faults:
        yield f"held-out images: {fault.message}"
    for image, file in held_out.files.items():
        if isinstance(file, str):
            yield f"held-out image {words.name(image)[:12]}: {file}"


def _images(
    held_out: HeldOutPictures, tile: TileSize
) -> Iterator[tuple[str, ByteArray]]:
    for name, file in held_out.files.items():
        picture = decoded(file) if isinstance(file, bytes) else None
        if picture is not None:
            yield name, fitted(picture, tile.of(*picture.shape[:2]))


def _largest(images: Sequence[ByteArray], tile: TileSize) -> tuple[int, int]:
    sizes = [image.shape[:2] for image in images] or [tile.of(1, 1)]
    return max(height for height, _ in sizes), max(width for _, width in sizes)


def _about(drawn: DrawnLayer, num_images: int) -> str:
    layer = maps_of(drawn)
    kind, method = words.name(layer.layer_kind), words.spelled(layer.method)
    return (
        f"{kind}, {method} at {layer.width} × {layer.height} for "
        f"{words.counted(num_images, 'held-out image')}"
    )


@dataclass(frozen=True)
class Painter:
    """Paints single rows.

    Attributes:
        files: raw maps, by the step where they lie.
        images: (h, w, 3) uint8 at the size shown, by content hash.
        held_out: what is known of them.
        paint: how.
    """

    files: Mapping[int, bytes]
    images: Mapping[str, ByteArray]
    held_out: HeldOutPictures
    paint: Paint

    def head(self, row: MapRow, index: int) -> Row:
        """Return the head of a row: the image, and what it should be."""
        label = words.class_name(self.held_out.class_names, row.label)
        notes = [label, words.spelled(row.target)]
        told = " · ".join(filter(None, notes[: 1 + row.is_one_of_several]))
        return Row(f"#{index}", told, self.images.get(row.image))

    def cell(self, drawn: DrawnLayer, row: MapRow) -> Cell:
        """Return one row at one capture."""
        layer, outcome = maps_of(drawn), outcome_of(drawn.capture)
        names = list(row_names(outcome))
        if (row.image, row.target) not in names:
            return Cell(None, "not drawn")
        place = names.index((row.image, row.target))
        image = outcome.row_image[place]
        picture = self._picture(drawn, row, place)
        status = layer.status[place]
        word = "" if status == _PLAIN else words.spelled(status)
        classes = self.held_out.class_names
        return Cell(
            picture=picture,
            word=MISSING if picture is None else word,
            caption=_caption(outcome, image, classes),
            is_right=outcome.correct[image],
            numbers=tuple(numbers_of(layer, outcome, place, classes)),
        )

    def _picture(
        self, drawn: DrawnLayer, row: MapRow, place: int
    ) -> ByteArray | None:
        layer, image = maps_of(drawn), self.images.get(row.image)
        values = self._map(drawn, layer, place)
        if image is None or values is None:
            return None
        own = layer.maximum[place] or 0.0
        top = row.top if self.paint.scale == "run" else own
        picture = painted(image, values, top, self.paint)
        return boxed(picture, self.held_out.images[row.image])

    def _map(
        self, drawn: DrawnLayer, layer: MapLayer, place: int
    ) -> FloatArray | None:
        file = self.files.get(picture_step(drawn), b"")
        length = layer.height * layer.width
        if len(file) != _FLOAT32.itemsize * length * len(layer.maximum):
            return None
        values = np.frombuffer(file, _FLOAT32, length, 4 * length * place)
        return values.reshape(layer.height, layer.width)


def _cells(
    painter: Painter, columns: Sequence[DrawnLayer], row: MapRow
) -> Iterator[Cell]:
    """Yield a row's cells; each knows whether the answer is another one."""
    before = None
    for drawn in columns:
        cell = painter.cell(drawn, row)
        outcome = outcome_of(drawn.capture)
        answers = dict(zip(outcome.images, outcome.prediction, strict=True))
        now = answers.get(row.image)
        is_flip = None not in (before, now) and before != now
        before = now
        yield replace(cell, is_flip=is_flip)


def _caption(outcome: Outcome, image: int, classes: Sequence[str]) -> str:
    value = output(outcome.value[image], outcome.value_kind, unit="")
    answer = words.class_name(classes, outcome.prediction[image])
    return f"{answer} {value}".strip()
