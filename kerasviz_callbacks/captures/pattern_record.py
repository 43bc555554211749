"""The patterns of one capture in, the records that are written out.

Prepared patterns in, what is said of them before training out.
"""

import dataclasses
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.drawing import Picture, Plan
from kerasviz_callbacks.images.held_out import HeldOutImages
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.preparation import PreparedPatterns
from kerasviz_callbacks.patterns.result import Patterns
from kerasviz_callbacks.pictures.sheet import (
    bare_sheet,
    encode,
    encoding_for,
    rgb,
)
from kerasviz_callbacks.presets.canvas import PixelCanvas
from tb_plugin.contract import PatternLayer

_DIGITS = 7  # as many as float32 has
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


def written(
    patterns: Patterns,
    engine: PatternEngine,
    measures: Mapping[str, FloatArray],
    layer_measures: Mapping[str, float],
) -> tuple[Picture, PatternLayer]:
    """Return a layer's pictures and their record, drawn afresh.

    Args:
        patterns: what is shown.
        engine: that drew them.
        measures: of the filters, beside those of the patterns themselves.
        layer_measures: of the layer as a whole.
    """
    images = rgb(patterns.images)
    blob, sheet = bare_sheet(images, encoding_for(images))
    labelled = patterns.sheet()
    count = len(patterns.filters)
    layer = PatternLayer(
        path=patterns.layer,
        layer_kind=type(engine.located.layer).__name__,
        num_filters=engine.num_filters,
        preset=patterns.preset,
        sheet=sheet,
        channels=patterns.channels,
        filters=patterns.filters,
        objective=tuple(float(value) for value in patterns.objective),
        status=patterns.status,
        origin=("fresh",) * count,
        origin_step=(None,) * count,
        measures=_columns(
            {"peak": patterns.peak, **measures, **_nature(patterns)}
        ),
        layer_measures=_numbers(layer_measures),
    )
    size = (labelled.shape[1], labelled.shape[0])
    return Picture(patterns.layer, blob, encode(labelled, "jpeg"), size), layer


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


def status_notes(layer: PatternLayer) -> tuple[str, ...]:
    """Return a sentence per status that asks for a word."""
    notes = []
    for name, words in _WORDS.items():
        filters = [
            str(index)
            for index, status in zip(layer.filters, layer.status, strict=True)
            if status == name
        ]
        if filters:
            few = ", ".join(filters[:10]) + (", …" if filters[10:] else "")
            plural = "s" * (len(filters) != 1)
            notes.append(f"{layer.path}: filter{plural} {few} {words}.")
    return tuple(notes)


_WORDS = {
    "dead": "dead, no held-out image excites it and nothing drives it",
    "stuck": "stuck, held-out images excite it but ascent found nothing",
    "saturated": "saturated, at its largest on every held-out image",
    "unmeasured": "without a pattern, dead or stuck; images=… would tell",
}


def _nature(patterns: Patterns) -> dict[str, FloatArray]:
    """Return what held-out images say, by name; nothing without them."""
    names = ("held_out_mean", "held_out_best", "held_out_peak")
    found = {name: getattr(patterns, name) for name in names}
    place, box = patterns.crop_image, patterns.crop_box
    if place is None or box is None:
        return {}
    edges = ("crop_left", "crop_upper", "crop_right", "crop_lower")
    return {
        **found,
        "crop_image": np.where(place >= 0, place, np.nan),
        **dict(zip(edges, box.T, strict=True)),
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


_MAX_LISTED = 4


def pattern_plan(
    prepared: PreparedPatterns,
    images: HeldOutImages | None,
    num_steps: int | None,
    floor_share: float,
) -> Plan:
    """Return what a capture draws, and what it costs as measured.

    Args:
        prepared: the layers; drawn for two steps, to take the time.
        images: held out, if any.
        num_steps: of an ascent; None for the preset's.
        floor_share: how many more pictures the first capture draws, as a
            share of a capture's.
    """
    layers = prepared.layers
    paths = tuple(layer.path for layer in layers)
    num_pictures = sum(len(layer.filters) for layer in layers)
    ascents, looking = prepared.seconds(num_steps)
    return Plan(
        paths=paths,
        what=f"{num_pictures} filters of {_listing(paths)}, "
        f"preset {layers[0].engine.preset.name}"
        f"{_range_words(prepared)}{_image_words(images)}",
        seconds=ascents + looking,
        num_bytes=sum(
            len(layer.filters) * _bytes_per_picture(layer.engine.image_shape)
            for layer in layers
        ),
        once_seconds=floor_share * ascents,
        notes=prepared.notes,
    )


def _listing(paths: tuple[str, ...]) -> str:
    more = ", …" if len(paths) > _MAX_LISTED else ""
    shown = ", ".join(paths[:_MAX_LISTED]) + more
    return f"{len(paths)} layer{'s' * (len(paths) != 1)} ({shown})"


def _range_words(prepared: PreparedPatterns) -> str:
    engine = prepared.layers[0].engine
    if isinstance(engine.preset.canvas, PixelCanvas):
        return ""
    low, high = engine.pixels
    return f", pixels {low:g} to {high:g} ({engine.pixels_note})"


def _image_words(images: HeldOutImages | None) -> str:
    if images is None:
        return ""
    count, height, width, _ = images.fed.shape
    return f", beside {count} images of {width} x {height} px"


def _bytes_per_picture(shape: tuple[int, int, int]) -> int:
    """Encode a picture of noise, the hardest to compress."""
    height, width, _ = shape
    noise = np.random.default_rng(0).normal(128, 64, (height, width, 3))
    tile = np.clip(noise, 0, 255).astype(np.uint8)
    return len(encode(tile, encoding_for(tile[None]))) + len(
        encode(tile, "jpeg")
    )
