"""A model and images in, their heatmaps and what these explain out.

`grad_cam` is the engine of the `GradCAM` callback for one moment, without
training.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from numpy.typing import ArrayLike
from PIL import Image

from kerasviz_callbacks.arrays import ByteArray, FloatArray, IntArray
from kerasviz_callbacks.class_means import class_means, class_votes
from kerasviz_callbacks.colormap import Colormap
from kerasviz_callbacks.heatmap_batch import HeatmapBatch
from kerasviz_callbacks.heatmap_request import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.held_out import Preprocess
from kerasviz_callbacks.kept import Unreadable
from kerasviz_callbacks.labels import as_labels
from kerasviz_callbacks.overlay import overlays
from kerasviz_callbacks.sheet import labelled_sheet
from kerasviz_callbacks.target_request import TargetLike
from kerasviz_callbacks.top_classes import NamedValue, top_classes
from kerasviz_callbacks.vanishing import vanishing_notes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heatmaps:
    """The heatmaps of n images from one layer.

    There is a map, or row, for each image, or several where several things
    are explained of it; rows are in the order of the images.

    Attributes:
        layer: path of the layer.
        maps: (rows, h, w) float32 after ReLU, un-normalised, at the layer's own
            resolution.
        status: per row `ok`; `no_evidence`: nothing speaks for the target;
            `not_finite`: the map holds values that are no numbers.
        row_image: (rows,) index of the row's image.
        row_target: (rows,) what it explains, in words.
        targets: (rows,) class index that is explained; -1 where not a class.
        predictions: (n,) class index of the largest output; -1 where the
            output is not classes, or not finite.
        scores: (rows,) float32, whose gradient was taken.
        score_kind: `logit`; `probability`, where the logits could not be had
            (a confident model's gradients vanish then); `value`.
        outputs: (n, k) float32 as the model answered, averaged over pixels
            for a segmentation.
        value_kind: what they are: `probability`, `logit` or `value`.
        images: (n, H, W, 1 or 3) uint8, as a person looks at them.
        names: of the images.
        class_names: of the classes; () for none.
        labels: (n,) class index per image; None where none were given.
    """

    layer: str
    maps: FloatArray
    status: tuple[str, ...]
    row_image: IntArray
    row_target: tuple[str, ...]
    targets: IntArray
    predictions: IntArray
    scores: FloatArray
    score_kind: str
    outputs: FloatArray
    value_kind: str
    images: ByteArray
    names: tuple[str, ...]
    class_names: tuple[str, ...]
    labels: IntArray | None

    def overlay(
        self, alpha: float = 0.4, colormap: Colormap = "jet"
    ) -> ByteArray:
        """Return each row's image under its map, (rows, H, W, 3) uint8.

        The classic recipe (see `overlay.py`): each map on a scale of its own,
        added to the image. Without evidence the plain image is shown; where
        the map is not finite the image is hatched.
        """
        return overlays(
            self.images[self.row_image],
            self.maps,
            self.status,
            alpha=alpha,
            colormap=colormap,
        )

    def class_means(
        self, labels: ArrayLike | None = None
    ) -> dict[int, FloatArray]:
        """Return the mean map of each class, (h, w), by class.

        It exposes what the images of a class share beside the thing itself: a
        watermark, a background. Each map counts as shares of its own energy;
        a class whose maps all lack evidence is not there. Which of an image's
        rows counts is in the table of `class_means.py`.

        Args:
            labels: class index per image, or one-hot. Default: those given to
                `grad_cam`, else the classes that the rows explain.
        """
        known = self.labels
        if labels is not None:
            known = as_labels(labels, len(self.images))
        votes = class_votes(self.row_image, self.targets, known)
        means = class_means(self.maps, votes)
        return dict(zip(means.classes, means.maps, strict=True))

    def top(self, k: int = 3) -> list[list[NamedValue]]:
        """Return, per image, its k largest outputs: (class, name, value)."""
        is_binary = self.value_kind == "probability"
        return top_classes(
            self.outputs, self.class_names, k, is_binary=is_binary
        )

    def save(
        self,
        path: str | os.PathLike[str],
        alpha: float = 0.4,
        colormap: Colormap = "jet",
    ) -> None:
        """Save the overlay of one row, or of several as a labelled sheet.

        Args:
            path: its ending tells the format (`.png`, `.jpg`).
            alpha: as of `overlay`.
            colormap: as of `overlay`.
        """
        pictures = self.overlay(alpha, colormap)
        if len(pictures) == 1:
            picture = pictures[0]
        else:
            picture = labelled_sheet(list(pictures), self._captions())
        Image.fromarray(picture).save(path)

    def _captions(self) -> list[str]:
        is_several = len(self.row_image) > len(self.images)
        best, captions = self.top(1), []
        for row, image in enumerate(self.row_image):
            words = [f"{name}: {value:.3g}" for _, name, value in best[image]]
            words += [self.row_target[row]] * is_several
            words += [self.status[row]] * (self.status[row] != "ok")
            captions.append("  ".join(words))
        return captions


def grad_cam(
    model: keras.Model,
    images: Any,
    *,
    layer: str | keras.Layer | None = None,
    target: TargetLike = None,
    labels: ArrayLike | None = None,
    preprocess: Preprocess | None = None,
    input: str | int | None = None,
    output: str | int | None = None,
    class_names: Sequence[str] | None = None,
    method: str = "grad_cam",
    unreadable: Unreadable = "raise",
) -> Heatmaps:
    """Show where in each image the model finds evidence for a class.

    Args:
        model: any Keras model on TensorFlow; nothing of it changes, except
            that one that was never used is called once on the first image,
            which gives it its weights.
        images: as a person looks at them, uint8 or float from 0 to 1 or 0 to
            255: an array (n, h, w, c) or (n, h, w), a list of arrays of one
            size, paths of files, or a `tf.data.Dataset`, batched or not, with
            or without labels. For a model with several inputs a dict by input
            name, or a list in their order; inputs that are not given are fed
            zeros.
        layer: its path, short name, or the layer itself. Default: the last
            spatial activation before pooling or flattening.
        target: what to explain: None for each image's own prediction,
            `"label"`, an index, one index per image, or a callable from the
            output to one score per image; `"mistakes"` adds, where a
            prediction is wrong, the label and what speaks for the one and not
            for the other; `"against"`, `"margin"`, several classes per image
            for a multi-label model, and lists of all these are in the table of
            `target_request.py`. `target.py` lists what is explained by
            default for each kind of output.
        labels: class index per image, or one-hot.
        preprocess: float32 images in the range given → what the model takes,
            such as `keras.applications.xception.preprocess_input`; called
            once on a copy of all images.
        input: name or index of the image input, where several could be.
        output: name or index of the output to explain, where there are
            several.
        class_names: one per class, in the order of the output.
        method: `"grad_cam"`, `"hires_cam"`, `"grad_cam_plus_plus"`,
            `"layer_cam"`, `"x_grad_cam"`, or `"eigen_cam"`, which needs no
            gradient and shows the same for every target; see
            `cam_methods.py`.
        unreadable: what to do where an image file cannot be read: `"raise"`,
            or `"skip"` it and use the rest. Everything given per image, such
            as labels, is one per file given, and what belongs to a skipped one
            is left out with it; a warning names those.

    Returns:
        `Heatmaps`, one per image and target.

    Raises:
        TypeError: an argument of the wrong kind.
        ValueError: images, labels, names or a layer that do not fit the
            model; an output that is not clear.
        RuntimeError: the layer cannot be reached.

    Example:
        >>> found = grad_cam(model, ["elephant.jpg"], preprocess=preprocess)
        >>> found.save("grad_cam.png")

    Source: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.
    """
    request = HeatmapRequest(
        images,
        target,
        labels,
        preprocess,
        input,
        output,
        class_names,
        method,
        unreadable,
    )
    prepared = prepare_heatmaps(
        model, request, None if layer is None else [layer]
    )
    logger.info("kerasviz: %s", prepared.images.seen)
    for note in prepared.images.notes:
        logger.warning("kerasviz: %s", note)
    batch = prepared.draw()
    for note in vanishing_notes(batch):
        logger.warning("kerasviz: %s", note)
    return _heatmaps(prepared, batch)


def _heatmaps(prepared: PreparedHeatmaps, batch: HeatmapBatch) -> Heatmaps:
    path = prepared.engine.layers[0].path
    return Heatmaps(
        layer=path,
        maps=batch.maps[path],
        status=batch.status[path],
        row_image=batch.row_image,
        row_target=batch.row_target,
        targets=batch.targets,
        predictions=batch.predictions,
        scores=batch.scores,
        score_kind=batch.score_kind,
        outputs=batch.outputs,
        value_kind=batch.value_kind,
        images=prepared.images.shown,
        names=prepared.images.names,
        class_names=prepared.class_names,
        labels=prepared.images.labels,
    )
