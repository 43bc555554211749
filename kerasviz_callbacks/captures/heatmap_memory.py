"""The maps of one capture and of earlier ones in, the record's numbers out.

A row of the maps is followed over captures by its image's content and by what
is explained, so that images may come in another order in a later fit.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.measures import (
    centre_distance,
    place_measures,
    rank_correlation,
    region_measures,
)
from kerasviz_callbacks.images.regions import Regions
from tb_plugin.contract import MapLayer

RowKey: TypeAlias = tuple[str, str]  # an image's hash, and what is explained
Columns: TypeAlias = Mapping[str, tuple[float | None, ...]]

_DECIMALS = 6


def measure_maps(
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
    return {name: _column(values) for name, values in measures.items()}


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


def _column(values: FloatArray) -> tuple[float | None, ...]:
    return tuple(
        round(float(value), _DECIMALS) if np.isfinite(value) else None
        for value in values
    )
