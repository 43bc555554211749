"""Turns the options of the command line into a request."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from kerasviz_callbacks.commands.export.choosing import Choice
from kerasviz_callbacks.commands.export.panels.decoding import TileSize
from kerasviz_callbacks.commands.export.panels.of_run import Look
from kerasviz_callbacks.commands.export.panels.painting import Paint
from kerasviz_callbacks.commands.export.paper.graphic import Theme, ground_of
from tb_plugin.contract import KINDS

ANIMATIONS = (".gif", ".apng")
PAPER = (".png", ".jpg", ".pdf")
_TEXT_INCHES = 7 / 72  # seven points
_TILE_INCHES = 0.64  # a caption has room below
_MOST_TIMES = 1.7
_REPORT_TILE = TileSize(64, 144)  # small files: a browser enlarges
_REPORT_HEATMAP_TILE = TileSize(128, 144)
_SCREEN_DPI = 150
_LAYERS = 6
_ROWS, _SHEET_ROWS = 8, 64
_COLUMNS, _FRAMES = 14, 200


@dataclass(frozen=True)
class Request:
    """What is to be made.

    Attributes:
        to: File to write.
        choice: What of the log to show.
        look: How to show its pictures.
        is_sheet: Whether only the last capture is shown.
        dpi: Resolution of paper, in pixels per inch.
        line_px: Height of a line of text, in pixels.
        fps: Frames per second.
        theme: Colors of the ground and of text.
    """

    to: Path
    choice: Choice
    look: Look
    is_sheet: bool
    dpi: int
    line_px: float
    fps: float
    theme: Theme


def request_of(options: argparse.Namespace) -> Request:
    """Return the request, with the defaults of the file's format.

    Raises:
        ValueError: The format cannot be laid out as asked.
    """
    ending = options.to.suffix.lower()
    if options.layout and ending not in PAPER:
        raise ValueError(
            f"--as lays out {', '.join(PAPER)} alone — got {options.to}. "
            "Drop it, or name another file."
        )
    if options.theme and ending == ".html":
        raise ValueError(
            "--theme is for pictures and animations: a report follows the "
            "reader's own. Drop it, or name another file."
        )
    theme: Theme = options.theme or "light"
    is_animation = ending in ANIMATIONS
    is_sheet = options.layout == "sheet"
    dpi = _SCREEN_DPI if is_animation else options.dpi
    columns = _FRAMES if is_animation else _COLUMNS
    count = options.filters if isinstance(options.filters, int) else None
    choice = Choice(
        runs=tuple(options.runs),
        kinds=(options.kind,) if options.kind else KINDS,
        layers=tuple(options.layers),
        filters=options.filters if isinstance(options.filters, tuple) else (),
        images=options.image_indices,
        steps=options.captures,
        num_layers=options.max_layers or _LAYERS,
        num_rows=options.rows or (_SHEET_ROWS if is_sheet else _ROWS),
        num_filters=count,
        num_columns=1 if is_sheet else options.columns or columns,
    )
    return Request(
        to=options.to,
        choice=choice,
        look=_look(options, ending, dpi, theme),
        is_sheet=is_sheet,
        dpi=dpi,
        line_px=_TEXT_INCHES * dpi,
        fps=options.fps,
        theme=theme,
    )


def _look(
    options: argparse.Namespace, ending: str, dpi: int, theme: Theme
) -> Look:
    paint = Paint(options.colormap, options.opacity, options.scale)
    least = round(_TILE_INCHES * dpi)
    tile = heatmap_tile = TileSize(least, round(_MOST_TIMES * least))
    if ending == ".html":
        tile, heatmap_tile = _REPORT_TILE, _REPORT_HEATMAP_TILE
    if options.tile:
        tile = heatmap_tile = TileSize(options.tile, options.tile)
    return Look(tile, heatmap_tile, paint, ground_of(theme))
