"""What was drawn of a layer's filters, and how a person looks at it."""

import os
from dataclasses import dataclass

from PIL import Image

from kerasviz_callbacks.arrays import ByteArray, FloatArray, IntArray
from kerasviz_callbacks.pictures.plotting import Axes, plot_pictures
from kerasviz_callbacks.pictures.sheet import encode, labelled_sheet, rgb


@dataclass(frozen=True)
class Patterns:
    """The patterns of some filters of one layer.

    Attributes:
        layer: path of the layer.
        filters: indices of the filters.
        preset: name of the method.
        raw: (n, h, w, c) float32, as the model saw them; always finite.
        images: (n, h', w', 1 or 3) uint8, as shown.
        objective: (n,) float32, mean activation that the ascent reached.
        peak: (n,) float32, largest activation at any position.
        status: per filter: `live`, `stuck`, `dead`, `saturated`,
            `unmeasured`, `not_finite`; `filter_status.py` defines them.
        channels: what the colours are: `rgb`, `grey` or a sentence.
        held_out_mean: (n,) float32, of the mean activation on each held-out
            image, to be compared with `objective`; None without images.
        held_out_best: (n,) float32, the largest of them. A pattern fills its
            canvas and a thing its part of an image, so this one may well be
            a fraction of `objective`. None without images.
        held_out_peak: (n,) float32, largest activation at any position of any
            held-out image: a pattern whose `peak` does not reach it is weaker
            than nature. None without images.
        crop_image: (n,) index of the held-out image on which some position of
            the filter's map is the largest; -1 where no pixel has to do with
            it. None without images.
        crop_box: (n, 4) float64, which part of that image: left, upper, right
            and lower edge in fractions of it; NaN where there is none. None
            without images.
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
    held_out_mean: FloatArray | None = None
    held_out_best: FloatArray | None = None
    held_out_peak: FloatArray | None = None
    crop_image: IntArray | None = None
    crop_box: FloatArray | None = None

    def captions(self) -> list[str]:
        """Return what stands under each picture: filter, and what it reached.

        Or its status, where it is not `live`.
        """
        return [
            f"#{index}: {value:.3g}"
            if status == "live"
            else f"#{index}: {status}"
            for index, value, status in zip(
                self.filters, self.objective, self.status, strict=True
            )
        ]

    def sheet(self) -> ByteArray:
        """Return all pictures as one, labelled, (h, w, 3) uint8."""
        return labelled_sheet(list(rgb(self.images)), self.captions())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the labelled sheet; the ending tells the format (`.png`)."""
        Image.fromarray(self.sheet()).save(path)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw every picture on matplotlib axes of its own.

        Args:
            axes: an array of at least as many as there are pictures. Default:
                those of a new figure.

        Returns:
            The axes; nothing is shown by force.
        """
        return plot_pictures(rgb(self.images), self.captions(), axes)

    def _repr_png_(self) -> bytes:
        """Show the sheet in a notebook."""
        return encode(self.sheet())
