"""What the writer and the browser agree on: names, tags and record shapes.

The one place that spells them; stdlib only, imported by both sides. All of it
lies in one run, `<log_dir>/kerasviz`, in two views of the same truth:

| tag                                   | plugin   | value per step         |
|---------------------------------------|----------|------------------------|
| `filter_patterns/<layer path>`        | images   | labelled sheet         |
| `grad_cam/<layer path>`               | images   | labelled overlay sheet |
| `kerasviz/captures/<stream>`          | kerasviz | JSON, a `Capture`      |
| `kerasviz/filter_patterns/<path>`     | kerasviz | [sheet]                |
| `kerasviz/grad_cam/<path>`            | kerasviz | [raw maps, class means]|
| `kerasviz/held_out/<stream>`          | kerasviz | [JSON, image, ...]     |
| `kerasviz/…` (anything else)          | scalars  | a number for a chart   |

A *stream* is one callback's sequence of captures: its kind, and `.2`, `.3`, …
for a second and third callback of that kind. Each has a tag of its own because
two values of one tag at one step lose one of them (the Python loader keeps the
first, the Rust loader the last), and two callbacks do draw at the same step.
A capture, its record and all its pictures, is one event of the event file: a
torn write loses it as a whole and leaves no half.

Records are columnar: entry `i` of every list of a layer is about filter
`filters[i]`, or about row `i` of the maps. A number that is not finite is null.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tb_plugin.decode import ContractError, decode, parse_json, to_json

PLUGIN_NAME = "kerasviz"
RUN_NAME = "kerasviz"  # the folder of a log_dir that is ours
SCHEMA_VERSION = 1

Kind = Literal["filter_patterns", "grad_cam"]
KINDS: tuple[Kind, ...] = ("filter_patterns", "grad_cam")

NUM_BLOBS: Mapping[Kind, int] = {"filter_patterns": 1, "grad_cam": 2}

MAX_SIZE = 2**16  # of anything in pixels or tiles; a canvas holds no more

CAPTURES_PREFIX = "kerasviz/captures/"
HELD_OUT_PREFIX = "kerasviz/held_out/"
_UNREADABLE = re.compile(r'["\\%\x00-\x1f]')


def captures_tag(stream: str) -> str:
    """Return the tag of a stream's records."""
    return CAPTURES_PREFIX + stream


def held_out_tag(stream: str) -> str:
    """Return the tag of a stream's held-out images."""
    return HELD_OUT_PREFIX + stream


def layer_tag(kind: Kind, path: str) -> str:
    """Return the plugin's tag of a layer's pictures; `path` as in records."""
    return f"kerasviz/{kind}/{_tag_part(path)}"


def image_tag(kind: Kind, path: str) -> str:
    """Return the tag of a layer's sheet in the stock Images tab."""
    return f"{kind}/{_tag_part(path)}"


def _tag_part(path: str) -> str:
    """Return the path without what JSON escapes: `a"b` becomes `a%22b`.

    TensorBoard's Rust loader cannot read the pictures of a tag that holds a
    quote, a backslash or a control character (seen with 0.7.2).
    """
    return _UNREADABLE.sub(lambda found: f"%{ord(found[0]):02X}", path)


@dataclass(frozen=True)
class Sheet:
    """Where the tiles of a sheet lie: row by row, touching, from upper left.

    Tile `i` has its upper left corner at pixel `(i % columns * tile_width,
    i // columns * tile_height)`. A picture smaller than its tile lies in the
    upper left of it and is `picture_width` x `picture_height`.
    """

    columns: int
    tile_width: int
    tile_height: int
    picture_width: int
    picture_height: int
    encoding: Literal["png", "jpeg"]

    def __post_init__(self) -> None:
        _check_sizes(self.columns, self.tile_width, self.tile_height)
        _check_sizes(self.picture_width, self.picture_height)


