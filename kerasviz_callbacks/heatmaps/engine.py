"""Draws the heatmaps of chosen layers, for a whole fit.

`HeatmapEngine` traces its graph once and reads the weights live. It traces anew
only if the model's structure changes. Images go through in chunks, so that
memory does not grow with their number.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import keras
import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray, rows_of
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch, as_batch
from kerasviz_callbacks.heatmaps.graph import Explanation, HeatmapGraph
from kerasviz_callbacks.heatmaps.question import HeatmapTask, check_wanted
from kerasviz_callbacks.heatmaps.scores import PREDICTED, Reading
from kerasviz_callbacks.model import (
    structure_signature,
)
from kerasviz_callbacks.model.devices import (
    Chunks,
    WeightValues,
    gradient_scale,
    num_replicas,
)
from kerasviz_callbacks.model.maps.places import Place, Unknown, is_plain_place

__all__ = ["HeatmapBatch", "HeatmapEngine"]

logger = logging.getLogger(__name__)

IMAGES_PER_CHUNK = 32


class HeatmapEngine:
    """Draws the heatmaps of some layers of one model.

    Args:
        task: Model, layers and question.
        graph: What was traced for it. Defaults to None: it is traced.

    Attributes:
        task: The task.
        cuts: What it draws, each group of maps as one heatmap.
        maps: All maps of all groups.
        warm_s: Seconds that another drawing as the last one takes, without what
            the first chunk of all prepares; None if there was no other chunk.

    Raises:
        TapError: A layer cannot be reached, or the score does not depend on
            it.
        ValueError: A layer's output is not spatial, or it is not clear what to
            explain.
    """

    def __init__(
        self, task: HeatmapTask, graph: HeatmapGraph | None = None
    ) -> None:
        self.task = task
        self.cuts = tuple(task.cuts)
        self.maps = task.maps
        self._chunks = Chunks(IMAGES_PER_CHUNK * num_replicas(self.model))
        self.warm_s: float | None = None
        self._take(graph or HeatmapGraph(task))

    @property
    def model(self) -> keras.Model:
        """The model whose heatmaps are drawn."""
        return self.task.probe.model

    @property
    def reading(self) -> Reading:
        """What the explained output is."""
        return self._graph.reading

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the cells of each of its maps lie in the image."""
        return self._places

    def __call__(
        self,
        fed: FloatArray,
        wanted: IntArray | None = None,
        others: Mapping[str, AnyArray] | None = None,
    ) -> HeatmapBatch:
        """Return the heatmaps with the weights as they are.

        Args:
            fed: (n, h, w, c) float32 images, as the model takes them.
            wanted: (n, passes) class to explain per image and pass, or (n,) for
                a single pass; see `ask`. Defaults to the predictions.
            others: Values of the other inputs by name, (n, …).

        Raises:
            ValueError: A wanted class does not exist.
        """
        if structure_signature(self.model) != self._structure:
            logger.info(
                "kerasviz: the structure of %r changed; heatmaps are traced "
                "anew.",
                self.model.name,
            )
            self._take(HeatmapGraph(self.task))
        if wanted is None:
            wanted = np.full(len(fed), PREDICTED)
        self._probe_places(fed, others or {})
        wanted = wanted.reshape(len(fed), -1)
        self.check(wanted)
        taken: list[tuple[int, float]] = []

        def explained(rows: slice) -> Explanation:
            begin = time.perf_counter()
            part = self._explained(rows, fed, wanted, others)
            taken.append((rows.stop - rows.start, time.perf_counter() - begin))
            return part

        parts = self._chunks.run(explained, len(fed))
        self.warm_s = _warm_s(taken)
        return as_batch(
            _joined(parts),
            self.places,
            wanted,
            self.reading,
            self.task,
        )

    def with_weights(self, weights: WeightValues) -> "HeatmapEngine":
        """Return an engine in which other variables replace the model's."""
        return HeatmapEngine(replace(self.task, weights=weights))

    def check(self, wanted: IntArray) -> None:
        """Raise if a wanted class does not exist, or is not clear.

        Raises:
            ValueError: Says what to do.
        """
        check_wanted(self.task.question, wanted, self.reading)

    def _take(self, graph: HeatmapGraph) -> None:
        self._structure = structure_signature(self.model)
        self._graph = graph
        self._places = graph.places
        self._has_probed = False
        self._scale = gradient_scale(self.model)

    def _probe_places(
        self, fed: FloatArray, others: Mapping[str, AnyArray]
    ) -> None:
        """Measure once what tracing could not tell."""
        if self._has_probed:
            return
        self._has_probed = True
        probe = self.task.probe
        self._places = tuple(
            None
            if isinstance(place, Unknown)
            and is_plain_place(probe, one, fed, others)
            else place
            for one, place in zip(self.maps, self._places, strict=True)
        )

    def _explained(
        self,
        rows: slice,
        fed: FloatArray,
        wanted: IntArray,
        others: Mapping[str, AnyArray] | None,
    ) -> Explanation:
        beside = rows_of(others or {}, rows)
        areas, places = self.task.question.areas, self.task.question.places
        if areas is None:
            areas = np.zeros((len(fed), 0, 0), np.float32)
        if places is None:
            places = np.zeros((len(fed), 0, 4), np.float32)

        def run(scale: float) -> Explanation:
            given = fed[rows], wanted[rows], scale, beside
            return self._graph(*given, areas[rows], places[rows])

        part = run(self._scale)
        self._check_rows(part)
        is_finite = all(np.isfinite(maps).all() for maps in part.maps)
        if self._scale == 1.0 or is_finite:
            return part
        # Some gradient overflowed by the scale, or is not finite in truth.
        return _finite_first(part, run(1.0))

    def _check_rows(self, part: Explanation) -> None:
        for one, maps in zip(self.maps, part.maps, strict=True):
            if len(maps) != len(part.scores):
                raise ValueError(
                    f"Layer {one.located.path!r} must output one feature map "
                    f"per image — it gave {len(maps)} for {len(part.scores)} "
                    "images (TimeDistributed?). Choose a layer outside."
                )


def _warm_s(taken: Sequence[tuple[int, float]]) -> float | None:
    """Return the seconds for all rows at the rate of all but the first chunk.

    Args:
        taken: Rows and seconds of each chunk.
    """
    _, *later = taken
    if not later:
        return None
    rows = sum(count for count, _ in later)
    rate_s = sum(seconds for _, seconds in later) / rows
    return rate_s * sum(count for count, _ in taken)


def _joined(parts: Sequence[Explanation]) -> Explanation:
    maps = zip(*(part.maps for part in parts), strict=True)
    names = [field.name for field in fields(Explanation)][1:]
    rest = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in names
    )
    return Explanation(tuple(np.concatenate(m) for m in maps), *rest)


def _finite_first(scaled: Explanation, plain: Explanation) -> Explanation:
    """Return each heatmap of the scaled run if finite, else the plain one."""
    maps = []
    for one, other in zip(scaled.maps, plain.maps, strict=True):
        finite = np.isfinite(one).all(axis=(2, 3), keepdims=True)
        maps.append(np.where(finite, one, other))
    return replace(scaled, maps=tuple(maps))
