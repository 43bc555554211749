"""Makes what the log stores of a layer's heatmaps."""

from collections.abc import Sequence

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.captures.drawing import Picture
from kerasviz_callbacks.captures.heatmap_memory import RowKey
from kerasviz_callbacks.captures.heatmap_record import (
    captions,
    row_keys,
)
from kerasviz_callbacks.heatmaps import (
    ClassMeans,
    HeatmapBatch,
    PreparedHeatmaps,
)
from kerasviz_callbacks.pictures import encode, labelled_sheet, overlays
from tb_plugin.contract import Outcome


class HeatmapPictures:
    """Makes the pictures of one stream, capture after capture.

    The scale of a row in the sheets of the Images tab is the largest value of
    its maps so far, so that a map that fades looks fainter.
    """

    def __init__(self) -> None:
        self._scale: dict[tuple[str, RowKey], float] = {}

    def picture(
        self,
        path: str,
        batch: HeatmapBatch,
        found: Outcome,
        prepared: PreparedHeatmaps,
        means: ClassMeans,
    ) -> Picture:
        """Return a layer's raw heatmaps and a contact sheet of its overlays.

        What the model does not see of the image is NaN in the former, which is
        painted as no number, and hatched in the latter.

        Args:
            path: Path of the layer.
            batch: Heatmaps of all layers.
            found: Predictions for the images of the heatmaps.
            prepared: What drew them.
            means: Mean heatmap of each class at the layer.
        """
        maps, status = batch.maps[path], batch.status[path]
        seen = batch.seen[path]
        scale = self._grown_scale(path, row_keys(found), maps)
        shown = prepared.images.shown[batch.row_image]
        sheet = labelled_sheet(
            list(overlays(shown, maps, status, scale=scale, seen=seen)),
            captions(found, status, prepared.class_names),
        )
        size = (sheet.shape[1], sheet.shape[0])
        return Picture(
            path,
            encode_raw(np.where(seen, maps, np.float32(np.nan))),
            encode(sheet, "jpeg"),
            size,
            encode_raw(means.maps),
        )

    def grow(
        self, path: str, keys: Sequence[RowKey], largest: Sequence[float | None]
    ) -> None:
        """Take it that maps with these largest values were drawn."""
        for key, value in zip(keys, largest, strict=True):
            before = self._scale.get((path, key), 0.0)
            self._scale[path, key] = max(before, value or 0.0)

    def _grown_scale(
        self, path: str, keys: Sequence[RowKey], maps: FloatArray
    ) -> FloatArray:
        largest = np.nan_to_num(maps, posinf=0.0).max(axis=(1, 2))
        self.grow(path, keys, largest.tolist())
        return np.array([self._scale[path, key] for key in keys], np.float32)


def encode_raw(maps: FloatArray) -> bytes:
    """Return heatmaps as the log holds them: little-endian float32."""
    return np.ascontiguousarray(maps, "<f4").tobytes()
