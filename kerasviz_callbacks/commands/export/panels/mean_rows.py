"""The mean heatmaps of a layer's classes in, rows of a panel out.

They show what all images of a class share, a watermark perhaps. As in the tab
(`tb_plugin/static/mean_rows.js`) all are on one scale: each mean sums to 1, and
full colour is twelve times the share of an even map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.commands.export import words
from kerasviz_callbacks.commands.export.panels.painting import Paint, painted
from kerasviz_callbacks.commands.export.panels.panel import MISSING, Cell, Row
from kerasviz_callbacks.commands.export.panels.raw_maps import map_at
from tb_plugin.findings.attention import maps_of
from tb_plugin.serving.payload import DrawnLayer, picture_step

_FULL_TIMES_EVEN = 12


@dataclass(frozen=True)
class MeanRows:
    """The rows of the classes' means.

    Attributes:
        files: mean maps, by the step where they lie; None for no rows.
        size: (height, width) of a picture.
        paint: colours and scale.
        class_names: of the classes.
    """

    files: Mapping[int, bytes] | None
    size: tuple[int, int]
    paint: Paint
    class_names: tuple[str, ...]

    def lines(
        self, columns: Sequence[DrawnLayer], most: int
    ) -> tuple[list[tuple[Row, tuple[Cell, ...]]], str]:
        """Return the rows with their cells, and what is left out."""
        if self.files is None:
            return [], ""
        all_means = {c for each in columns for c in maps_of(each).mean_class}
        lines = []
        for index in sorted(all_means)[:most]:
            row = Row("mean", words.class_name(self.class_names, index))
            cells = tuple(self._cell(each, index) for each in columns)
            lines.append((row, cells))
        if len(all_means) <= most:
            return lines, ""
        return lines, f"means of {most} of {len(all_means)} classes are shown"

    def _cell(self, drawn: DrawnLayer, index: int) -> Cell:
        layer = maps_of(drawn)
        if index not in layer.mean_class:
            return Cell(None, "no evidence")
        place = layer.mean_class.index(index)
        count = words.counted(layer.mean_count[place], "image")
        size = len(layer.mean_class), layer.height, layer.width
        file = (self.files or {}).get(picture_step(drawn))
        values = map_at(file, size, place)
        if values is None:
            return Cell(None, MISSING)
        full = _FULL_TIMES_EVEN / values.size
        own = float(np.max(values, initial=0.0))
        top = full if self.paint.scale == "run" else own
        ground = np.zeros((*self.size, 3), np.uint8)
        alone = Paint(self.paint.colormap, 1.0, self.paint.scale)
        return Cell(painted(ground, values, top, alone), caption=count)
