"""What is looked for in images, and what is found: exemplars of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.model import Located
from kerasviz_callbacks.patterns.exemplars.receptive import ReceptiveField
from kerasviz_callbacks.patterns.exemplars.responses import Responses
from kerasviz_callbacks.patterns.exemplars.tally import Best, Tally


@dataclass(frozen=True)
class Surveyed:
    """A layer whose filters are looked for in images.

    Attributes:
        located: The layer and its path.
        filters: Indices of its filters.
        threshold: Activation above which an image activates a filter.
    """

    located: Located
    filters: tuple[int, ...]
    threshold: float

    @property
    def path(self) -> str:
        """Path of the layer."""
        return self.located.path


@dataclass(frozen=True)
class CutOut:
    """Images of f filters, and what a position of the layer sees of them.

    Attributes:
        best: The (f, k) images.
        crops: (f, k, h, w, 1 or 3) uint8.
        boxes: (f, k, 4).
    """

    best: Best
    crops: ByteArray
    boxes: FloatArray

    def and_then(self, others: "CutOut") -> "CutOut":
        """Return these and after them the others, if there are any."""
        if not (others.best.images >= 0).any():
            return self
        return CutOut(
            self.best.and_then(others.best),
            np.concatenate([self.crops, others.crops], axis=1),
            np.concatenate([self.boxes, others.boxes], axis=1),
        )


@dataclass(frozen=True)
class Exemplars:
    """The images that activate f filters of a layer most.

    Attributes:
        filters: Indices of the filters.
        tally: What the images do to them.
        best: The (f, k) exemplars: `NUM_EXEMPLARS`, and after them weaker ones
            if these are asked for.
        crops: (f, k, h, w, 1 or 3) uint8. The part of each that a position of
            the layer sees.
        boxes: (f, k, 4). Where it lies: left, upper, right and lower edge in
            fractions of the image; NaN where there is no exemplar.
        field: What a position of the layer sees.
        sources: (f, 4). The part of its best held-out image that causes each
            filter's activation, as `excitation.box_around` has it; NaN where
            the pass did not look, or nothing was found.
        responses: Activations on a sample of the images.
        is_of_pool: Whether the images are a pool, or else held out.
        class_names: Names of the classes; () for none.
    """

    filters: tuple[int, ...]
    tally: Tally
    best: Best
    crops: ByteArray
    boxes: FloatArray
    field: ReceptiveField
    sources: FloatArray
    responses: Responses
    is_of_pool: bool
    class_names: tuple[str, ...]

    def sources_of(self, filters: Sequence[int]) -> FloatArray:
        """Return `sources` of some filters; NaN of those not in `filters`."""
        rows = dict(zip(self.filters, self.sources, strict=True))
        nothing = np.full(4, np.nan)
        return np.array([rows.get(index, nothing) for index in filters])
