"""A layer's raw heatmaps in, the panel that shows them on the images out."""

from collections.abc import Iterator, Sequence

from kerasviz_callbacks.arrays import ByteArray
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
    shown_images,
)
from kerasviz_callbacks.commands.export.panels.decoding import (
    TileSize,
    check_room,
)
from kerasviz_callbacks.commands.export.panels.map_rows import (
    images_of,
    rows_of,
)
from kerasviz_callbacks.commands.export.panels.mean_rows import MeanRows
from kerasviz_callbacks.commands.export.panels.painting import Paint, legend
from kerasviz_callbacks.commands.export.panels.panel import Panel
from kerasviz_callbacks.commands.export.panels.source import (
    Source,
    columns_of,
    faults_of,
)
from tb_plugin.findings.attention import maps_of
from tb_plugin.serving.payload import DrawnLayer


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
    images = dict(shown_images(held_out, tile))
    size = _largest(list(images.values()), tile)
    check_room(len(rows) * len(columns), size)
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
    """Return the mean maps by step; None where only images are asked for."""
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
