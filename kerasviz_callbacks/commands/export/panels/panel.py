"""What all files to share are made of: the pictures of one layer, in order.

Rows are filters or held-out images, columns captures, as in the tab.
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
        moment: `baseline`, `epoch 4`.
        event: what happened then; mostly empty.
    """

    step: int
    moment: str
    event: str


@dataclass(frozen=True)
class Row:
    """A filter, or a held-out image for what is explained of it.

    Attributes:
        name: `#3`.
        note: the label, or the target; may be empty.
        picture: (h, w, 3) uint8, the image itself; None for a filter.
    """

    name: str
    note: str
    picture: ByteArray | None = None


@dataclass(frozen=True)
class Cell:
    """One row at one capture.

    Attributes:
        picture: (h, w, 3) uint8 as it is to be shown; None: there is none.
        word: why there is none, or what is the matter with it; mostly empty.
        caption: what stands under it: the objective, or the prediction.
        is_right: whether the prediction is the label; None: not known.
        is_flip: whether it is another than at the column before.
        numbers: all that is known of it, by name, in words.
    """

    picture: ByteArray | None
    word: str = ""
    caption: str = ""
    is_right: bool | None = None
    is_flip: bool = False
    numbers: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        """Return what stands under the picture."""
        return " ".join(filter(None, (self.caption, self.word)))


@dataclass(frozen=True)
class Legend:
    """The colours of a scale, (h, w, 3) uint8, and what its ends mean."""

    colours: ByteArray
    least: str
    most: str


@dataclass(frozen=True)
class Panel:
    """The pictures of one layer of one run.

    Attributes:
        run: its name.
        kind: patterns or heatmaps.
        path: of the layer.
        about: method, and what rows there are, in words.
        columns: captures, by step.
        rows: as they are to be shown.
        cells: by row, then by column.
        size: (height, width) of every cell's picture, in pixels.
        legend: what the colours of heatmaps mean; None for patterns.
        left_out: what is there and not shown, in sentences.
        faults: what could not be read, in sentences.
    """

    run: str
    kind: Kind
    path: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    size: tuple[int, int]
    legend: Legend | None = None
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return what it shows, in words."""
        return f"{name(self.path)}, {_KINDS[self.kind]}"
