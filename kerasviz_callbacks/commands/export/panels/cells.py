"""Rows and cells of a panel of heatmaps: which there are, and how they look.

A capture identifies its rows by position. Over captures a row is followed by
the content of its image and by what is explained.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.log import HeldOutPictures
from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    decoded,
    fitted,
    heatmap_at,
)
from kerasviz_callbacks.commands.export.panels.painting import (
    Paint,
    boxed,
    painted,
)
from kerasviz_callbacks.commands.export.panels.panel import (
    MISSING,
    Cell,
    RowHead,
)
from tb_plugin.contract import MapLayer, Outcome
from tb_plugin.findings import heatmaps_of, outcome_of
from tb_plugin.reading import DrawnLayer, picture_step


@dataclass(frozen=True)
class HeatmapRow:
    """One row over all captures.

    Attributes:
        image: Content hash of the image.
        target: What is explained, in words.
        is_one_of_several: Whether the image has other rows too.
        top: Largest value of its heatmaps in the whole run.
        label: Class index that the user gave.
    """

    image: str
    target: str
    is_one_of_several: bool
    top: float
    label: int | None


def images_of(drawn: Sequence[DrawnLayer]) -> list[str]:
    """Return the content hashes of all images, newest order first."""
    newest = [outcome_of(each.capture).images for each in reversed(drawn)]
    return list(dict.fromkeys(name for images in newest for name in images))


def rows_of(
    drawn: Sequence[DrawnLayer], images: Sequence[str]
) -> list[HeatmapRow]:
    """Return the rows of these images, image by image."""
    tops: dict[tuple[str, str], float] = {}
    labels: dict[str, int | None] = {}
    for each in drawn:
        outcome, layer = outcome_of(each.capture), heatmaps_of(each)
        labels.update(zip(outcome.images, outcome.label, strict=True))
        for place, name in enumerate(row_names(outcome)):
            largest = layer.maximum[place] or 0.0
            tops[name] = max(tops.get(name, 0.0), largest)
    rows = []
    for image in images:
        targets = [target for each, target in tops if each == image]
        for target in targets:
            top, is_several = tops[image, target], len(targets) > 1
            label = labels.get(image)
            rows.append(HeatmapRow(image, target, is_several, top, label))
    return rows


def row_names(outcome: Outcome) -> Iterable[tuple[str, str]]:
    """Return image and target of each row of a capture."""
    images = [outcome.images[index] for index in outcome.row_image]
    return zip(images, outcome.row_target, strict=True)


def numbers_of(
    layer: MapLayer, outcome: Outcome, place: int, names: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """Yield all that a capture says of a row: names and values in words."""
    image = outcome.row_image[place]
    best = zip(
        outcome.top_classes[image], outcome.top_values[image], strict=False
    )
    for index, value in best:
        told = output(value, outcome.value_kind)
        yield f"predicts {words.class_name(names, index)}", told
    score = words.number(outcome.row_score[place])
    target = words.class_name(names, outcome.row_class[place])
    yield "explained", target or words.spelled(outcome.row_target[place])
    yield f"its {words.spelled(outcome.row_score_kind)}", score
    for name, column in (
        ("its confidence", outcome.row_confidence),
        ("overlap with the box asked for", outcome.row_overlap),
    ):
        if column and column[place] is not None:
            yield name, words.percent(column[place])
    yield "largest value", words.number(layer.maximum[place])
    yield "map", words.spelled(layer.status[place])
    for name, values in layer.measures.items():
        if values[place] is not None:
            yield words.spelled(name), words.number(values[place])


def output(value: float | None, kind: str, unit: str = "%") -> str:
    """Return a model's output in words: a probability in percent."""
    if kind == "probability":
        return words.percent(value, unit)
    return words.number(value)


_PLAIN = "ok"


@dataclass(frozen=True)
class Painter:
    """Paints single rows.

    Attributes:
        files: Raw heatmaps, by the step where they lie.
        images: (h, w, 3) uint8 images as shown, by content hash.
        held_out: Records of the images.
        paint: How to paint.
    """

    files: Mapping[int, bytes]
    images: Mapping[str, ByteArray]
    held_out: HeldOutPictures
    paint: Paint

    def lines(
        self,
        columns: Sequence[DrawnLayer],
        rows: Iterable[HeatmapRow],
        order: Sequence[str],
    ) -> Iterator[tuple[RowHead, tuple[Cell, ...]]]:
        """Yield the head of each row, and its cell at each capture.

        Args:
            columns: The captures.
            rows: The rows to paint.
            order: Content hashes of all images, which numbers them.
        """
        for row in rows:
            head = self._head(row, order.index(row.image))
            yield head, self._cells(columns, row)

    def _head(self, row: HeatmapRow, index: int) -> RowHead:
        label = words.class_name(self.held_out.class_names, row.label)
        notes = [label, words.spelled(row.target)]
        told = " · ".join(filter(None, notes[: 1 + row.is_one_of_several]))
        return RowHead(f"#{index}", told, self.images.get(row.image))

    def _cells(
        self, columns: Sequence[DrawnLayer], row: HeatmapRow
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

    def _cell(self, drawn: DrawnLayer, row: HeatmapRow) -> Cell:
        layer, outcome = heatmaps_of(drawn), outcome_of(drawn.capture)
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
        self, drawn: DrawnLayer, row: HeatmapRow, place: int
    ) -> ByteArray | None:
        layer, image = heatmaps_of(drawn), self.images.get(row.image)
        size = len(layer.maximum), layer.height, layer.width
        values = heatmap_at(self.files.get(picture_step(drawn)), size, place)
        if image is None or values is None:
            return None
        own = layer.maximum[place] or 0.0
        top = row.top if self.paint.scale == "run" else own
        picture = painted(image, values, top, self.paint)
        return boxed(picture, self.held_out.images[row.image])


def shown_images(
    held_out: HeldOutPictures, tile: TileSize
) -> Iterator[tuple[str, ByteArray]]:
    """Yield each readable image, by its hash, at its size."""
    for name, file in held_out.files.items():
        picture = decoded(file) if isinstance(file, bytes) else None
        if picture is not None:
            yield name, fitted(picture, tile.of(*picture.shape[:2]))


def _caption(outcome: Outcome, image: int, classes: Sequence[str]) -> str:
    value = output(outcome.value[image], outcome.value_kind, unit="")
    answer = words.class_name(classes, outcome.prediction[image])
    return f"{answer} {value}".strip()
