"""Draws heatmaps capture after capture, each compared with earlier ones.

`HeatmapSeries` is what one stream of heatmaps knows over all its fits: what is
traced for the model, what was drawn first and last, and on what scale.
"""

import logging
import time
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import keras

from kerasviz_callbacks.arrays import FloatArray, counted
from kerasviz_callbacks.captures.drawing import (
    NO_LIMIT,
    RETRACED,
    Cost,
    Drawing,
    Limit,
    Picture,
    Plan,
    Slot,
    StoredImages,
)
from kerasviz_callbacks.captures.heatmap_checks import HeatmapChecks
from kerasviz_callbacks.captures.heatmap_memory import (
    CheckedHeatmaps,
    DrawnHeatmaps,
    HeatmapMemory,
    as_columns,
    measure_heatmaps,
)
from kerasviz_callbacks.captures.heatmap_pictures import HeatmapPictures
from kerasviz_callbacks.captures.heatmap_record import (
    HeatmapLayer,
    heatmap_layer,
    layer_means,
    outcome,
    outcome_scalars,
    row_keys,
)
from kerasviz_callbacks.captures.held_out_record import held_out_record
from kerasviz_callbacks.captures.shortcut_watch import (
    ShortcutWatch,
    shortcut_scalars,
)
from kerasviz_callbacks.heatmaps import (
    HeatmapBatch,
    HeatmapRequest,
    PreparedHeatmaps,
    heatmaps_at,
    prepare_heatmaps,
    share_notes,
    vanishing_notes,
)
from kerasviz_callbacks.images import Regions, as_regions
from kerasviz_callbacks.model import (
    Digests,
    LayersLike,
    MapCut,
    structure_signature,
)
from tb_plugin.contract import Capture, Kind

logger = logging.getLogger(__name__)


