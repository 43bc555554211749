"""The type that all exported files are made from: a layer's pictures, in order.

As in the tab, rows are filters or held-out images and columns are captures.
"""

from dataclasses import dataclass

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export.words import name
from tb_plugin.contract import Kind

MISSING = "missing"
_KINDS = {"filter_patterns": "patterns", "grad_cam": "heatmaps"}


@dataclass(frozen=True)
class Column:
    """A capture.

    Attributes:
        step: TensorBoard's x axis.
        moment: When it was, as `baseline` or `epoch 4`.
        event: What happened then; often empty.
    """

    step: int
    moment: str
    event: str


@dataclass(frozen=True)
class RowHead:
    """A filter, or a held-out image with what is explained of it.

    Attributes:
        name: Name of the row, as `#3`.
        note: Label or target; may be empty.
        picture: (h, w, 3) uint8, the image itself, or the crop that activates
            the filter most; None if there is none.
    """

    name: str
    note: str
    picture: ByteArray | None = None


@dataclass(frozen=True)
class Cell:
    """One row at one capture.

    Attributes:
        picture: (h, w, 3) uint8 as it is shown; None if there is none.
        word: Why there is none, or what is wrong with it; often empty.
        caption: Text below it: the objective, or the prediction.
        is_right: Whether the prediction is the label; None if unknown.
        is_flip: Whether the prediction differs from the previous column's.
        numbers: Everything known about it: names and values in words.
    """

    picture: ByteArray | None
    word: str = ""
    caption: str = ""
    is_right: bool | None = None
    is_flip: bool = False
    numbers: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        """Return the text below the picture."""
        return " ".join(filter(None, (self.caption, self.word)))


@dataclass(frozen=True)
class Legend:
    """The colors of a scale, (h, w, 3) uint8, and what its ends mean."""

    colours: ByteArray
    least: str
    most: str


@dataclass(frozen=True)
class Panel:
    """The pictures of one layer of one run.

    Attributes:
        run: Name of the run.
        kind: Patterns or heatmaps.
        path: Path of the layer.
        about: Method and rows, in words.
        columns: Captures, by step.
        rows: Rows, in the order shown.
        cells: Cells by row, then by column.
        size: (height, width) of every cell's picture, in pixels.
        legend: Color scale of heatmaps; None for patterns.
        left_out: What exists and is not shown, in sentences.
        faults: What could not be read, in sentences.
    """

    run: str
    kind: Kind
    path: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[RowHead, ...]
    cells: tuple[tuple[Cell, ...], ...]
    size: tuple[int, int]
    legend: Legend | None = None
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return what the panel shows, in words."""
        return f"{name(self.path)}, {_KINDS[self.kind]}"
