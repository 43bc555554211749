"""Passes over a pool once, and finds the exemplars of all layers' filters.

| step                         | what runs                                     |
|------------------------------|-----------------------------------------------|
| the first batch              | a few gradients per layer: how much of an     |
|                              | image a position sees (`receptive`)           |
| every batch                  | one forward pass, up to the last of the layers|
|                              | that are drawn; only the filters that are     |
|                              | drawn are reduced                             |
| at the end                   | crops are scaled (`crops`)                    |
| once more, if asked for      | weaker images are cut out (`spread`)          |

Without a pool the held-out images are passed over in the same way. Their
activations are known already.
"""

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kerasviz_callbacks.arrays import (
    AnyArray,
    ByteArray,
    FloatArray,
    IntArray,
    rows_of,
    spread_evenly,
)
from kerasviz_callbacks.images import (
    HeldOutImages,
    Pool,
    PoolBatch,
    as_numbers,
)
from kerasviz_callbacks.model import generators_kept
from kerasviz_callbacks.model.devices import Chunks
from kerasviz_callbacks.patterns.excitation import box_around
from kerasviz_callbacks.patterns.excitation_graph import (
    ExcitationGraph,
    FilterActivations,
    PeaksOf,
)
from kerasviz_callbacks.patterns.exemplars.crops import Crops
from kerasviz_callbacks.patterns.exemplars.receptive import (
    NUM_SAMPLES,
    ReceptiveField,
    plain_centers,
    receptive_field,
)
from kerasviz_callbacks.patterns.exemplars.result import (
    CutOut,
    Exemplars,
    Surveyed,
)
from kerasviz_callbacks.patterns.exemplars.spread import Sightings
from kerasviz_callbacks.patterns.exemplars.tally import (
    NO_LABEL,
    Best,
    Sighting,
    Tally,
)

_Peaks = tuple[FloatArray, IntArray]


