"""Builds the record of a layer's patterns, and reads it back."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.captures.drawing import Picture
from kerasviz_callbacks.captures.filters.exemplars import (
    exemplar_measures,
    exemplar_record,
)
from kerasviz_callbacks.captures.filters.memory import DrawnLayer
from kerasviz_callbacks.patterns import (
    Exemplars,
    PatternEngine,
    Patterns,
    captions,
)
from kerasviz_callbacks.pictures import (
    bare_sheet,
    encode,
    encoding_for,
    labelled_sheet,
    rgb,
)
from tb_plugin import contract
from tb_plugin.contract import FILTER_STATUSES, LABELS, PatternLayer

_DIGITS = 7  # as many as float32 has
_TOLERANCE = 1e-2  # relative; devices differ by less, seeds by more
_FLOOR_ENDS = ("_floor", "_seed")
_EDGES = ("crop_left", "crop_upper", "crop_right", "crop_lower")
_OF_IMAGES = ("held_out_mean", "held_out_best", "held_out_peak")
_OWN = ("peak", *_OF_IMAGES, "crop_image", *_EDGES)  # no comparison
Columns: TypeAlias = Mapping[str, tuple[float | None, ...]]


def repeated(
    record: PatternLayer,
    step: int,
    measures: Mapping[str, FloatArray],
    layer_measures: Mapping[str, float],
) -> tuple[Picture, PatternLayer]:
    """Return the record that points at a picture in the log.

    Args:
        record: of the picture.
        step: where it lies.
        measures: that are other ones now.
        layer_measures: likewise.
    """
    count = len(record.filters)
    layer = dataclasses.replace(
        record,
        origin=("unchanged",) * count,
        origin_step=(step,) * count,
        measures={**record.measures, **_columns(measures)},
        layer_measures={
            **record.layer_measures,
            **_numbers(layer_measures),
        },
    )
    return Picture(layer.path, None, None, (0, 0)), layer


@dataclass(frozen=True)
class ShownFilters:
    """Filters of a layer as a capture shows them, in any order.

    Attributes:
        filters: (f,) indices.
        images: (f, h, w, 1 or 3) uint8.
        objective: (f,) that the ascents reached; None if not finite.
        status: (f,) words.
        origin_step: (f,) step of the capture that drew them; None for this one.
        measures: (f,) each, of the patterns themselves.
        margin_px: Width of the border of the canvas that the images leave out.
    """

    filters: tuple[int, ...]
    images: ByteArray
    objective: tuple[float | None, ...]
    status: tuple[str, ...]
    origin_step: tuple[int | None, ...]
    measures: Columns
    margin_px: int

    @property
    def is_finite(self) -> tuple[bool, ...]:
        """Whether each filter is finite: others have no numbers."""
        return tuple(word != "not_finite" for word in self.status)

    def afresh(self) -> "ShownFilters":
        """Return the same as if all had been drawn in this capture."""
        return dataclasses.replace(
            self, origin_step=(None,) * len(self.filters)
        )


def drawn_now(patterns: Patterns) -> ShownFilters:
    """Return patterns that were drawn for this capture."""
    return ShownFilters(
        filters=patterns.filters,
        images=patterns.images,
        objective=tuple(float(value) for value in patterns.objective),
        status=patterns.status,
        origin_step=(None,) * len(patterns.filters),
        measures=_columns({"peak": patterns.peak, **_nature(patterns)}),
        margin_px=patterns.margin_px,
    )


def drawn_before(drawn: DrawnLayer, filters: tuple[int, ...]) -> ShownFilters:
    """Return patterns of an earlier capture that are still right."""
    record = drawn.record
    at = [record.filters.index(index) for index in filters]
    images = [drawn.state.filters.index(index) for index in filters]
    return ShownFilters(
        filters=filters,
        images=drawn.state.images[images],
        objective=tuple(record.objective[i] for i in at),
        status=tuple(record.status[i] for i in at),
        origin_step=(drawn.step,) * len(filters),
        measures={
            name: tuple(column[i] for i in at)
            for name, column in record.measures.items()
            if name in _OWN
        },
        margin_px=record.margin_px,
    )


def together(
    parts: Sequence[ShownFilters], filters: tuple[int, ...]
) -> ShownFilters:
    """Return several parts as one, in the order of `filters`."""
    having = {
        index: (part, place)
        for part in parts
        for place, index in enumerate(part.filters)
    }
    found = [having[index] for index in filters]
    names = dict.fromkeys(name for part in parts for name in part.measures)
    return ShownFilters(
        filters=filters,
        images=np.stack([part.images[i] for part, i in found]),
        objective=tuple(part.objective[i] for part, i in found),
        status=tuple(part.status[i] for part, i in found),
        origin_step=tuple(part.origin_step[i] for part, i in found),
        measures={
            name: tuple(
                part.measures[name][i] if name in part.measures else None
                for part, i in found
            )
            for name in names
        },
        margin_px=parts[0].margin_px,
    )


def written(
    shown: ShownFilters,
    engine: PatternEngine,
    measures: Mapping[str, FloatArray],
    layer_measures: Mapping[str, float],
    exemplars: Exemplars | None = None,
) -> tuple[Picture, PatternLayer]:
    """Return a layer's pictures and their record.

    Args:
        shown: What the pictures show.
        engine: What drew them.
        measures: Of the filters, beside those of the patterns themselves.
        layer_measures: Of the layer as a whole.
        exemplars: The images that activate its filters most; None without.
    """
    path = engine.located.path
    images = rgb(shown.images)
    blob, sheet = bare_sheet(images, encoding_for(images))
    words = captions(shown.filters, shown.objective, shown.status)
    labelled = labelled_sheet(list(images), words)
    record: contract.Exemplars | None = None
    beside: list[bytes] = []
    if exemplars is not None:
        filters, is_finite = shown.filters, shown.is_finite
        record, *beside = exemplar_record(exemplars, filters, is_finite)
        found = exemplar_measures(exemplars, filters, is_finite)
        measures = {**measures, **found}
    layer = PatternLayer(
        path=path,
        layer_kind=type(engine.located.named).__name__,
        num_filters=engine.num_filters,
        preset=engine.preset.name,
        sheet=sheet,
        channels=engine.channels,
        filters=shown.filters,
        objective=shown.objective,
        status=shown.status,
        origin=tuple(
            "fresh" if step is None else "unchanged"
            for step in shown.origin_step
        ),
        origin_step=shown.origin_step,
        measures={**shown.measures, **_columns(measures)},
        layer_measures=_numbers(layer_measures),
        margin_px=shown.margin_px,
        exemplars=record,
    )
    size = (labelled.shape[1], labelled.shape[0])
    # A copy to glance at: what the tab shows has all colors.
    copy = encode(labelled, "jpeg", is_small=True)
    return Picture(path, blob, copy, size, *beside), layer


def pattern_scalars(layer: PatternLayer) -> dict[str, float]:
    """Return what is worth a chart.

    Counts of filters by status, those that need images only with them; the
    mean objective; how alike the layer is to itself at the baseline.
    """
    values = [v for v in layer.objective if v is not None and np.isfinite(v)]
    counted = ["live"]
    if "held_out_best" in layer.measures:
        counted += ["dead", "stuck"]
    scalars = {
        f"{name}_filters/{layer.path}": float(layer.status.count(name))
        for name in counted
    }
    if values:
        scalars[f"objective/{layer.path}"] = float(np.mean(values))
    alike = layer.layer_measures.get("cka_baseline")
    if alike is not None:
        scalars[f"cka_baseline/{layer.path}"] = alike
    return scalars


def status_notes(
    layer: PatternLayer, before: Mapping[int, str]
) -> tuple[str, ...]:
    """Return a sentence per status that filters now have and had not before.

    Args:
        layer: Record of the layer.
        before: Status of each filter when it was last drawn; empty at the
            first capture.
    """
    now = dict(zip(layer.filters, layer.status, strict=True))
    other = {i: word for i, word in now.items() if before.get(i) != word}
    notes = []
    for name in _NOTED:
        if filters := [i for i, word in other.items() if word == name]:
            became = "" if not before else "became "
            label = LABELS.get(name, name)
            notes.append(
                f"{layer.path}: {_named(filters)} {became}{label}, "
                f"{FILTER_STATUSES[name]}."
            )
    back = [
        i
        for i, word in other.items()
        if word == "live" and before.get(i) in _NOTED
    ]
    if back:
        verb = "is" if len(back) == 1 else "are"
        notes.append(f"{layer.path}: {_named(back)} {verb} live again.")
    return tuple(notes)


def _named(filters: Sequence[int]) -> str:
    few = ", ".join(map(str, filters[:10])) + (", …" if filters[10:] else "")
    return f"filter{'s' * (len(filters) != 1)} {few}"


_NOTED = ("dead", "stuck", "saturated", "unmeasured")


def _nature(patterns: Patterns) -> dict[str, FloatArray]:
    """Return what held-out images say, by name; nothing without them."""
    found = {name: getattr(patterns, name) for name in _OF_IMAGES}
    place, box = patterns.crop_image, patterns.crop_box
    if place is None or box is None:
        return {}
    return {
        **found,
        "crop_image": np.where(place >= 0, place, np.nan),
        **dict(zip(_EDGES, box.T, strict=True)),
    }


def _columns(measures: Mapping[str, FloatArray]) -> Columns:
    return {
        name: tuple(_number(float(value)) for value in values)
        for name, values in measures.items()
    }


def _numbers(measures: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in measures.items()}


def _number(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None


def check_same(patterns: Patterns, record: PatternLayer, step: int) -> None:
    """Check that a record is of these very patterns.

    It holds all that tells how they were drawn but the seed, the steps and the
    weights; what the ascent reached depends on these.

    Raises:
        ValueError: It is of others.
    """
    reached = np.array(record.objective, np.float64)  # None becomes NaN
    objective = patterns.objective
    drawn = np.where(np.isfinite(objective), objective, np.nan)
    is_same = record.filters == patterns.filters and np.allclose(
        drawn, reached, _TOLERANCE, equal_nan=True
    )
    if not is_same or record.preset != patterns.preset:
        raise ValueError(
            f"--log-dir must be new, or begun with the same options and "
            f"checkpoints — at step {step} the patterns of {record.path!r} "
            "were others. Name another directory or remove it."
        )


def recorded_floor(record: PatternLayer) -> dict[str, FloatArray]:
    """Return the noise floor, measured once and in every record since."""
    return {
        name: np.array(column, np.float64)  # None becomes NaN
        for name, column in record.measures.items()
        if name.endswith(_FLOOR_ENDS)
    }
