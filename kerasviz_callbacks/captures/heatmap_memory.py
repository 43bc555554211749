"""Remembers earlier heatmaps, and measures how new ones differ from them.

A row of heatmaps is followed over captures by its image's content and by what
is explained, so that a later fit may pass the images in another order.

A capture counts only once it is in the log: one that could not be written is
neither compared with nor pointed at.
"""

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps import (
    HeatmapBatch,
    centre_distance,
    place_measures,
    rank_correlation,
    region_measures,
)
from kerasviz_callbacks.images import Regions
from tb_plugin.contract import MapLayer

RowKey: TypeAlias = tuple[str, str]  # an image's hash, and what is explained
Columns: TypeAlias = Mapping[str, tuple[float | None, ...]]

_DECIMALS = 6


def measure_heatmaps(
    maps: FloatArray, row_image: IntArray, regions: Regions
) -> dict[str, FloatArray]:
    """Return every number of the maps by themselves, one per row.

    Args:
        maps: (rows, h, w).
        row_image: (rows,) index of the image that a row is about.
        regions: of the images.
    """
    measures = place_measures(maps)
    height, width = maps.shape[1:]
    coverage = regions.coverage((height, width))
    if coverage is not None:
        measures |= region_measures(maps, coverage[row_image])
    return measures


def measure_change(
    maps: FloatArray,
    keys: Sequence[RowKey],
    earlier: tuple[FloatArray, Sequence[RowKey]] | None,
    since: str,
) -> dict[str, FloatArray]:
    """Return how the maps changed since an earlier capture, one per row.

    Args:
        maps: (rows, h, w).
        keys: of the rows.
        earlier: the maps and keys of that capture; None where there is none,
            which leaves every row without a number.
        since: names the capture: `previous` or `baseline`.
    """
    before = np.full(maps.shape, np.nan)
    if earlier is not None and earlier[0].shape[1:] == maps.shape[1:]:
        places = {key: place for place, key in enumerate(earlier[1])}
        for row, key in enumerate(keys):
            if key in places:
                before[row] = earlier[0][places[key]]
    return {
        f"rank_correlation_{since}": rank_correlation(maps, before),
        f"centre_shift_{since}": centre_distance(maps, before),
    }


def as_columns(measures: Mapping[str, FloatArray]) -> Columns:
    """Return the measures as they are recorded, None where no number is."""
    return {name: as_column(values) for name, values in measures.items()}


def mean_scalars(
    layer: MapLayer, rows: BoolArray, stream: str
) -> dict[str, float]:
    """Return the mean of each measure over these rows that have a number."""
    scalars = {}
    for name, values in layer.measures.items():
        chosen = itertools.compress(values, rows)
        known = [value for value in chosen if value is not None]
        if known:
            scalars[f"{name}/{stream}/{layer.path}"] = sum(known) / len(known)
    return scalars


def as_column(values: FloatArray) -> tuple[float | None, ...]:
    """Return numbers as they are recorded, None where no number is."""
    return tuple(
        round(float(value), _DECIMALS) if np.isfinite(value) else None
        for value in values
    )


@dataclass(frozen=True)
class DrawnHeatmaps:
    """The maps of one capture.

    Attributes:
        step: where their pictures lie.
        source: what they were drawn from; equal sources give equal maps.
        batch: the maps.
        keys: of their rows.
    """

    step: int
    source: Hashable
    batch: HeatmapBatch
    keys: tuple[RowKey, ...]

    def of_layer(self, path: str) -> tuple[FloatArray, tuple[RowKey, ...]]:
        """Return the layer's maps and the keys of their rows; none if new."""
        if path not in self.batch.maps:
            return next(iter(self.batch.maps.values()))[:0], ()
        return self.batch.maps[path], self.keys


@dataclass(frozen=True)
class CheckedHeatmaps:
    """What was drawn to check everything, and may be the baseline too.

    Attributes:
        source: What it depends on.
        batch: The heatmaps.
        seconds: That drawing them again would take.
    """

    source: Hashable
    batch: HeatmapBatch
    seconds: float


class HeatmapMemory:
    """The first and the newest capture of a stream."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, for a log without captures."""
        self._first: DrawnHeatmaps | None = None
        self._newest: DrawnHeatmaps | None = None
        self._pending: DrawnHeatmaps | None = None

    def hold(self, drawn: DrawnHeatmaps) -> None:
        """Take what was drawn, until it is in the log."""
        self._pending = drawn

    def keep(self) -> None:
        """Note that what was held lies in the log."""
        self._newest = self._pending
        self._first = self._first or self._pending

    def recall(self, drawn: DrawnHeatmaps) -> None:
        """Take what an earlier process drew as remembered, in its order."""
        self.hold(drawn)
        self.keep()

    def repeat(self, source: Hashable) -> DrawnHeatmaps | None:
        """Return the newest capture if it is of this very source."""
        newest = self._newest
        return newest if newest and newest.source == source else None

    def changes(self, path: str, now: DrawnHeatmaps) -> dict[str, FloatArray]:
        """Return how a layer's maps changed, one number per row."""
        changes: dict[str, FloatArray] = {}
        maps, keys = now.of_layer(path)
        for since, drawn in (
            ("previous", self._newest),
            ("baseline", self._first),
        ):
            earlier = drawn.of_layer(path) if drawn else None
            changes |= measure_change(maps, keys, earlier, since)
        return changes
