"""Measures what the defaults do with one model: a row of the table."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.reach.case import Case
from benchmarks.reach.reference import Split, heat
from kerasviz_callbacks.heatmaps import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.engine import HeatmapEngine
from kerasviz_callbacks.model.maps import MapCut
from kerasviz_callbacks.patterns import PatternRequest, prepare_patterns
from kerasviz_callbacks.presets import find_preset

NUM_IMAGES = 3
DIFFERS = 1e-3  # of the peak: rounding of deep networks in float32
FOLLOWS = 0.6
PATCHES = 3  # along a side
BRIGHTER = 191  # of 255
BASES = 2  # pictures on which patches are laid


@dataclass(frozen=True)
class Row:
    """What was found; the words of a cell where a number could not be had.

    Attributes:
        name: The model.
        layer: Layer that is explained, and its class.
        map: Rows x columns of its map.
        carries: `all`, or `a branch` that the notes name as one.
        differs: Largest difference from the reference, of the peak.
        follows: Correlation of heat with the places of bright patches.
        patterns: Layers that `"auto"` takes, or why none is drawn.
        verdict: `works`, `refused: …` or `wrong: …`.
        seconds: What all of that took.
    """

    name: str
    layer: str = ""
    map: str = ""
    carries: str = ""
    differs: str = ""
    follows: str = ""
    patterns: str = ""
    verdict: str = "works"
    seconds: float = 0.0

    def wrong(self, why: str) -> "Row":
        """Return the row with a fault; the first one is kept."""
        is_first = self.verdict == "works"
        return replace(self, verdict=f"wrong: {why}") if is_first else self


def with_heatmaps(row: Row, case: Case) -> Row:
    """Add to a row what is found of heatmaps."""
    return _timed(row, case, _with_heatmaps)


def with_patterns(row: Row, case: Case) -> Row:
    """Add to a row what is found of patterns."""
    return _timed(row, case, _with_patterns)


def _timed(
    row: Row, case: Case, add: Callable[[Row, Case, keras.Model], Row]
) -> Row:
    """Build the model with seeded random weights, and add what is found."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    begin = time.perf_counter()
    row = add(row, case, case.build(case.size))
    return replace(row, seconds=row.seconds + time.perf_counter() - begin)


def _with_heatmaps(row: Row, case: Case, model: keras.Model) -> Row:
    images = pictures(NUM_IMAGES, case.size)
    try:
        prepared = _prepared(case, model, images)
    except (ValueError, TypeError, RuntimeError) as error:
        return _failed(row, error)
    [cut] = prepared.engine.cuts
    if len(cut.maps) > 1:
        return _with_paths(row, cut)
    [one] = cut.maps
    located, grid = one.located, one.grid
    laid = (grid.prefix, grid.height, grid.width) if grid else None
    split = Split(case, model, located.path, laid)
    [maps] = prepared.draw().maps.values()
    row = replace(
        row,
        layer=f"{located.path} ({type(located.layer).__name__})",
        map=" x ".join(map(str, maps.shape[1:])),
    )
    row = _with_carries(row, split, images, prepared)
    bright = patched(case.size)
    every = np.concatenate([images, bright.reshape(-1, *images.shape[1:])])
    evidence = split.evidence(every)
    own, moved = zip(
        *(np.split(x, [NUM_IMAGES]) for x in evidence), strict=True
    )
    row = _with_difference(row, own, maps, prepared)
    shape = bright.shape[:2]
    return _with_follows(row, [x.reshape(*shape, *x.shape[1:]) for x in moved])


def _with_paths(row: Row, cut: MapCut) -> Row:
    """Name the maps of several paths, whose sum no single split tells."""
    return replace(
        row,
        layer=" + ".join(one.located.path for one in cut.maps),
        map="several paths",
        carries="together",
        differs="not compared",
    )


def _prepared(case: Case, model: keras.Model, images: Any) -> PreparedHeatmaps:
    request = HeatmapRequest(images, preprocess=case.preprocess, **case.options)
    return prepare_heatmaps(model, request, None)


def _against(prepared: PreparedHeatmaps) -> Any:
    """Return the heatmaps of the same score with its sign turned round."""
    task = prepared.engine.task
    [one] = task.question.rows
    question = replace(task.question, rows=(replace(one, weights=(-1.0,)),))
    engine = HeatmapEngine(replace(task, question=question))
    [maps] = replace(prepared, engine=engine).draw().maps.values()
    return maps


def _with_carries(
    row: Row, split: Split, images: Any, prepared: PreparedHeatmaps
) -> Row:
    if split.carries_all(images):
        return replace(row, carries="all")
    row = replace(row, carries="a branch")
    is_said = any("several branches" in note for note in prepared.notes)
    return row if is_said else row.wrong("a branch, and not said")


