"""Measures how held-out images activate the filters of some layers.

The pattern that ascent found is compared with what images do, by the same
number: the mean activation of a filter without the border of its map. Images
are fed in their own size, which may differ from the canvas' if the model leaves
it open. A mean over positions does not grow with the size, but a filter for a
whole object may reach more on a canvas that shows the whole of it.

`box_around` finds the part of an image that activates a filter most, as

    center ± 2 standard deviations, per axis, moved in where it sticks out

of the squared gradient of one activation of the filter. That is the effective
receptive field: the theoretical one covers, in deep networks, the whole image,
while the gradient falls off like a bell from the center (Luo et al. 2016,
"Understanding the Effective Receptive Field"). Two deviations hold 95% of a
bell, and a little more than all of an even patch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    rows_of,
)
from kerasviz_callbacks.images import HeldOutImages
from kerasviz_callbacks.model import KeptTraces, Located, Probe, probe_model
from kerasviz_callbacks.model.devices import Chunks, joined, num_replicas
from kerasviz_callbacks.patterns.excitation_graph import (
    ExcitationGraph,
    FilterActivations,
)

IMAGES_PER_CHUNK = 32
MIN_SIDE_PX = 8  # less of an image shows a person nothing
_REACH = 2.0


@dataclass(frozen=True)
class Excitation(FilterActivations):
    """How n images activate f filters of one layer: (n, f), and where most.

    Attributes:
        features: (n, c). `mean` of all filters of the layer.
        layer_peak: Largest finite absolute activation of any filter on any
            image.
        hashes: Hashes of the images.
        crop_image: (f,) index of the image with the largest activation; -1 if
            no pixel influences the response: the filter is silent or saturated.
        crop_box: (f, 4). The part of that image: left, upper, right and lower
            edge in fractions of the image; NaN where `crop_image` is -1. See
            `box_around`.
    """

    features: FloatArray
    layer_peak: float
    hashes: tuple[str, ...]
    crop_image: IntArray
    crop_box: FloatArray

    def is_finite(self) -> BoolArray:
        """Return (f,): whether all activations are finite numbers."""
        both = np.isfinite(self.lowest) & np.isfinite(self.peak)
        return np.asarray(both.all(axis=0))


class Exciter:
    """Runs some layers of one model on images; traced once.

    Args:
        probe: Probe of the model, made for a canvas.
        layers: The layers, each once.
        images: The held-out images.
        traces: What was traced of the model before.
    """

    def __init__(
        self,
        probe: Probe,
        layers: Sequence[Located],
        images: HeldOutImages,
        traces: KeptTraces,
    ) -> None:
        self.images = images
        self._chunks = Chunks(IMAGES_PER_CHUNK * num_replicas(probe.model))
        self._paths = tuple(located.path for located in layers)
        height, width, channels = images.fed.shape[1:]
        shape = (height, width, channels)
        if shape != probe.image_shape:
            model, spec = probe.model, probe.spec
            probe = traces.get(
                "probe of images",
                (spec, shape),
                lambda: probe_model(model, spec, shape),
            )
        self.probe = probe  # for images of this size
        key = probe, tuple(layers), tuple(images.others)
        self.graph = traces.get("images", key, lambda: ExcitationGraph(*key))

    def activations(self) -> dict[str, FilterActivations]:
        """Return the activations of all filters of each layer, by path."""
        images = self.images

        def activate(rows: slice) -> tuple[FilterActivations, ...]:
            others = rows_of(images.others, rows)
            return self.graph.activations(images.fed[rows], others)

        parts = self._chunks.run(activate, len(images.fed))
        layers = (joined(layer) for layer in zip(*parts, strict=True))
        return dict(zip(self._paths, layers, strict=True))

    def excitation(
        self,
        path: str,
        activations: FilterActivations,
        filters: Sequence[int],
        boxes: FloatArray | None = None,
    ) -> Excitation:
        """Return how the images activate these filters of a layer.

        Args:
            path: Path of the layer.
            activations: Activations of all its filters.
            filters: Indices of the filters.
            boxes: (f, 4). `crop_box` where it is known, NaN elsewhere.
        """
        chosen = np.asarray(filters)
        best = np.argmax(np.nan_to_num(activations.highest[:, chosen]), axis=0)
        boxes = np.full((len(chosen), 4), np.nan) if boxes is None else boxes
        unknown = np.flatnonzero(np.isnan(boxes).any(axis=1))
        if len(unknown):
            found = self._boxes(path, best[unknown], chosen[unknown])
            boxes = boxes.copy()
            boxes[unknown] = found
        is_known = np.isfinite(boxes).all(axis=1)
        return Excitation(
            **vars(activations.of(chosen)),
            features=activations.mean,
            layer_peak=_largest(activations),
            hashes=self.images.hashes,
            crop_image=np.where(is_known, best, -1),
            crop_box=boxes,
        )

    def _boxes(
        self, path: str, best: IntArray, filters: IntArray
    ) -> FloatArray:
        """Return (f, 4): where in its best image a filter is activated most."""
        index, images = self._paths.index(path), self.images

        def source(rows: slice) -> FloatArray:
            others = rows_of(images.others, best[rows])
            fed = images.fed[best[rows]]
            return self.graph.sources(index, fed, others, filters[rows])

        parts = self._chunks.run(source, len(filters))
        return box_around(np.concatenate(parts))


def _largest(activations: FilterActivations) -> float:
    """Return the largest absolute activation, ignoring NaN and infinity."""
    size = np.abs(np.stack([activations.lowest, activations.highest]))
    return float(size[np.isfinite(size)].max(initial=0.0))


def box_around(weights: FloatArray) -> FloatArray:
    """Return (m, 4): left, upper, right, lower edge in fractions of the image.

    At least 8 px long each way, or as long as the image; NaN where all weights
    are 0.

    Args:
        weights: (m, h, w), not negative. How much each pixel counts.
    """
    weights = weights.astype(np.float64)
    left, right = _reach(weights.sum(axis=1))
    upper, lower = _reach(weights.sum(axis=2))
    return np.stack([left, upper, right, lower], axis=1)


def _reach(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where it begins and ends along one axis, in fractions of it."""
    count = weights.shape[1]
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore"):
        share = weights / np.where(total > 0, total, np.nan)[:, None]
    place = np.arange(count) + 0.5  # of pixel centres
    centre = share @ place
    square = (share * (place - centre[:, None]) ** 2).sum(axis=1)
    half = np.maximum(_REACH * np.sqrt(square), min(MIN_SIDE_PX, count) / 2)
    half = np.minimum(half, count / 2)
    centre = np.clip(centre, half, count - half)  # moved in, rather than cut
    return (centre - half) / count, (centre + half) / count
