"""Captures of one stream in, what later ones look back on out.

A capture counts only once it lies in the log: one that could not be written is
neither compared with nor pointed at.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.heatmap_memory import RowKey, measure_change
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch


@dataclass(frozen=True)
class DrawnMaps:
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


class MapMemory:
    """The first and the newest capture of a stream."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, for a log without captures."""
        self._first: DrawnMaps | None = None
        self._newest: DrawnMaps | None = None
        self._pending: DrawnMaps | None = None

    def hold(self, drawn: DrawnMaps) -> None:
        """Take what was drawn, until it is in the log."""
        self._pending = drawn

    def keep(self) -> None:
        """Note that what was held lies in the log."""
        self._newest = self._pending
        self._first = self._first or self._pending

    def recall(self, drawn: DrawnMaps) -> None:
        """Take what an earlier process drew as remembered, in its order."""
        self.hold(drawn)
        self.keep()

    def repeat(self, source: Hashable) -> DrawnMaps | None:
        """Return the newest capture if it is of this very source."""
        newest = self._newest
        return newest if newest and newest.source == source else None

    def changes(self, path: str, now: DrawnMaps) -> dict[str, FloatArray]:
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
