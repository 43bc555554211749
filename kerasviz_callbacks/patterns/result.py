"""The patterns of one layer's filters, and how they are displayed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from kerasviz_callbacks.arrays import (
    ByteArray,
    FloatArray,
    IntArray,
    counted,
    tally,
)
from kerasviz_callbacks.pictures import (
    Axes,
    encode,
    labelled_sheet,
    plot_pictures,
    rgb,
)


@dataclass(frozen=True)
class Patterns:
    """The patterns of some filters of one layer.

    Attributes:
        layer: Path of the layer.
        filters: Indices of the filters.
        preset: Name of the method.
        raw: (n, h, w, c) float32. Input of the model; always finite.
        images: (n, h', w', 1 or 3) uint8. The patterns as displayed.
        margin_px: Width of the border of `raw` that is cropped off `images`
            because no counted position of the layer sees it. 0 if all is
            displayed, or if the preset cuts off a border of its own.
        objective: (n,) float32. Mean activation that the ascent reached. This
            and all below are NaN (`crop_image` -1) where the status is
            `not_finite`.
        peak: (n,) float32. Largest activation at any position.
        status: Status per filter: `live`; `stuck` (not optimized: images
            activate it, ascent does not); `dead` (no activation on any image,
            and ascent finds none); `saturated`; `unmeasured` (no pattern, and
            no images or finite gradients to say why); `not_finite`.
        channels: What the colors stand for: `rgb`, `grey` or a sentence.
        held_out_mean: (n,) float32. Mean over the held-out images of the
            filter's mean activation, to be compared with `objective`. None
            without images.
        held_out_best: (n,) float32. The largest of these mean activations. A
            pattern fills its canvas and an object only part of an image, so
            this may well be a fraction of `objective`. None without images.
        held_out_peak: (n,) float32. Largest activation at any position of any
            held-out image. A pattern whose `peak` does not reach it is weaker
            than what occurs in images. None without images.
        crop_image: (n,) index of the held-out image with the filter's largest
            activation; -1 if no pixel influences the response. None without
            images.
        crop_box: (n, 4) float64. The part of that image: left, upper, right and
            lower edge in fractions of it; NaN if there is none. None without
            images.
    """

    layer: str
    filters: tuple[int, ...]
    preset: str
    raw: FloatArray
    images: ByteArray
    objective: FloatArray
    peak: FloatArray
    status: tuple[str, ...]
    channels: str
    margin_px: int = 0
    held_out_mean: FloatArray | None = None
    held_out_best: FloatArray | None = None
    held_out_peak: FloatArray | None = None
    crop_image: IntArray | None = None
    crop_box: FloatArray | None = None

    def __repr__(self) -> str:
        height, width = self.images.shape[1:3]
        return (
            f"<Patterns of {self.layer}: {counted(len(self.filters), 'filter')}"
            f" at {width} x {height} px, preset {self.preset}; "
            f"{tally(self.status)}>"
        )

    def captions(self) -> list[str]:
        """Return one caption per pattern: the filter, and its activation.

        Filters that are not `live` have their status instead of the activation.
        """
        return captions(self.filters, list(self.objective), self.status)

    def sheet(self) -> ByteArray:
        """Return all patterns as one labeled contact sheet, (h, w, 3) uint8."""
        return labelled_sheet(list(rgb(self.images)), self.captions())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the labeled contact sheet; the suffix sets the format."""
        Image.fromarray(self.sheet()).save(path)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Plot every pattern on matplotlib axes of its own.

        Args:
            axes: Array of at least as many axes as there are patterns. Defaults
                to those of a new figure.

        Returns:
            The axes; nothing is shown.
        """
        return plot_pictures(rgb(self.images), self.captions(), axes)

    def _repr_png_(self) -> bytes:
        """Show the contact sheet in a notebook."""
        return encode(self.sheet())


def captions(
    filters: Sequence[int],
    objective: Sequence[float | None],
    status: Sequence[str],
) -> list[str]:
    """Return one caption per filter; see `Patterns.captions`."""
    return [
        f"#{index}: {word}"
        if word != "live" or value is None
        else f"#{index}: {value:.3g}"
        for index, value, word in zip(filters, objective, status, strict=True)
    ]