class HeatmapSeries:
    """Draws capture after capture of one stream of heatmaps.

    Args:
        request: What the user wants explained.
        layers: Layers to draw, as given.
        boxes: Boxes of the images, as given; see `as_boxes`.
        masks: Masks of the images, as given; see `as_masks`.
        checks: Checks that `check` does at the end. Defaults to none.
        shortcuts: Searches for shortcuts. Defaults to nothing.
    """

    kind: Kind = "grad_cam"

    def __init__(
        self,
        request: HeatmapRequest,
        layers: LayersLike | None,
        *,
        boxes: Any = None,
        masks: Any = None,
        checks: HeatmapChecks | None = None,
        shortcuts: ShortcutWatch | None = None,
    ) -> None:
        self._request = request
        self._layers = layers
        self._given_regions = boxes, masks
        self._checks = checks or HeatmapChecks()
        self._shortcuts = shortcuts or ShortcutWatch()
        self._has_warned = self._is_faint = False
        self._model: keras.Model | None = None
        self._signature: tuple[Any, ...] = ()
        self._prepared: PreparedHeatmaps
        self._regions: Regions
        self._stored: StoredImages | None = None
        self._checked: CheckedHeatmaps | None = None
        self.forget()

    def forget(self) -> None:
        """Forget earlier captures: the log is another one or was removed."""
        self._memory = HeatmapMemory()
        self._pictures = HeatmapPictures()
        self._shortcuts.forget()

    def keep(self) -> None:
        """Note that the last drawing is in the log."""
        self._memory.keep()

    def prepare(self, model: keras.Model) -> Plan:
        """Check everything on the real model and make ready to draw."""
        self._trace(model, structure_signature(model))
        prepared = self._prepared
        batch = prepared.draw()  # what cannot work fails before training
        self._checked = self._worth_keeping(batch)
        paths = tuple(cut.path for cut in prepared.engine.cuts)
        return Plan(
            paths=paths,
            what=f"{prepared.images.words} at {counted(len(paths), 'layer')}",
            details=self._checks.words(prepared) + self._shortcuts.details,
            reasons=(
                f"images as given: {prepared.images.seen}",
                *self._shortcuts.reasons,
            ),
            image_hashes=prepared.images.hashes,
            notes=(
                *prepared.notes,
                *share_notes(batch),
                *vanishing_notes(batch),
            ),
        )

    def draw(
        self,
        model: keras.Model,
        slot: Slot,
        digests: Digests,
        limit: Limit = NO_LIMIT,
    ) -> Drawing:
        """Draw with the weights as they are; all of it, whatever the limit."""
        retraced = self._retrace_if_other(model)
        prepared = self._prepared
        begin = time.perf_counter()
        now, is_new, known_s = self._drawn(slot.step, digests)
        drawn_s = time.perf_counter() - begin if is_new else 0.0
        found = outcome(now.batch, prepared.images)
        now = replace(now, keys=row_keys(found))
        shortcuts = self._shortcuts.look(now.batch, drawn_s, limit.spare_s)
        beside_s = self._shortcuts.seconds
        if limit.is_last:
            beside_s += self._checks.end(
                prepared, now.batch, drawn_s, limit.spare_s - beside_s
            )
        layers = [self._layer(cut, now, is_new) for cut in prepared.engine.cuts]
        self._memory.hold(now)
        scalars = outcome_scalars(found, slot.stream)
        scalars |= shortcut_scalars(shortcuts, slot.stream)
        for layer in layers:
            scalars |= layer.scalars(now.batch.is_first, slot.stream)
        return Drawing(
            pictures=tuple(
                self._pictures.picture(
                    layer.record.path, now.batch, found, prepared, layer.means
                )
                if is_new
                else Picture(layer.record.path, None, None, (0, 0))
                for layer in layers
            ),
            maps=tuple(layer.record for layer in layers),
            outcome=found,
            shortcuts=shortcuts,
            scalars=scalars,
            notes=(
                *retraced,
                *(shortcuts.sentences() if shortcuts else ()),
                *self._notes(now.batch),
            ),
            held_out=self._held_out(slot.stream),
            results=tuple(
                heatmaps_at(layer.record.path, prepared, now.batch)
                for layer in layers
                if is_new
            ),
            cost=Cost(
                int(is_new),
                picture_s=known_s,
                beside_s=beside_s,
            ),
        )

    def num_new(self, model: keras.Model, digests: Digests) -> int:
        """Return 1 if the heatmaps would differ from the last ones, else 0."""
        if self._is_other(model, structure_signature(model)):
            return 1
        return int(self._memory.repeat(self._source(digests)) is None)

    def check(self) -> None:
        """Test the newest drawing; the next one says what was found."""
        self._checks.run(self._prepared)

    def end_fit(self) -> None:
        """Forget what was tested: another fit gets tests of its own."""
        self._checks.forget()

    def recall(self, capture: Capture, *, has_weights: bool) -> None:
        """Take a capture in the log as drawn by this process, in its order.

        Args:
            capture: Its record.
            has_weights: Whether the model has the weights of that capture:
                only then can later ones be compared with it.

        Raises:
            ValueError: It is of other images, layers or another method.
        """
        found, prepared = capture.outcome, self._prepared
        method = self._request.method
        drawn = {(layer.path, layer.method) for layer in capture.maps}
        wanted = {(one.path, method) for one in prepared.engine.cuts}
        hashes = prepared.images.hashes
        if drawn != wanted or found is None or found.images != hashes:
            raise ValueError(
                "--log-dir must be new, or begun with the same options and "
                f"checkpoints — the heatmaps at step {capture.step} are of "
                "other images or layers. Name another directory or remove it."
            )
        keys = row_keys(found)
        for layer in capture.maps:
            self._pictures.grow(layer.path, keys, layer.maximum)
        if has_weights:
            source = self._source(Digests())
            drawn_then = DrawnHeatmaps(
                capture.step, source, prepared.draw(), keys
            )
            self._memory.recall(drawn_then)

    def _trace(self, model: keras.Model, signature: tuple[Any, ...]) -> None:
        self._prepared = prepare_heatmaps(model, self._request, self._layers)
        self._model, self._signature = model, signature
        self._stored = None
        boxes, masks = self._given_regions
        if boxes is not None or masks is not None:
            self._prepared.images.check_places("boxes and masks")
        self._shortcuts.prepare(self._prepared, self._request)
        self._regions = as_regions(boxes, masks, self._prepared.images.used)

    def _retrace_if_other(self, model: keras.Model) -> tuple[str, ...]:
        """Trace anew if the model is another one; return a note if so."""
        signature = structure_signature(model)
        if not self._is_other(model, signature):
            return ()
        self._trace(model, signature)
        return (RETRACED,)

    def _is_other(self, model: keras.Model, signature: tuple[Any, ...]) -> bool:
        return self._model is not model or self._signature != signature

    def _worth_keeping(self, batch: HeatmapBatch) -> CheckedHeatmaps | None:
        """Return what was drawn first, if it is known what that costs.

        The first chunk takes several times as long as any later one, so a
        single one does not tell: drawn again, it is what the budget counts by.
        """
        seconds = self._prepared.engine.warm_s
        if seconds is None:
            return None
        return CheckedHeatmaps(self._source(Digests()), batch, seconds)

    def _drawn(
        self, step: int, digests: Digests
    ) -> tuple[DrawnHeatmaps, bool, float]:
        """Return the heatmaps, and whether they differ from the last ones.

        And the seconds that they take, if they were drawn before.
        """
        source = self._source(digests)
        repeated = self._memory.repeat(source)
        if repeated is not None:
            return repeated, False, 0.0
        checked, self._checked = self._checked, None
        if checked is not None and checked.source == source:
            drawn = DrawnHeatmaps(step, source, checked.batch, ())
            return drawn, True, checked.seconds
        batch = self._prepared.draw()
        return DrawnHeatmaps(step, source, batch, ()), True, 0.0

    def _source(self, digests: Digests) -> Hashable:
        """Return what the heatmaps depend on."""
        weights = digests.of(self._prepared.engine.model.weights)
        return id(self._prepared), self._signature, weights

    def _layer(
        self, cut: MapCut, now: DrawnHeatmaps, is_new: bool
    ) -> HeatmapLayer:
        path = cut.path
        means = layer_means(path, now.batch, self._prepared.images)
        measures = self._measures(path, now) | self._checks.measures(path)
        record = heatmap_layer(
            cut,
            now.batch,
            self._request.method,
            as_columns(measures),
            means,
            None if is_new else now.step,
        )
        return HeatmapLayer(record, means)

    def _measures(self, path: str, now: DrawnHeatmaps) -> dict[str, FloatArray]:
        by_itself = measure_heatmaps(
            now.batch.maps[path], now.batch.row_image, self._regions
        )
        return by_itself | self._memory.changes(path, now)

    def _notes(self, batch: HeatmapBatch) -> tuple[str, ...]:
        vanishing = vanishing_notes(batch)
        was_faint, self._is_faint = self._is_faint, len(vanishing) > 1
        if self._is_faint and not self._has_warned:
            self._has_warned = True
            logger.warning("kerasviz: %s", vanishing[-1])
        vanishing = vanishing[:1] if was_faint else vanishing  # noted before
        return (*self._prepared.notes, *vanishing, *self._checks.sentences())

    def _held_out(self, stream: str) -> StoredImages:
        """Return the held-out images as stored, encoded once per stream."""
        if self._stored is None or self._stored[0].stream != stream:
            self._stored = held_out_record(
                self._prepared.images,
                stream,
                self._prepared.class_names,
                self._regions.shown_boxes(),
            )
        return self._stored