@dataclass(frozen=True)
class PatternLayer:
    """The filters of one layer drawn in one capture, and their numbers.

    Measures so far, per filter, null where a filter has no such number; others
    may come:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | peak                                       | always: largest activation|
    |                                            | at any position           |
    | correlation_previous, _baseline,           | always; of the pictures;  |
    | spectrum_correlation_previous, _baseline   | null at the first         |
    | weight_change_previous, _baseline          | likewise; relative, of the|
    |                                            | filter's own weights      |
    | correlation_floor,                         | unless left out: the same |
    | spectrum_correlation_floor                 | weights, when drawn first,|
    |                                            | a start moved by 1e-6     |
    | correlation_seed, spectrum_correlation_seed| likewise, another seed    |
    | held_out_mean, held_out_best               | with images: of the mean  |
    |                                            | activation on each image  |
    | held_out_peak                              | with images: the largest  |
    |                                            | `peak` of all images      |
    | held_out_change_previous, _baseline        | with images; see          |
    |                                            | `pattern_change.py`       |
    | crop_image, crop_left, crop_upper,         | with images: where the    |
    | crop_right, crop_lower                     | filter fires most: index  |
    |                                            | into the stream's held-out|
    |                                            | images, and fractions;    |
    |                                            | null where no pixel has to|
    |                                            | do with it                |

    After a restart all `_baseline` are null, and `_previous` at the first
    capture: earlier captures are in the log, what they are compared by is not.
    Where a layer is `unchanged`, all say so: correlations and CKA 1, changes 0.

    Of the layer: `cka_previous`, `cka_baseline` with images.

    Attributes:
        path: the layer's path, as in its tag.
        layer_kind: class name of the layer (`Conv2D`).
        num_filters: how many the layer has; `filters` may be fewer.
        preset: name of the method.
        sheet: geometry of the picture.
        channels: what the colours are: `rgb`, `grey`, or a sentence.
        filters: indices of the filters drawn.
        objective: what the ascent reached, per filter.
        status: `live` (its pattern drives it); where the ascent found
            nothing: `stuck` (the held-out images excite it), `dead` (they do
            not either), `unmeasured` (no images: stuck or dead, not known);
            `saturated` (at its largest on every held-out image);
            `not_finite`; others may come, each is shown by its name.
        origin: how each picture came about: `fresh`, `continued`,
            `unchanged`.
        origin_step: the step of the picture it continues or repeats.
        measures: further numbers by name, one per filter.
        layer_measures: further numbers by name, of the layer as a whole.
    """

    path: str
    layer_kind: str
    num_filters: int
    preset: str
    sheet: Sheet
    channels: str
    filters: tuple[int, ...]
    objective: tuple[float | None, ...]
    status: tuple[str, ...]
    origin: tuple[str, ...]
    origin_step: tuple[int | None, ...]
    measures: Mapping[str, tuple[float | None, ...]]
    layer_measures: Mapping[str, float | None]

    def __post_init__(self) -> None:
        columns = [self.objective, self.status, self.origin, self.origin_step]
        _check_columns(len(self.filters), columns, self.measures, "filters")


