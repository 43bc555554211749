"""The callback that draws heatmaps while a model trains."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
from numpy.typing import ArrayLike

from kerasviz_callbacks.arguments import Layers, as_layers
from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.drawing import Drawing, Plan
from kerasviz_callbacks.fingerprint import fingerprint
from kerasviz_callbacks.heatmap_engine import HeatmapBatch
from kerasviz_callbacks.heatmap_record import (
    map_layer,
    outcome,
    outcome_scalars,
    row_keys,
)
from kerasviz_callbacks.heatmap_request import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.held_out import Preprocess
from kerasviz_callbacks.held_out_record import as_boxes, held_out_record
from kerasviz_callbacks.map_measures import (
    as_columns,
    mean_scalars,
    measure_maps,
)
from kerasviz_callbacks.map_memory import DrawnMaps, MapMemory
from kerasviz_callbacks.map_sheets import MapSheets
from kerasviz_callbacks.regions import Regions, as_masks
from kerasviz_callbacks.sanity import SanityCheck, check_sanity, sanity_cost
from kerasviz_callbacks.schedule import Schedule
from kerasviz_callbacks.summary import Picture
from kerasviz_callbacks.tap import structure_signature
from kerasviz_callbacks.target_request import TargetLike
from kerasviz_callbacks.vanishing import vanishing_notes
from kerasviz_callbacks.watcher import OnError, Watcher
from tb_plugin.contract import Kind, Outcome

logger = logging.getLogger(__name__)


class GradCAM(Watcher):
    """Draws where a model looks on held-out images, as that changes.

    Add it to `model.fit(callbacks=[...])`. A capture is drawn before the first
    batch, on the schedule, and at the end. Training is not changed by it, and
    a drawing that fails is logged and does not end training.

    Args:
        log_dir: of TensorBoard; the run is `<log_dir>/kerasviz`.
        images: as a person looks at them, never trained on: an array, a list,
            paths of files or a `tf.data.Dataset`; see `grad_cam`.
        labels: class index per image, or one-hot.
        class_names: one per class, in the order of the output.
        preprocess: float32 images in the range given → what the model takes.
        layers: a path, a layer, or several; `"auto"` takes the last spatial
            activation before pooling or flattening.
        every: a number of epochs, or a schedule such as `EverySteps(500)`.
        target: what is explained; None for each image's own prediction,
            `"mistakes"` for the label too where it is wrong; see `grad_cam`.
        method: how the maps are made; see `grad_cam`.
        boxes: (n, 4), where the thing to see lies in each image: left, upper,
            right and lower edge in fractions of the image, NaN for none. With
            boxes or masks the record tells whether the model looks there; see
            `measures.py` for all numbers.
        masks: (n, H, W) of bool, or from 0 to 1, stretched over the image: the
            same, more exactly; an empty one for none.
        sanity_check: whether to tell at the end if the maps depend on the
            weights, in one more capture without pictures; see `sanity.py`.
            What it costs is said before training.
        input: name or index of the image input, where several could be.
        output: name or index of the output to explain, of several.
        on_error: `"log"` a drawing that fails and go on, or `"raise"`.
        verbose: 1 prints one line before training, 0 nothing.

    Example:
        >>> GradCAM("logs/run1", x_held_out, labels=y_held_out)

    Source: Selvaraju et al. 2017, eq. 1-2, https://arxiv.org/abs/1610.02391.
    """

    kind: Kind = "grad_cam"

    def __init__(
        self,
        log_dir: str,
        images: Any,
        labels: ArrayLike | None = None,
        class_names: Sequence[str] | None = None,
        preprocess: Preprocess | None = None,
        layers: Layers = "auto",
        every: int | Schedule = 1,
        *,
        target: TargetLike = None,
        method: str = "grad_cam",
        boxes: Any = None,
        masks: Any = None,
        sanity_check: bool = False,
        input: str | int | None = None,
        output: str | int | None = None,
        on_error: OnError = "log",
        verbose: int = 1,
    ) -> None:
        super().__init__(log_dir, every, on_error, verbose)
        self._request = HeatmapRequest(
            images,
            target,
            labels,
            preprocess,
            input,
            output,
            class_names,
            method,
        )
        self._layers = as_layers(layers)
        self._given_regions = boxes, masks
        self._regions = Regions(None, None)
        self._memory = MapMemory()
        self._has_sanity_check = sanity_check
        self._sanity: SanityCheck | None = None
        self._has_warned = False
        self._prepared: PreparedHeatmaps
        self._sheets = MapSheets()

    def _prepare(self, model: keras.Model) -> Plan:
        prepared = prepare_heatmaps(model, self._request, self._layers)
        self._prepared = prepared
        num_images = len(prepared.images.fed)
        boxes, masks = self._given_regions
        self._regions = Regions(
            as_boxes(boxes, num_images), as_masks(masks, num_images)
        )
        prepared.draw()  # the first pass is slower than all that follow
        begin = time.perf_counter()
        batch = prepared.draw()
        found = outcome(batch, prepared.images)
        trial = MapSheets()
        pictures = [
            trial.picture(located.path, batch, found, prepared)
            for located in prepared.engine.layers
        ]
        paths = tuple(picture.path for picture in pictures)
        return Plan(
            paths=paths,
            what=f"{num_images} images at {', '.join(paths)}{self._extra()}",
            seconds=time.perf_counter() - begin,
            num_bytes=sum(picture.num_bytes for picture in pictures),
            notes=(*prepared.images.notes, *vanishing_notes(batch)),
        )

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, tell whether the maps depend on the weights, close."""
        if self._has_sanity_check and self._has_begun:
            self._capture_if_new("last")
            with self._going_on("The sanity check"):
                self._sanity = check_sanity(self._prepared)
                last = self._log.last_step(self._place.stream)
                step = self._progress.step if last is None else last + 1
                self._capture("sanity check", step, 0)
        self._sanity = None
        super().on_train_end(logs)

    def _extra(self) -> str:
        if not self._has_sanity_check:
            return ""
        return f", with {sanity_cost(self._prepared)}"

    def _draw(self, stream: str, step: int) -> Drawing:
        if self._log.last_step(stream) is None:
            self._memory.forget()  # the log is another one, or was removed
            self._sheets = MapSheets()
        now, is_new = self._drawn(step)
        found = outcome(now.batch, self._prepared.images)
        now = replace(now, keys=row_keys(found))
        maps = tuple(
            map_layer(
                located,
                now.batch,
                self._request.method,
                as_columns(self._measures(located.path, now)),
                None if is_new else now.step,
            )
            for located in self._prepared.engine.layers
        )
        self._memory.hold(now)
        scalars = outcome_scalars(found, stream)
        for one in maps:
            scalars |= mean_scalars(one, now.batch.is_first, stream)
        return Drawing(
            pictures=tuple(
                self._picture(one.path, now.batch, found, is_new)
                for one in maps
            ),
            maps=maps,
            outcome=found,
            scalars=scalars,
            notes=(*self._sanity_notes(), *self._vanishing(now.batch)),
            held_out=held_out_record(
                self._prepared.images,
                stream,
                self._prepared.class_names,
                self._regions.shown_boxes(),
            ),
        )

    def _picture(
        self, path: str, batch: HeatmapBatch, found: Outcome, is_new: bool
    ) -> Picture:
        if not is_new:
            return Picture(path, None, None, (0, 0))
        return self._sheets.picture(path, batch, found, self._prepared)

    def _drawn(self, step: int) -> tuple[DrawnMaps, bool]:
        """Return the maps, and whether they are other than the last ones."""
        source = (
            id(self._prepared),
            structure_signature(self.model),
            fingerprint(self.model),
        )
        repeated = self._memory.repeat(source)
        if repeated is not None:
            return repeated, False
        return DrawnMaps(step, source, self._prepared.draw(), ()), True

    def _remember(self, step: int) -> None:
        self._memory.keep()

    def _measures(self, path: str, now: DrawnMaps) -> dict[str, FloatArray]:
        by_itself = measure_maps(
            now.batch.maps[path], now.batch.row_image, self._regions
        )
        sane = self._sanity.measures(path) if self._sanity else {}
        return by_itself | self._memory.changes(path, now) | sane

    def _sanity_notes(self) -> tuple[str, ...]:
        if self._sanity is None:
            return ()
        layers = self._prepared.engine.layers
        return tuple(self._sanity.sentence(one.path) for one in layers)

    def _vanishing(self, batch: HeatmapBatch) -> tuple[str, ...]:
        notes = vanishing_notes(batch)
        if len(notes) > 1 and not self._has_warned:
            self._has_warned = True
            logger.warning("kerasviz: %s", notes[-1])
        return notes
