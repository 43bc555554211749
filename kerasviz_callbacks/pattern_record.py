"""The patterns of one capture in, the records that are written out."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.pattern_engine import PatternEngine, Patterns
from kerasviz_callbacks.sheet import (
    bare_sheet,
    encode,
    encoding_for,
    labelled_sheet,
    rgb,
)
from kerasviz_callbacks.summary import Picture
from tb_plugin.contract import PatternLayer


@dataclass(frozen=True)
class Kept:
    """The record of a layer that was drawn at `step` with these weights."""

    digest: bytes
    step: int
    layer: PatternLayer


def repeated(kept: Kept) -> tuple[Picture, PatternLayer]:
    """Return the record that points at the picture in the log."""
    count = len(kept.layer.filters)
    layer = dataclasses.replace(
        kept.layer,
        origin=("unchanged",) * count,
        origin_step=(kept.step,) * count,
    )
    return Picture(layer.path, None, None, (0, 0)), layer


def written(
    patterns: Patterns, engine: PatternEngine
) -> tuple[Picture, PatternLayer]:
    """Return a layer's pictures and their record, drawn afresh."""
    images = rgb(patterns.images)
    blob, sheet = bare_sheet(images, encoding_for(images))
    labelled = labelled_sheet(list(images), _captions(patterns))
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
        measures={},
        layer_measures={},
    )
    size = (labelled.shape[1], labelled.shape[0])
    return Picture(patterns.layer, blob, encode(labelled, "jpeg"), size), layer


def _captions(patterns: Patterns) -> list[str]:
    return [
        f"#{index}  {value:.3g}" if status == "live" else f"#{index}  {status}"
        for index, value, status in zip(
            patterns.filters, patterns.objective, patterns.status, strict=True
        )
    ]


def pattern_scalars(layer: PatternLayer) -> dict[str, float]:
    """Return what is worth a chart: live filters, and their mean objective."""
    values = [v for v in layer.objective if v is not None and np.isfinite(v)]
    num_live = sum(status == "live" for status in layer.status)
    scalars = {f"live_filters/{layer.path}": float(num_live)}
    if values:
        scalars[f"objective/{layer.path}"] = float(np.mean(values))
    return scalars