def _with_difference(
    row: Row, evidence: Any, maps: Any, prepared: PreparedHeatmaps
) -> Row:
    """Add the difference of the default, or of its opposite if it is zero."""
    features, weights = evidence
    [one] = prepared.engine.maps
    is_of_tokens = one.grid is not None
    expected = heat(features, weights, is_of_tokens=is_of_tokens)
    came = maps
    if not expected.max() and not came.max():
        expected = heat(features, -weights, is_of_tokens=is_of_tokens)
        came = _against(prepared)
    if not expected.max():
        return row.wrong("no evidence at all, for or against")
    if expected.shape != came.shape:
        return row.wrong(f"laid into the image as {came.shape[1:]}")
    difference = np.abs(expected - came).max() / expected.max()
    row = replace(row, differs=f"{difference:.0e}")
    return row if difference < DIFFERS else row.wrong("another heatmap")


def _with_follows(row: Row, evidence: Any) -> Row:
    """Add how evidence moves with a patch, if its weights are held.

    Channel by channel: the sum over channels of random weights is random. What
    a patch changes everywhere (random attention looks everywhere) is left out.

    Args:
        row: The row.
        evidence: (BASES, 10, h, w, c) features of `patched` images, and
            weights.
    """
    features, weights = evidence
    changes = weights[:, :1] * (features[:, 1:] - features[:, :1])
    changes -= np.median(changes, axis=(2, 3), keepdims=True)
    value = following(np.abs(changes).sum(axis=(0, -1)))
    row = replace(row, follows=f"{value:.2f}")
    return row if value > FOLLOWS else row.wrong("does not follow patches")


def _with_patterns(row: Row, case: Case, model: keras.Model) -> Row:
    if not case.has_patterns:
        return replace(row, patterns="as alone")

    def preprocess(images: Any) -> Any:
        return tf.convert_to_tensor(case.fed(images))

    request = PatternRequest(
        layers="auto",
        filters=2,
        preset=replace(find_preset("steady"), value_range=(0.0, 255.0)),
        preprocess=None if case.preprocess is None else preprocess,
    )
    try:
        prepared = prepare_patterns(model, request, None)
        drawn = [
            layer.engine.draw(layer.filters, num_steps=2)
            for layer in prepared.layers
        ]
    except (ValueError, TypeError, RuntimeError) as error:
        return replace(row, patterns=f"none: {_sentence(error)}")
    row = replace(row, patterns=", ".join(one.layer for one in drawn))
    is_finite = all(
        np.isfinite(one.raw).all() and np.isfinite(one.objective).all()
        for one in drawn
    )
    return row if is_finite else row.wrong("a pattern is not finite")


def _failed(row: Row, error: Exception) -> Row:
    """Return a refusal if we made it, else a fault."""
    frames = traceback.extract_tb(error.__traceback__)
    is_ours = "kerasviz_callbacks" in frames[-1].filename
    said = f"{type(error).__name__}: {_sentence(error)}"
    if is_ours:
        return replace(row, verdict=f"refused: {_sentence(error)}")
    return row.wrong(said)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())


def pictures(count: int, size: int) -> Any:
    """Return smooth colours with noise, (n, h, w, 3) float32 from 0 to 255."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(0, 255, (count, 7, 7, 3)).astype("float32")
    smooth = tf.image.resize(coarse, (size, size), "bicubic").numpy()
    noise = rng.normal(0, 12, smooth.shape)
    return np.clip(smooth + noise, 0, 255).astype("float32")


def patched(size: int) -> Any:
    """Return dark pictures, and each with a bright patch at nine places.

    Returns:
        (BASES, 10, h, w, 3) float32 from 0 to 255.
    """
    edges = np.linspace(0, size, PATCHES + 1).astype(int)
    images = []
    for plain in pictures(BASES, size) * ((255 - BRIGHTER) / 255):
        images.append(plain)
        for top, bottom in pairwise(edges):
            for left, right in pairwise(edges):
                images.append(plain.copy())
                images[-1][top:bottom, left:right] += BRIGHTER
    return np.stack(images).reshape(BASES, -1, *images[0].shape)


def following(changes: Any) -> float:
    """Return how well changes of heat lie where the patches were.

    Args:
        changes: (9, h, w), patches row by row.

    Returns:
        The lower of the correlations, over positions, of their row with the
        mean row of the patches that change them, and of their column.
    """
    total = changes.sum(axis=0)
    alive = total > 0
    if alive.sum() < 2:
        return 0.0
    patches = np.indices((PATCHES, PATCHES)).reshape(2, -1)
    found = []
    for axis, positions in enumerate(np.indices(total.shape)):
        mean = np.tensordot(patches[axis], changes, 1)[alive] / total[alive]
        if not np.ptp(mean):
            return 0.0
        found.append(float(np.corrcoef(positions[alive], mean)[0, 1]))
    return min(found)
