"""The result of `grad_cam`: heatmaps with their images, shown or saved."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from kerasviz_callbacks.arrays import (
    BoolArray,
    ByteArray,
    FloatArray,
    IntArray,
    counted,
    tally,
)
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.class_means import class_means, class_votes
from kerasviz_callbacks.heatmaps.scores import DetectionRows
from kerasviz_callbacks.images import as_labels
from kerasviz_callbacks.pictures import (
    Axes,
    Colormap,
    encode,
    labelled_sheet,
    overlays,
    plot_pictures,
)

NamedValue: TypeAlias = tuple[int, str, float]


def top_classes(
    outputs: FloatArray,
    class_names: Sequence[str],
    k: int = 3,
) -> list[list[NamedValue]]:
    """Return the k largest outputs of each image: (class, name, value).

    Args:
        outputs: (n, classes) outputs of all classes.
        class_names: Names of all classes; () names them by index.
        k: Number of outputs per image; fewer if there are not that many.
    """
    order = np.argsort(-outputs, axis=1, kind="stable")[:, :k]
    return [
        [
            (int(index), _name(index, class_names), float(row[index]))
            for index in best
        ]
        for row, best in zip(outputs, order, strict=True)
    ]


def _name(index: int, class_names: Sequence[str]) -> str:
    return class_names[index] if class_names else str(index)


@dataclass(frozen=True)
class Heatmaps:
    """The heatmaps of n images from one layer.

    There is one heatmap, or row, per image, or several if several targets are
    explained; rows are in the order of the images.

    Attributes:
        layer: Path of the layer.
        batch: What was drawn, of this layer and others of the same pass.
        images: (n, H, W, 1 or 3) uint8 images, displayable.
        names: Names of the images.
        class_names: Names of the classes; () for none.
        labels: (n,) class index per image; None if none were given.
        notes: What one should know of the heatmaps, in sentences.
    """

    layer: str
    batch: HeatmapBatch
    images: ByteArray
    names: tuple[str, ...]
    class_names: tuple[str, ...]
    labels: IntArray | None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        rows, height, width = self.maps.shape
        what = tally(self.row_target)
        return (
            f"<Heatmaps of {self.layer}: {counted(rows, 'row')} of "
            f"{counted(len(self.images), 'image')}, {width} x {height} cells; "
            f"{what}; {tally(self.status)}>"
        )

    @property
    def maps(self) -> FloatArray:
        """Heatmaps, (rows, h, w) float32 after ReLU, not normalized.

        In the frame of the image, at the layer's own resolution. Where the
        model crops the image inside, they are zero outside of the crop.
        """
        return self.batch.maps[self.layer]

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the maps that the heatmap adds; () for a single one."""
        return self.batch.parts[self.layer]

    @property
    def shares(self) -> FloatArray:
        """(rows, parts) share of the evidence that comes by each part.

        Of the positive evidence, before negative evidence of another part is
        taken from it. NaN in a row without any.
        """
        return self.batch.shares[self.layer]

    @property
    def seen(self) -> BoolArray:
        """(h, w) whether the model sees that part of the image."""
        return self.batch.seen[self.layer]

    @property
    def status(self) -> tuple[str, ...]:
        """Status per row: `ok`, `no_evidence`, `not_finite`, `no_detection`.

        `no_evidence`: nothing in the layer is evidence for the target, the
        heatmap is zero. `not_finite`: it holds values that are no numbers.
        `no_detection`: no detection overlaps the box that was asked for.
        """
        return self.batch.status[self.layer]

    @property
    def row_image(self) -> IntArray:
        """(rows,) index of each row's image."""
        return self.batch.row_image

    @property
    def row_target(self) -> tuple[str, ...]:
        """What each row explains, in words."""
        return self.batch.row_target

    @property
    def targets(self) -> IntArray:
        """(rows,) class index that is explained; -1 if not a class."""
        return self.batch.targets

    @property
    def predictions(self) -> IntArray:
        """(n,) class index of the largest output.

        -1 if the output is not classes, or not finite.
        """
        return self.batch.predictions

    @property
    def scores(self) -> FloatArray:
        """(rows,) float32 scores whose gradients were taken."""
        return self.batch.scores

    @property
    def score_kind(self) -> str:
        """What the scores are: `logit`, `probability` or `value`.

        `probability`: the logits could not be found; the gradients of a
        confident model vanish then.
        """
        return self.batch.score_kind

    @property
    def output(self) -> str | None:
        """Name of the explained output; None if a function takes all."""
        return self.batch.output

    @property
    def detections(self) -> DetectionRows | None:
        """Box, confidence and overlap of each row's detection.

        None if no detections are explained.
        """
        return self.batch.detections

    @property
    def outputs(self) -> FloatArray:
        """(n, k) float32 model outputs.

        Averaged over pixels for a segmentation; of a detector, the best
        confidence of each class, if it is known.
        """
        return self.batch.outputs

    @property
    def value_kind(self) -> str:
        """What the outputs are: `probability`, `logit` or `value`."""
        return self.batch.value_kind

    def overlay(
        self, alpha: float = 0.4, colormap: Colormap = "jet"
    ) -> ByteArray:
        """Return each row's image under its heatmap, (rows, H, W, 3) uint8.

        The classic recipe: each heatmap on its own scale, added to the image.
        Without evidence the plain image is shown; if the heatmap is not finite
        the image is hatched, and so is what the model never sees of it.

        Args:
            alpha: Factor of the heatmap's colors. Defaults to 0.4.
            colormap: Colormap of the heatmap. Defaults to `"jet"`.
        """
        return overlays(
            self.images[self.row_image],
            self.maps,
            self.status,
            alpha=alpha,
            colormap=colormap,
            seen=self.seen,
        )

    def class_means(
        self, labels: ArrayLike | None = None
    ) -> dict[int, FloatArray]:
        """Return the mean heatmap of each class, (h, w), by class.

        It exposes what the images of a class share apart from the object: a
        watermark, a background. Each heatmap counts as shares of its own
        energy; a class whose heatmaps all lack evidence is not there. What the
        model does not see of the image is NaN. Each image counts once: with the
        row that explains its label, else its first row; without labels, with
        the first row of each class that it explains.

        Args:
            labels: Class index per image, or one-hot labels. Defaults to those
                given to `grad_cam`, else the classes that the rows explain.
        """
        known = self.labels
        if labels is not None:
            known = as_labels(labels, len(self.images))
        votes = class_votes(self.row_image, self.targets, known)
        means = class_means(self.maps, votes, self.seen)
        return dict(zip(means.classes, means.maps, strict=True))

    def top(self, k: int = 3) -> list[list[NamedValue]]:
        """Return the k largest outputs of each image: (class, name, value).

        None of an output that is not classes.
        """
        return top_classes(self.batch.class_outputs, self.class_names, k)

    def save(
        self,
        path: str | os.PathLike[str],
        alpha: float = 0.4,
        colormap: Colormap = "jet",
    ) -> None:
        """Save the overlay of one row, or of several as a labelled sheet.

        Args:
            path: File to write; its ending gives the format (`.png`, `.jpg`).
            alpha: As for `overlay`.
            colormap: As for `overlay`.
        """
        Image.fromarray(self.sheet(alpha, colormap)).save(path)

    def plot(
        self,
        axes: Axes | None = None,
        alpha: float = 0.4,
        colormap: Colormap = "jet",
    ) -> Axes:
        """Draw the overlay of every row on its own matplotlib axes.

        Args:
            axes: Array of at least as many axes as there are rows. Defaults to
                those of a new figure.
            alpha: As for `overlay`.
            colormap: As for `overlay`.

        Returns:
            The axes. Nothing is shown by force.
        """
        pictures = self.overlay(alpha, colormap)
        return plot_pictures(pictures, self._captions(), axes)

    def _repr_png_(self) -> bytes:
        """Show the overlays in a notebook."""
        return encode(self.sheet())

    def sheet(
        self, alpha: float = 0.4, colormap: Colormap = "jet"
    ) -> ByteArray:
        """Return all overlays as one labelled picture, (h, w, 3) uint8.

        Args:
            alpha: As for `overlay`.
            colormap: As for `overlay`.
        """
        pictures = self.overlay(alpha, colormap)
        if len(pictures) == 1:
            return np.asarray(pictures[0])
        return labelled_sheet(list(pictures), self._captions())

    def _captions(self) -> list[str]:
        is_several = len(self.row_image) > len(self.images)
        best, captions = self.top(1), []
        for row, image in enumerate(self.row_image):
            words = [f"{name}: {value:.3g}" for _, name, value in best[image]]
            words += [self.row_target[row]] * is_several
            words += [self.status[row]] * (self.status[row] != "ok")
            captions.append("  ".join(words))
        return captions
