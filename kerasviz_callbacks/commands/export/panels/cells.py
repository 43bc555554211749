"""Raw heatmaps and the images below in, the cells of a panel out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.log import HeldOutPictures
from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    decoded,
    fitted,
)
from kerasviz_callbacks.commands.export.panels.map_rows import (
    MapRow,
    numbers_of,
    output,
    row_names,
)
from kerasviz_callbacks.commands.export.panels.painting import (
    Paint,
    boxed,
    painted,
)
from kerasviz_callbacks.commands.export.panels.panel import MISSING, Cell, Row
from kerasviz_callbacks.commands.export.panels.raw_maps import map_at
from tb_plugin.contract import Outcome
from tb_plugin.findings.attention import maps_of
from tb_plugin.findings.finding import outcome_of
from tb_plugin.serving.payload import DrawnLayer, picture_step

_PLAIN = "ok"


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

    def lines(
        self,
        columns: Sequence[DrawnLayer],
        rows: Iterable[MapRow],
        order: Sequence[str],
    ) -> Iterator[tuple[Row, tuple[Cell, ...]]]:
        """Yield each row's head, and its cell at each capture.

        Args:
            columns: the captures.
            rows: which rows.
            order: content hashes of all images, which numbers them.
        """
        for row in rows:
            head = self._head(row, order.index(row.image))
            yield head, self._cells(columns, row)

    def _head(self, row: MapRow, index: int) -> Row:
        label = words.class_name(self.held_out.class_names, row.label)
        notes = [label, words.spelled(row.target)]
        told = " · ".join(filter(None, notes[: 1 + row.is_one_of_several]))
        return Row(f"#{index}", told, self.images.get(row.image))

    def _cells(
        self, columns: Sequence[DrawnLayer], row: MapRow
    ) -> tuple[Cell, ...]:
        before, cells = None, []
        for drawn in columns:
            cell = self._cell(drawn, row)
            outcome = outcome_of(drawn.capture)
            answers = dict(zip(outcome.images, outcome.prediction, strict=True))
            now = answers.get(row.image)
            is_flip = None not in (before, now) and before != now
            before = now
            cells.append(replace(cell, is_flip=is_flip))
        return tuple(cells)

    def _cell(self, drawn: DrawnLayer, row: MapRow) -> Cell:
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
        size = len(layer.maximum), layer.height, layer.width
        values = map_at(self.files.get(picture_step(drawn)), size, place)
        if image is None or values is None:
            return None
        own = layer.maximum[place] or 0.0
        top = row.top if self.paint.scale == "run" else own
        picture = painted(image, values, top, self.paint)
        return boxed(picture, self.held_out.images[row.image])


def shown_images(
    held_out: HeldOutPictures, tile: TileSize
) -> Iterator[tuple[str, ByteArray]]:
    """Yield each image that can be read, by its hash, at its size."""
    for name, file in held_out.files.items():
        picture = decoded(file) if isinstance(file, bytes) else None
        if picture is not None:
            yield name, fitted(picture, tile.of(*picture.shape[:2]))


def _caption(outcome: Outcome, image: int, classes: Sequence[str]) -> str:
    value = output(outcome.value[image], outcome.value_kind, unit="")
    answer = words.class_name(classes, outcome.prediction[image])
    return f"{answer} {value}".strip()
