"""A finding in, the pictures before and after it out."""

from collections.abc import Iterator

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export.log import OpenLog
from kerasviz_callbacks.commands.export.panels.decoding import decoded, fitted
from kerasviz_callbacks.commands.export.panels.of_run import Look
from kerasviz_callbacks.commands.export.panels.painting import painted
from kerasviz_callbacks.commands.export.panels.patterns import tile_of
from kerasviz_callbacks.commands.export.panels.raw_maps import map_at
from tb_plugin.findings.finding import Finding, Tile
from tb_plugin.serving.params import LayerQuestion


def finding_pictures(
    log: OpenLog, run: str, finding: Finding, look: Look
) -> Iterator[tuple[int, ByteArray]]:
    """Yield the pictures of a finding that are there, with their steps.

    Heatmaps are on one scale, up to the largest of them.
    """
    question = LayerQuestion(run, finding.kind, finding.path)
    steps = sorted({tile.picture_step for tile in finding.tiles})
    files = dict(log.pictures(question, steps))
    names = {tile.image for tile in finding.tiles if tile.image}
    images = log.held_out(run, finding.stream, names).files if names else {}
    top = max((tile.maximum or 0.0 for tile in finding.tiles), default=0.0)
    for tile in finding.tiles:
        file = files[tile.picture_step]
        below = images.get(tile.image or "")
        picture = _of_pattern(tile, file, look)
        if tile.map_size is not None and isinstance(below, bytes):
            picture = _of_map(tile, file, below, top, look)
        if picture is not None:
            yield tile.step, picture


def _of_pattern(tile: Tile, file: bytes | str, look: Look) -> ByteArray | None:
    sheet = decoded(file) if isinstance(file, bytes) else None
    if sheet is None or tile.sheet is None:
        return None
    picture = tile_of(tile.sheet, tile.place, sheet)
    if picture is None:
        return None
    return fitted(picture, look.tile.of(*picture.shape[:2]))


def _of_map(
    tile: Tile, file: bytes | str, below: bytes, top: float, look: Look
) -> ByteArray | None:
    image = decoded(below)
    if image is None or tile.map_size is None:
        return None
    values = map_at(file, tile.map_size, tile.place)
    if values is None:
        return None
    shown = fitted(image, look.map_tile.of(*image.shape[:2]))
    return painted(shown, values, top, look.paint)
