"""Heatmaps with the weights as they are in, a capture ready to write out.

`MapStream` is what one `GradCAM` callback knows over all its fits: what it drew
first and last, and on what scale.
"""

import logging
from collections.abc import Hashable
from dataclasses import replace

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.drawing import Drawing, Picture
from kerasviz_callbacks.captures.heatmap_memory import (
    DrawnMaps,
    MapMemory,
    as_columns,
    mean_scalars,
    measure_maps,
)
from kerasviz_callbacks.captures.heatmap_record import (
    layer_means,
    map_layer,
    mean_map_scalars,
    outcome,
    outcome_scalars,
    row_keys,
)
from kerasviz_callbacks.captures.heatmap_sheets import MapSheets
from kerasviz_callbacks.captures.held_out_record import held_out_record
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch, vanishing_notes
from kerasviz_callbacks.heatmaps.class_means import ClassMeans
from kerasviz_callbacks.heatmaps.draw import heatmaps_at
from kerasviz_callbacks.heatmaps.preparation import PreparedHeatmaps
from kerasviz_callbacks.heatmaps.sanity import SanityCheck
from kerasviz_callbacks.images.regions import Regions
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.structure import fingerprint, structure_signature
from tb_plugin.contract import Capture, MapLayer, Outcome

logger = logging.getLogger(__name__)


class MapStream:
    """Draws capture after capture, each compared with those before."""

    def __init__(self) -> None:
        self._has_warned = False
        self._prepared: PreparedHeatmaps
        self._regions: Regions
        self._method: str
        self.forget()

    def forget(self) -> None:
        """Begin anew, for a log that is another one, or was removed."""
        self._memory = MapMemory()
        self._sheets = MapSheets()

    def begin(
        self, prepared: PreparedHeatmaps, regions: Regions, method: str
    ) -> None:
        """Take what is drawn from now on, in the fit that begins."""
        self._prepared = prepared
        self._regions = regions
        self._method = method

    def keep(self) -> None:
        """Note that what was drawn last lies in the log."""
        self._memory.keep()

    def draw(
        self, stream: str, step: int, sanity: SanityCheck | None
    ) -> Drawing:
        """Draw with the weights as they are.

        Args:
            stream: in the log.
            step: of the capture.
            sanity: what was found of these very maps; None for nothing.
        """
        prepared = self._prepared
        now, is_new = self._drawn(step)
        found = outcome(now.batch, prepared.images)
        now = replace(now, keys=row_keys(found))
        layers = [
            self._layer(one, now, is_new, sanity)
            for one in prepared.engine.layers
        ]
        self._memory.hold(now)
        scalars = outcome_scalars(found, stream)
        for layer, means in layers:
            scalars |= mean_scalars(layer, now.batch.is_first, stream)
            scalars |= mean_map_scalars(means, layer.path, stream)
        return Drawing(
            pictures=tuple(
                self._picture(layer.path, now.batch, found, is_new)
                for layer, _ in layers
            ),
            maps=tuple(layer for layer, _ in layers),
            outcome=found,
            scalars=scalars,
            notes=(
                *prepared.images.notes,
                *(sanity.sentences() if sanity else ()),
                *self._vanishing(now.batch),
            ),
            held_out=held_out_record(
                prepared.images,
                stream,
                prepared.class_names,
                self._regions.shown_boxes(),
            ),
            results=tuple(
                heatmaps_at(layer.path, prepared, now.batch)
                for layer, _ in layers
                if is_new
            ),
        )

    def recall(self, capture: Capture, *, has_weights: bool) -> None:
        """Take a capture in the log as drawn by this process, in its order.

        Args:
            capture: its record.
            has_weights: whether the model has the weights of then: only such
                a capture can be compared with.
        """
        if capture.outcome is None:
            raise ValueError(f"The capture at {capture.step} is of no maps.")
        keys = row_keys(capture.outcome)
        for layer in capture.maps:
            self._sheets.grow(layer.path, keys, layer.maximum)
        if has_weights:
            batch, source = self._prepared.draw(), self._source()
            self._memory.recall(DrawnMaps(capture.step, source, batch, keys))

    def _drawn(self, step: int) -> tuple[DrawnMaps, bool]:
        """Return the maps, and whether they are other than the last ones."""
        source = self._source()
        repeated = self._memory.repeat(source)
        if repeated is not None:
            return repeated, False
        return DrawnMaps(step, source, self._prepared.draw(), ()), True

    def is_new(self) -> bool:
        """Tell whether the maps are other than the last ones."""
        return self._memory.repeat(self._source()) is None

    def _source(self) -> Hashable:
        """Return what the maps depend on."""
        model = self._prepared.engine.model
        structure = structure_signature(model)
        return id(self._prepared), structure, fingerprint(model)

    def _layer(
        self,
        located: Located,
        now: DrawnMaps,
        is_new: bool,
        sanity: SanityCheck | None,
    ) -> tuple[MapLayer, ClassMeans]:
        path = located.path
        means = layer_means(path, now.batch, self._prepared.images)
        measures = self._measures(path, now)
        measures |= sanity.measures(path) if sanity else {}
        record = map_layer(
            located,
            now.batch,
            self._method,
            as_columns(measures),
            means,
            None if is_new else now.step,
        )
        return record, means

    def _measures(self, path: str, now: DrawnMaps) -> dict[str, FloatArray]:
        by_itself = measure_maps(
            now.batch.maps[path], now.batch.row_image, self._regions
        )
        return by_itself | self._memory.changes(path, now)

    def _picture(
        self, path: str, batch: HeatmapBatch, found: Outcome, is_new: bool
    ) -> Picture:
        if not is_new:
            return Picture(path, None, None, (0, 0))
        return self._sheets.picture(path, batch, found, self._prepared)

    def _vanishing(self, batch: HeatmapBatch) -> tuple[str, ...]:
        notes = vanishing_notes(batch)
        if len(notes) > 1 and not self._has_warned:
            self._has_warned = True
            logger.warning("kerasviz: %s", notes[-1])
        return notes
