"""Lays out a panel as a film strip or a contact sheet.

A film strip has a row per filter or image and a column per capture. A contact
sheet shows all rows at one capture, side by side.
"""

from collections.abc import Iterator

from kerasviz_callbacks.commands.export.panels.painting import hatched
from kerasviz_callbacks.commands.export.panels.panel import (
    Cell,
    Column,
    Legend,
    Panel,
    RowHead,
)
from kerasviz_callbacks.commands.export.paper.graphic import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    MUTED,
    Bar,
    Bitmap,
    Graphic,
    Item,
    Text,
    with_margin,
)
from kerasviz_callbacks.commands.export.words import name
from kerasviz_callbacks.pictures import num_columns

# Lengths in lines of text.
_TITLE = 3.6
_HEAD = 3.2
_NAME = 9.0
_CAPTION = 1.9
_GAP = 0.5
_REMARK = 1.4
_LEGEND = 6.2
_MARGIN = 1.0
_LEAST_WIDTH = 44.0
_BREAKS = 4  # pieces of a broken bar
_MAX_FAULTS = 3


class Layout:
    """Places the pictures of a panel.

    Args:
        panel: Panel to show.
        line_px: Height of a line of text, in pixels.
    """

    def __init__(self, panel: Panel, line_px: float) -> None:
        self._panel = panel
        self._line = line_px
        self._height, self._width = panel.size
        gap = self._lines(_GAP)
        self._pitch_x = self._width + gap
        self._pitch_y = self._height + self._lines(_CAPTION) + gap
        self._top = self._lines(_TITLE)

    def strip(self) -> Graphic:
        """Return the film strip: rows of captures."""
        items = [*self._strip_items()]
        return self._finished(items, " over training")

    def sheet(self, column: int = -1, num_across: int | None = None) -> Graphic:
        """Return the contact sheet: all rows at one capture.

        Args:
            column: Index of the capture. Defaults to the last.
            num_across: Tiles in a line. Defaults to about a square.
        """
        fitting = self._lines(_LEAST_WIDTH) // self._sheet_pitch()
        across = num_across or max(num_columns(len(self._panel.rows)), fitting)
        items = [*self._sheet_items(column, across)]
        at = self._panel.columns[column]
        when = ", ".join(filter(None, (at.moment, f"step {at.step}", at.event)))
        return self._finished(items, f" at {when}")

    def _lines(self, count: float) -> int:
        return round(count * self._line)

    def _finished(self, items: list[Item], when: str) -> Graphic:
        least = self._lines(_LEAST_WIDTH)
        width = max(least, *(item.right for item in items))
        below = max(item.bottom for item in items)
        titles = self._titles(width, when)
        remarks = self._remarks(width, below)
        return with_margin([*titles, *items, *remarks], self._lines(_MARGIN))

    def _titles(self, width: int, when: str) -> Iterator[Item]:
        panel, size = self._panel, self._line
        title = f"{panel.title}{when}"
        yield Text(0, 0, width, 1.3 * size, title, is_bold=True)
        about = f"{name(panel.run)}: {panel.about}"
        yield Text(0, self._lines(1.8), width, size, about, MUTED)

    def _remarks(self, width: int, top: int) -> Iterator[Item]:
        panel = self._panel
        faults = [f"not readable: {each}" for each in panel.faults]
        if len(faults) > _MAX_FAULTS:
            more = f"not readable: {len(faults) - _MAX_FAULTS} more"
            faults = [*faults[:_MAX_FAULTS], more]
        y = top + self._lines(0.4)
        if panel.legend is not None:
            yield from self._legend(panel.legend, width, y)
            y += self._lines(_REMARK)
        for remark in [*panel.left_out, *faults]:
            yield Text(0, y, width, 0.9 * self._line, remark, MUTED)
            y += self._lines(_REMARK)

    def _legend(self, legend: Legend, width: int, top: int) -> Iterator[Item]:
        size, left = 0.9 * self._line, self._lines(_LEGEND)
        right = left + legend.colours.shape[1] + self._lines(_GAP)
        yield Text(0, top, left, size, legend.least, MUTED)
        yield Bitmap(left, top + 2, legend.colours)
        yield Text(right, top, width - right, size, legend.most, MUTED)

    def _strip_items(self) -> Iterator[Item]:
        panel = self._panel
        has_images = any(row.picture is not None for row in panel.rows)
        head = self._lines(_NAME)
        first = head + (self._pitch_x if has_images else 0)
        for i, column in enumerate(panel.columns):
            yield from self._column_head(column, first + i * self._pitch_x)
        below = self._top + self._lines(_HEAD)
        for j, row in enumerate(panel.rows):
            y = below + j * self._pitch_y
            yield from self._row_head(row, y, head)
            for i, cell in enumerate(panel.cells[j]):
                yield from self._cell(cell, first + i * self._pitch_x, y)

    def _sheet_items(self, column: int, across: int) -> Iterator[Item]:
        pitch = self._sheet_pitch()
        for j, row in enumerate(self._panel.rows):
            y, x = j // across * self._pitch_y, j % across * pitch
            cell, top = self._panel.cells[j][column], self._top + y
            yield from self._cell(cell, x, top, row.name + "  ")
            if self._has_crops() and row.picture is not None:
                yield Bitmap(x + self._width, top, row.picture)

    def _has_crops(self) -> bool:
        """Return whether filters have crops, which stand beside them."""
        panel = self._panel
        return panel.kind == "filter_patterns" and any(
            row.picture is not None for row in panel.rows
        )

    def _sheet_pitch(self) -> int:
        return self._pitch_x + (self._width if self._has_crops() else 0)

    def _column_head(self, column: Column, left: int) -> Iterator[Item]:
        size, width = self._line, self._width
        small = 0.85 * size
        lines = [
            (column.event if column.event != "baseline" else "", ACCENT, small),
            (column.moment, INK, size),
            (f"step {column.step}", MUTED, small),
        ]
        for i, (text, colour, height) in enumerate(lines):
            y = self._top + self._lines(i)
            place = (left, y, width, height)
            yield Text(*place, text, colour, i == 1, is_centred=True)

    def _row_head(self, row: RowHead, top: int, width: int) -> Iterator[Item]:
        size, room = self._line, width - self._lines(_GAP)
        yield Text(0, top, room, size, row.name, is_bold=True)
        yield Text(0, top + self._lines(1.4), room, size, row.note, MUTED)
        if row.picture is not None:
            yield Bitmap(width, top, row.picture)

    def _cell(
        self, cell: Cell, left: int, top: int, before: str = ""
    ) -> Iterator[Item]:
        pixels = cell.picture
        if pixels is None:
            pixels = hatched(self._panel.size)
        yield Bitmap(left, top, pixels)
        below = top + self._height
        if cell.is_right is not None:
            yield from self._verdict(cell.is_right, left, below)
        mark = "◆ " if cell.is_flip else ""
        said = cell.word if cell.picture is None else cell.said
        size, y = 0.9 * self._line, below + self._lines(0.4)
        text = f"{before}{mark}{said}"
        yield Text(left, y, self._width, size, text, is_centred=not before)

    def _verdict(self, is_right: bool, left: int, top: int) -> Iterator[Item]:
        """Yield a whole green bar for right, a broken red one for wrong."""
        thick, width = max(2, self._lines(0.2)), self._width
        top += 1
        if is_right:
            yield Bar(left, top, width, thick, GOOD)
            return
        piece = width / (2 * _BREAKS - 1)
        for i in range(_BREAKS):
            x = left + round(2 * i * piece)
            yield Bar(x, top, round(piece), thick, BAD)