class Survey:
    """Finds the exemplars of some layers of one model.

    Args:
        graph: Runs the layers on the images.
        layers: The layers, in the order of the graph.
        images: A pool, or the held-out images.
        class_names: Names of the classes, if the user gave them.
        has_spread: Whether to look for weaker exemplars, too.

    Attributes:
        limit: Images that a pass looks at; None for all. Set where the first
            pass ran out of time, so that all captures look at the same ones.
    """

    def __init__(
        self,
        graph: ExcitationGraph,
        layers: Sequence[Surveyed],
        images: Pool | HeldOutImages,
        class_names: Sequence[str] = (),
        *,
        has_spread: bool = False,
    ) -> None:
        self._has_spread = has_spread
        self._graph = graph
        self._layers = tuple(layers)
        self._images = images
        own = images.class_names if isinstance(images, Pool) else ()
        self._class_names = own or tuple(class_names) or images.class_names
        self._chunks = Chunks(NUM_SAMPLES)
        self._peaks: PeaksOf | None = None
        self.limit: int | None = None

    def exemplars(
        self,
        activations: Mapping[str, FilterActivations],
        max_s: float = float("inf"),
    ) -> dict[str, Exemplars]:
        """Return the exemplars of each layer, by path.

        Args:
            activations: Of the held-out images, if these are passed over.
            max_s: Seconds after which the first pass ends, whatever is left.
        """
        images = self._images
        if isinstance(images, Pool) and images.is_stream:
            with generators_kept():  # its code may draw from those of training
                return self._surveyed(activations, max_s)
        return self._surveyed(activations, max_s)

    def _surveyed(
        self, activations: Mapping[str, FilterActivations], max_s: float
    ) -> dict[str, Exemplars]:
        begin = time.perf_counter()
        tallies = [Tally(len(x.filters), x.threshold) for x in self._layers]
        all_seen = [Sightings(x.threshold) for x in self._layers]
        crops: list[Crops] = []
        for batch, peaks in self._pass(activations):
            if not crops:
                fields, sources = self._looked_at(batch, peaks)
                size = batch.shown.shape[1:3]
                crops = [Crops(field, size) for field in fields]
            for i, (values, places) in enumerate(peaks):
                seen = _sighting(batch, values, places)
                tallies[i].add(seen)
                if self._has_spread:
                    all_seen[i].add(seen)
                best = tallies[i].best
                centers = self._centers(i, best.places)
                crops[i].take(best, batch.shown, batch.indices, centers)
            is_late = time.perf_counter() - begin > max_s
            if self.limit is None and is_late:
                self.limit = tallies[0].num_images
        found = [
            self._cut(i, tally.best, crops[i])
            for i, tally in enumerate(tallies)
        ]
        if self._has_spread:
            weaker = [
                seen.spread(tally.best)
                for seen, tally in zip(all_seen, tallies, strict=True)
            ]
            found = [
                strongest.and_then(others)
                for strongest, others in zip(
                    found, self._cut_again(weaker, fields, size), strict=True
                )
            ]
        return {
            layer.path: Exemplars(
                filters=layer.filters,
                tally=tallies[i],
                best=found[i].best,
                crops=found[i].crops,
                boxes=found[i].boxes,
                field=fields[i],
                sources=sources[i],
                responses=tallies[i].sample.responses(),
                is_of_pool=isinstance(self._images, Pool),
                class_names=self._class_names,
            )
            for i, layer in enumerate(self._layers)
        }

    def _cut_again(
        self,
        weaker: Sequence[Best],
        fields: Sequence[ReceptiveField],
        size: tuple[int, int],
    ) -> list[CutOut]:
        """Pass over the images once more, and cut some out of them.

        They are known again by their hashes: a dataset may shuffle. What does
        not come again is not there.
        """
        crops = [Crops(field, size) for field in fields]
        centers = [self._centers(i, x.places) for i, x in enumerate(weaker)]
        index_of = [
            dict(zip(best.hashes.flat, best.images.flat, strict=True))
            for best in weaker
        ]
        for batch in self._batches():
            for i, best in enumerate(weaker):
                known = index_of[i]
                indices = np.array([known.get(x, -1) for x in batch.hashes])
                crops[i].take(best, batch.shown, indices, centers[i])
        return [
            self._cut(i, best.only(crops[i].has(best)), crops[i])
            for i, best in enumerate(weaker)
        ]

    def _batches(self) -> Iterator[PoolBatch]:
        """Yield the images, up to the limit."""
        if isinstance(self._images, HeldOutImages):
            yield _of_held_out(self._images)
            return
        count = 0
        for batch in self._images:
            if self.limit is not None and count >= self.limit:
                return
            count += len(batch.indices)
            yield batch

    def _pass(
        self, activations: Mapping[str, FilterActivations]
    ) -> Iterator[tuple[PoolBatch, list[_Peaks]]]:
        """Yield each batch with its peaks by layer."""
        if isinstance(self._images, HeldOutImages):
            found = [
                (each.highest[:, layer.filters], each.place[:, layer.filters])
                for layer in self._layers
                for each in [activations[layer.path]]
            ]
            for batch in self._batches():
                yield batch, found
            return
        if self._peaks is None:  # here: a log may be begun and never drawn to
            filters = [layer.filters for layer in self._layers]
            self._peaks = self._graph.peaks_of(filters)
        for batch in self._batches():
            yield batch, self._peaks(batch.fed, batch.others)

    def _looked_at(
        self, batch: PoolBatch, peaks: Sequence[_Peaks]
    ) -> tuple[list[ReceptiveField], list[FloatArray]]:
        """Return what the positions of each layer see, and `sources`."""
        fields, sources = [], []
        is_all = isinstance(self._images, HeldOutImages)
        for i, (values, places) in enumerate(peaks):
            rows, chosen = _samples(values, self._layers[i].threshold)
            filters = np.array(self._layers[i].filters)[chosen]
            weights = self._sources(
                i, batch.fed[rows], rows_of(batch.others, rows), filters
            )
            centers = self._centers(i, places[rows, chosen])
            fields.append(receptive_field(weights, centers))
            boxes = np.full((values.shape[1], 4), np.nan)
            if is_all:  # the best of a batch, of a pool, is not that of all
                first = len(np.unique(chosen))
                boxes[chosen[:first]] = box_around(weights[:first])
            sources.append(boxes)
        return fields, sources

    def _centers(self, index: int, places: IntArray) -> FloatArray:
        inner, whole = self._graph.inner_shape(index)
        return plain_centers(places, inner, whole)

    def _sources(
        self,
        index: int,
        fed: FloatArray,
        others: Mapping[str, AnyArray],
        filters: IntArray,
    ) -> FloatArray:
        """Return (m, h, w): how much pixels count for filters' activations."""

        def source(rows: slice) -> FloatArray:
            some = rows_of(others, rows)
            return self._graph.sources(index, fed[rows], some, filters[rows])

        return np.concatenate(self._chunks.run(source, len(fed)))

    def _cut(self, index: int, best: Best, crops: Crops) -> CutOut:
        layer = self._layers[index]

        def centers(
            shown: ByteArray, rows: IntArray, indices: IntArray
        ) -> FloatArray:
            fed, others = self._fed_again(shown, indices)
            filters = np.array(layer.filters)[rows]
            boxes = box_around(self._sources(index, fed, others, filters))
            left, upper, right, lower = boxes.T
            return np.stack([upper + lower, left + right], axis=1) / 2

        return CutOut(best, *crops.of(best, centers))

    def _fed_again(
        self, shown: ByteArray, indices: IntArray
    ) -> tuple[FloatArray, dict[str, AnyArray]]:
        """Return images as input of the model, by what was kept of them."""
        images = self._images
        if isinstance(images, HeldOutImages):
            return images.fed[indices], rows_of(images.others, indices)
        zeros = {
            name: np.zeros((len(shown), *values.shape[1:]), values.dtype)
            for name, values in images.first.others.items()
        }
        return images.fed(shown), zeros


def _samples(values: FloatArray, threshold: float) -> tuple[IntArray, IntArray]:
    """Return images and filters, (m,) each, whose gradients are looked at.

    Of filters that the batch activates, if there are any: others have no
    gradient. Of few filters, several images of each.

    Args:
        values: (n, f). Largest activations.
        threshold: Activation above which an image activates a filter.
    """
    values = np.where(np.isfinite(values), values, -np.inf)
    active = np.flatnonzero(values.max(axis=0) > threshold).tolist()
    columns = spread_evenly(active or range(values.shape[1]), NUM_SAMPLES)
    order = np.argsort(-values[:, columns], axis=0, kind="stable")
    rows = order.reshape(-1)[:NUM_SAMPLES]  # the best image of each comes first
    return rows, np.resize(columns, len(rows))


def _of_held_out(images: HeldOutImages) -> PoolBatch:
    return PoolBatch(
        shown=images.shown,
        fed=images.fed,
        others=images.others,
        indices=np.arange(len(images.fed)),
        labels=images.labels,
        hashes=as_numbers(images.hashes),
    )


def _sighting(
    batch: PoolBatch, values: FloatArray, places: IntArray
) -> Sighting:
    nothing = np.full(len(values), NO_LABEL)
    return Sighting(
        values=values,
        places=places,
        images=batch.indices,
        hashes=batch.hashes,
        labels=nothing if batch.labels is None else batch.labels,
    )
