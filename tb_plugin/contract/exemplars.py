"""The record of the images that activate a layer's filters most.

Exemplars are parts of real images, of a pool or of the held-out images. They
tell a person what a filter sees better than its pattern does (Borowski et al.
2021, https://arxiv.org/abs/2010.12606).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tb_plugin.contract.decode import ContractError, check_columns
from tb_plugin.contract.sheet import Sheet

MAX_EXEMPLARS = 64  # of one filter; nine are written
MAX_BINS = 256
MAX_SAMPLED = 4096  # images; 200 are written
_EDGES = 4

# One row per filter.
Rows: TypeAlias = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Exemplars:
    """The exemplars of a layer's filters, and what the images say of each.

    Row `i` of every column belongs to filter `filters[i]` of the layer. A row
    of exemplars has at most `sheet.columns` of them, the strongest first, each
    of another image. After the first `num_strongest` of a row come images that
    activate the filter less: near 75, 50 and 25% of the strongest. The crop of
    exemplar `j` is tile `i * sheet.columns + j` of the layer's second
    picture.

    Attributes:
        sheet: Layout of the crops.
        num_images: Number of images that were looked at.
        is_of_pool: Whether they are a pool (`pool=`), or else the held-out
            images.
        height: Height of what a position of the layer sees, as a share of the
            image; a crop shows that much.
        width: Its width.
        classes: Names of the classes that occur below.
        class_count: Number of images of each of them, among all that were
            looked at.
        image: Index of each exemplar's image in the pool.
        hash: Content hash of it.
        label: Its class, as an index into `classes`; null without a label.
        activation: Largest activation of the filter in it.
        box: Left, upper, right and lower edge of each crop in fractions of the
            image, one exemplar after another.
        histogram: Counts of the images by their largest activation, in even
            bins.
        low: Smallest of these activations, where the first bin begins.
        high: Largest of them, where the last bin ends.
        mix_class: Classes of the hundred images that activate the filter most
            (a tenth of the images if that is less, at least nine), the most
            frequent first, as indices into `classes`; of many, the first ones.
        mix_count: Number of images of each.
        mix_total: Number of images of all classes that were counted.
        sample: Digest of the images whose responses are recorded: equal for
            equal ones. Empty where there are none, as in older logs.
        num_sampled: Number of these images. The third picture of the layer
            holds the largest activation of each filter on each of them: row by
            row, float16, little-endian.
        num_strongest: Number of exemplars of a row that are the strongest; 0
            if all are, as in older logs.
    """

    sheet: Sheet
    num_images: int
    is_of_pool: bool
    height: float
    width: float
    classes: tuple[str, ...]
    class_count: tuple[int, ...]
    image: Rows
    hash: tuple[tuple[str, ...], ...]
    label: tuple[tuple[int | None, ...], ...]
    activation: tuple[tuple[float | None, ...], ...]
    box: tuple[tuple[float, ...], ...]
    histogram: Rows
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    mix_class: Rows
    mix_count: Rows
    mix_total: tuple[int, ...]
    sample: str = ""
    num_sampled: int = 0
    num_strongest: int = 0

    def __post_init__(self) -> None:
        columns = [
            self.hash,
            self.label,
            self.activation,
            self.box,
            self.histogram,
            self.low,
            self.high,
            self.mix_class,
            self.mix_count,
            self.mix_total,
        ]
        check_columns(len(self.image), columns, {}, "exemplars")
        most = min(MAX_EXEMPLARS, self.sheet.columns)
        if any(len(row) > most for row in self.image):
            raise ContractError("more exemplars than columns of the sheet")
        _check_alike(self.image, [self.hash, self.label, self.activation])
        _check_alike(self.mix_class, [self.mix_count])
        _check_alike([self.classes], [[self.class_count]])
        pairs = zip(self.box, self.image, strict=True)
        if any(len(box) != _EDGES * len(row) for box, row in pairs):
            raise ContractError("boxes and exemplars differ in number")
        if any(len(row) > MAX_BINS for row in self.histogram):
            raise ContractError(f"a histogram of more than {MAX_BINS} bins")
        counts = (
            *self.histogram,
            *self.mix_count,
            self.mix_total,
            self.class_count,
        )
        if self.num_images < 0 or any(
            min(row, default=0) < 0 for row in counts
        ):
            raise ContractError("a count of exemplars is negative")
        if not 0 <= self.num_sampled <= MAX_SAMPLED:
            raise ContractError(f"a sample is not of 0 to {MAX_SAMPLED} images")
        if not 0 <= self.num_strongest <= self.sheet.columns:
            raise ContractError("more of the strongest exemplars than columns")
        self._check_classes()

    def _check_classes(self) -> None:
        named = [x for row in self.label for x in row if x is not None]
        named += [x for row in self.mix_class for x in row]
        if any(not 0 <= index < len(self.classes) for index in named):
            raise ContractError("an exemplar is of an unknown class")


def _check_alike(
    rows: Sequence[Sequence[object]],
    others: Sequence[Sequence[Sequence[object]]],
) -> None:
    lengths = [len(row) for row in rows]
    if any([len(row) for row in other] != lengths for other in others):
        raise ContractError("rows of exemplars differ in length")