@dataclass(frozen=True)
class MapLayer:
    """The raw heatmaps of one layer in one capture, and their numbers.

    Measures so far, each defined in `kerasviz_callbacks/measures.py` and null
    where a row has no such number; others may come:

    | name                                       | when                      |
    |--------------------------------------------|---------------------------|
    | energy_inside, pointing_hit, iou           | with boxes or masks       |
    | entropy, covered_area, centre_x, centre_y, | always                    |
    | border_energy, upper_left_energy, …        |                           |
    | rank_correlation_previous, _baseline,      | always; null where the    |
    | centre_shift_previous, _baseline           | row was not drawn then    |
    | rank_correlation_shuffled_head, _weights   | in the capture of reason  |
    |                                            | `sanity check`            |

    The mean map of a class is the mean over rows of status `ok`, each divided
    by its sum; it exposes what images of the class share beside the thing. An
    image has one vote: for its label, with the row that explains it, else with
    its first row. Without labels, a row votes for the class that it explains,
    the first of its image that does.

    Attributes:
        path: the layer's path, as in its tag.
        layer_kind: class name of the layer.
        method: `grad_cam`, `hires_cam`, `grad_cam_plus_plus`, `layer_cam`,
            `x_grad_cam`, `eigen_cam`; others may come.
        height: of every map, in the layer's own resolution.
        width: likewise.
        encoding: `float32`: little-endian, (rows, height, width), after ReLU,
            not normalised; NaN stays NaN.
        maximum: largest finite value of each map.
        status: `ok`; `no_evidence` (nothing speaks for the target: the map is
            zero); `not_finite`; others may come, each is shown by its name.
        origin: `fresh` or `unchanged`, per row.
        origin_step: the step whose map it repeats.
        measures: further numbers by name, one per row.
        mean_class: classes that have a mean map, ascending. The maps are the
            second blob, (classes, height, width) in `encoding`; where nothing
            is new they lie beside the maps, at `origin_step`.
        mean_count: how many rows each is the mean of.
    """

    path: str
    layer_kind: str
    method: str
    height: int
    width: int
    encoding: Literal["float32"]
    maximum: tuple[float | None, ...]
    status: tuple[str, ...]
    origin: tuple[str, ...]
    origin_step: tuple[int | None, ...]
    measures: Mapping[str, tuple[float | None, ...]]
    mean_class: tuple[int, ...]
    mean_count: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_sizes(self.height, self.width)
        columns = [self.status, self.origin, self.origin_step]
        _check_columns(len(self.maximum), columns, self.measures, "maps")
        _check_columns(len(self.mean_class), [self.mean_count], {}, "means")


@dataclass(frozen=True)
class Outcome:
    """What the model answers for each held-out image, and what is explained.

    The first group has one entry per image, the second one per row of the
    maps (an image may be explained for several targets).

    Attributes:
        images: content hashes, in the order of the callback's images.
        label: class index the user gave; null where none.
        prediction: class index of the largest output; null where the output
            is not classes.
        value: the output for the prediction.
        value_kind: what `value` is: `probability`, `logit` or `value`.
        correct: prediction equals label; null where either is missing.
        top_classes: class indices of the three largest outputs.
        top_values: their outputs.
        row_image: index into `images`, per row.
        row_target: what the row explains, in words, unlike for all rows of an
            image: `predicted class`, `label`, `fixed class`, `class 3`,
            `against the predicted class`, `margin`, `predicted instead of
            label` (the difference of their scores), a function's name. A row
            may be missing in some captures: the label's, where it is what was
            predicted.
        row_class: its class index; null where it is not one class.
        row_score: the score whose gradient was taken.
        row_score_kind: `logit`, `probability` or `value`.
    """

    images: tuple[str, ...]
    label: tuple[int | None, ...]
    prediction: tuple[int | None, ...]
    value: tuple[float | None, ...]
    value_kind: str
    correct: tuple[bool | None, ...]
    top_classes: tuple[tuple[int, ...], ...]
    top_values: tuple[tuple[float | None, ...], ...]
    row_image: tuple[int, ...]
    row_target: tuple[str, ...]
    row_class: tuple[int | None, ...]
    row_score: tuple[float | None, ...]
    row_score_kind: str

    def __post_init__(self) -> None:
        images: list[Any] = [self.label, self.prediction, self.value]
        images += [self.correct, self.top_classes, self.top_values]
        _check_columns(len(self.images), images, {}, "images")
        rows = [self.row_target, self.row_class, self.row_score]
        _check_columns(len(self.row_image), rows, {}, "rows")
        if any(not 0 <= i < len(self.images) for i in self.row_image):
            raise ContractError("row_image points at no image")


