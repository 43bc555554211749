"""Builds all panels of a run."""

from collections.abc import Sequence
from dataclasses import dataclass

from kerasviz_callbacks.commands.export.choosing import (
    Choice,
    LayerName,
    chosen_columns,
    chosen_layers,
    drawings_of,
)
from kerasviz_callbacks.commands.export.log import OpenLog, RunRecords
from kerasviz_callbacks.commands.export.panels.decoding import Room, TileSize
from kerasviz_callbacks.commands.export.panels.heatmaps import heatmap_panel
from kerasviz_callbacks.commands.export.panels.painting import Paint
from kerasviz_callbacks.commands.export.panels.panel import Panel
from kerasviz_callbacks.commands.export.panels.patterns import pattern_panel
from kerasviz_callbacks.commands.export.panels.source import OnDone, Source
from kerasviz_callbacks.commands.export.paper.graphic import Colour
from tb_plugin.reading import DrawnLayer, picture_step


@dataclass(frozen=True)
class Look:
    """How pictures are shown: their size and colors.

    Attributes:
        tile: Tile of patterns, which are enlarged pixel by pixel.
        heatmap_tile: Tile of heatmaps, which are smooth, painted at that size.
        paint: Colors of heatmaps.
        ground: Color where a filter has fewer than nine exemplars.
    """

    tile: TileSize
    heatmap_tile: TileSize
    paint: Paint
    ground: Colour


@dataclass(frozen=True)
class RunPanels:
    """What is shown of a run.

    Attributes:
        records: Records of the run.
        panels: One panel for each layer shown.
        left_out: Which layers are not shown, in a sentence; often empty.
    """

    records: RunRecords
    panels: tuple[Panel, ...]
    left_out: str


def run_panels(
    log: OpenLog,
    records: RunRecords,
    choice: Choice,
    look: Look,
    on_done: OnDone,
    room: Room,
) -> RunPanels:
    """Return the panels of one run; `room` is that of the whole file."""
    drawings = drawings_of(records)
    names, left_out = chosen_layers(choice, drawings)
    source = Source(log, records.run, on_done, room)
    panels = [_panel(source, n, drawings[n], choice, look) for n in names]
    kept = tuple(panel for panel in panels if panel is not None)
    return RunPanels(records, kept, left_out)


def num_pictures(records: RunRecords, choice: Choice) -> int:
    """Return how many pictures `run_panels` will read."""
    drawings = drawings_of(records)
    names, _ = chosen_layers(choice, drawings)
    return sum(len(_steps(drawings[name], choice)) for name in names)


def _steps(drawn: Sequence[DrawnLayer], choice: Choice) -> set[int]:
    return {picture_step(each) for each in chosen_columns(choice, drawn)[0]}


def _panel(
    source: Source,
    name: LayerName,
    drawn: Sequence[DrawnLayer],
    choice: Choice,
    look: Look,
) -> Panel | None:
    if name.kind == "filter_patterns":
        return pattern_panel(
            source, name, drawn, choice, look.tile, look.ground
        )
    return heatmap_panel(
        source, name, drawn, choice, look.heatmap_tile, look.paint
    )
