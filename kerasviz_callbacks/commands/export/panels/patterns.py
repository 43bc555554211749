"""Builds the panel of a layer's filter patterns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kerasviz_callbacks.arrays import ByteArray, counted
from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.choosing import (
    Choice,
    LayerName,
    chosen_columns,
    chosen_filters,
)
from kerasviz_callbacks.commands.export.panels.crops import strongest_crops
from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    decoded,
    fitted,
    tile_of,
)
from kerasviz_callbacks.commands.export.panels.exemplars import (
    class_notes,
    exemplar_squares,
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
from kerasviz_callbacks.commands.export.paper.graphic import Colour
from tb_plugin.contract import PatternLayer
from tb_plugin.findings import fates, patterns_of
from tb_plugin.reading import DrawnLayer, picture_step

_PLAIN = "live"
_NOT_DRAWN = Cell(None, "not drawn")
_CROPS = "; crop: strongest at the last capture"
_EXEMPLARS = "; beside each: the images that activate it most at the last one"


def pattern_panel(
    source: Source,
    name: LayerName,
    drawn: Sequence[DrawnLayer],
    choice: Choice,
    tile: TileSize,
    ground: Colour,
) -> Panel | None:
    """Return the panel; None if no requested capture drew the layer."""
    columns, fewer_columns = chosen_columns(choice, drawn)
    if not columns:
        return None
    filters, fewer_filters = chosen_filters(choice, drawn)
    last = patterns_of(columns[-1])
    size = tile.of(last.sheet.picture_height, last.sheet.picture_width)
    source.room.take(len(filters) * (len(columns) + 1), size)
    files, faults = faults_of(source.pictures(name, columns))
    beside, about = _beside(source, name, columns[-1], filters, size, ground)
    notes = class_notes(columns[-1])
    return Panel(
        run=source.run,
        kind=name.kind,
        path=name.path,
        about=_about(last) + about,
        columns=columns_of(columns, drawn),
        rows=tuple(
            RowHead(
                f"#{index}",
                _status(last, index) or notes.get(index, ""),
                beside.get(index),
            )
            for index in filters
        ),
        cells=_cells(columns, filters, files, size),
        size=size,
        left_out=tuple(filter(None, (fewer_filters, fewer_columns))),
        faults=tuple(faults),
    )


def _beside(
    source: Source,
    name: LayerName,
    last: DrawnLayer,
    filters: Sequence[int],
    size: tuple[int, int],
    ground: Colour,
) -> tuple[Mapping[int, ByteArray], str]:
    """Return a picture beside each filter's name, and what they show."""
    if squares := exemplar_squares(source, name, last, filters, size, ground):
        return squares, _EXEMPLARS
    crops = strongest_crops(source, name, patterns_of(last), filters, size)
    return crops, _CROPS if crops else ""


def _about(layer: PatternLayer) -> str:
    counts = Counter(layer.status)
    stand = ", ".join(f"{n} {words.spelled(s)}" for s, n in counts.items())
    drawn = f"{len(layer.filters)} of {counted(layer.num_filters, 'filter')}"
    kind = words.name(layer.layer_kind)
    return f"{kind}, {drawn}: {stand}{_lineage(layer)}"


def _lineage(layer: PatternLayer) -> str:
    """Return what became of the filters since the baseline, where known."""
    kept, changed, rewritten = fates(layer)
    if not kept + changed + rewritten:
        return ""
    return (
        f"; since the baseline {kept} kept their meaning, {changed} changed, "
        f"{rewritten} rewritten"
    )


def _status(layer: PatternLayer, index: int) -> str:
    if index not in layer.filters:
        return "no longer drawn"
    status = layer.status[layer.filters.index(index)]
    return "" if status == _PLAIN else words.spelled(status)


def _cells(
    columns: Sequence[DrawnLayer],
    filters: Sequence[int],
    files: Mapping[int, bytes],
    size: tuple[int, int],
) -> tuple[tuple[Cell, ...], ...]:
    by_column: list[list[Cell]] = []
    sheets: dict[int, ByteArray | None] = {}
    for drawn in columns:
        layer = patterns_of(drawn)
        step = picture_step(drawn)
        if step not in sheets:  # one at a time: decoded, they are large
            sheets = {step: decoded(files[step]) if step in files else None}
        by_column.append(
            [_cell(layer, index, sheets[step], size) for index in filters]
        )
    return tuple(zip(*by_column, strict=True))


def _cell(
    layer: PatternLayer,
    index: int,
    sheet: ByteArray | None,
    size: tuple[int, int],
) -> Cell:
    if index not in layer.filters:
        return _NOT_DRAWN
    place = layer.filters.index(index)
    status = layer.status[place]
    is_plain = status == _PLAIN
    picture = None if sheet is None else tile_of(layer.sheet, place, sheet)
    return Cell(
        picture=None if picture is None else fitted(picture, size),
        word=MISSING if picture is None else "",
        caption=words.number(layer.objective[place])
        if is_plain
        else words.spelled(status),
        numbers=tuple(_numbers(layer, place)),
    )


def _numbers(layer: PatternLayer, place: int) -> Iterable[tuple[str, str]]:
    yield "objective", words.number(layer.objective[place])
    yield "status", words.spelled(layer.status[place])
    yield "drawn", words.spelled(layer.origin[place])
    for name, values in layer.measures.items():
        if values[place] is not None:
            yield words.spelled(name), words.number(values[place])