@dataclass(frozen=True)
class Capture:
    """Everything one callback drew at one moment of training.

    Attributes:
        schema: `SCHEMA_VERSION` of the writer.
        kind: which callback drew.
        stream: its stream (see the module).
        index: ordinal within the stream, 0 for the baseline; what is missing
            below the newest index was not kept.
        step: TensorBoard's x axis: training steps since the run began, over
            all fits; strictly increasing within a stream.
        iterations: the optimizer's own count, which a new optimizer restarts.
        fit: which call of `fit`, 0 first.
        epoch: epochs finished, as the user counts (initial_epoch included).
        batch: batches finished in the epoch under way; 0 at its end.
        wall_time: seconds since 1970.
        reason: why now. Of the callback: `baseline`; `new fit` and `restart`
            (of an earlier process's run), where weights are other than in the
            newest capture; `last`; `sanity check` (after the last, of the same
            maps); `asked` (`draw()`). Of the schedule: `schedule`, or events,
            which go before it: `trainable weights: more`, `fewer` or `other`,
            `learning rate drop`, `best NAME` of a metric, `loss jump`, `loss
            not finite`, `interrupt`, or a user's own. Several are joined by
            `, `; an event that came where nothing new was to be drawn, or that
            was left out, is told by the next capture.
        cost_s: seconds the drawing took.
        overhead: seconds that the stream took so far, writing, checks and
            preparation included, for each second of training; null before any.
        skipped: captures that were due since the one before and left out, to
            keep within the callback's budget.
        size_bytes: bytes of the pictures written, without this record.
        notes: what was dropped, sampled, skipped or clipped, in sentences.
        patterns: by layer; empty for `grad_cam`.
        maps: by layer; empty for `filter_patterns`.
        outcome: null for `filter_patterns`.
    """

    schema: int
    kind: Kind
    stream: str
    index: int
    step: int
    iterations: int
    fit: int
    epoch: int
    batch: int
    wall_time: float
    reason: str
    cost_s: float
    overhead: float | None
    skipped: int
    size_bytes: int
    notes: tuple[str, ...]
    patterns: tuple[PatternLayer, ...]
    maps: tuple[MapLayer, ...]
    outcome: Outcome | None

    def __post_init__(self) -> None:
        if self.maps and self.outcome is None:
            raise ContractError("maps without an outcome")
        rows = len(self.outcome.row_image) if self.outcome else 0
        if any(len(layer.maximum) != rows for layer in self.maps):
            raise ContractError("maps and outcome differ in rows")

    def to_json(self) -> str:
        """Return the record as it is written."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Capture":
        """Return the record that `text` holds.

        Raises:
            UnknownSchemaError: written by a version that we do not know.
            ContractError: anything else that does not fit.
        """
        return decode(cls, _of_known_schema(text))


@dataclass(frozen=True)
class HeldOutImage:
    """One held-out image as the user gave it.

    `hash` is of its content; `height` and `width` are what the user gave,
    `shown_height` and `shown_width` what is stored beside this record.
    `boxes` are flat: left, upper, right, lower in fractions of the image.
    """

    hash: str
    name: str
    label: int | None
    height: int
    width: int
    shown_height: int
    shown_width: int
    encoding: Literal["png", "jpeg"]
    boxes: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _check_sizes(self.height, self.width)
        _check_sizes(self.shown_height, self.shown_width)


@dataclass(frozen=True)
class HeldOut:
    """The held-out images of a stream; the pictures follow in this order."""

    schema: int
    stream: str
    class_names: tuple[str, ...]
    images: tuple[HeldOutImage, ...]

    def to_json(self) -> str:
        """Return the record as it is written."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "HeldOut":
        """Return the record that `text` holds; raises as `Capture`'s."""
        return decode(cls, _of_known_schema(text))


class UnknownSchemaError(ContractError):
    """The record was written by a version of kerasviz that we do not know."""


def _of_known_schema(text: str | bytes) -> Any:
    value = parse_json(text)
    schema = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise ContractError("a record without a schema version")
    if schema != SCHEMA_VERSION:
        raise UnknownSchemaError(
            f"schema version {schema}; this plugin reads {SCHEMA_VERSION}"
        )
    return value


def _check_sizes(*sizes: int) -> None:
    if any(not 0 < size <= MAX_SIZE for size in sizes):
        raise ContractError(f"a size is not from 1 to {MAX_SIZE}")


def _check_columns(
    length: int,
    columns: list[Any],
    measures: Mapping[str, tuple[float | None, ...]],
    what: str,
) -> None:
    if any(len(column) != length for column in [*columns, *measures.values()]):
        raise ContractError(f"columns of {what} differ in length")
