"""Computes the heatmaps of a model at one moment, without training.

`grad_cam` is what the `GradCAM` callback does at each capture.
"""

import logging
from typing import Any

import keras
from numpy.typing import ArrayLike

from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.preparation import (
    MOVED_TO_TOKENS,
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.result import Heatmaps
from kerasviz_callbacks.heatmaps.target import TargetLike
from kerasviz_callbacks.heatmaps.trust.notes import (
    share_notes,
    vanishing_notes,
)
from kerasviz_callbacks.images import ClassNames, Preprocess, Unreadable
from kerasviz_callbacks.model import (
    TokenLayout,
    generators_kept,
    says_moved,
    traces_of,
)

logger = logging.getLogger(__name__)


@says_moved("grad_cam", MOVED_TO_TOKENS)
@generators_kept()
def grad_cam(
    model: keras.Model,
    images: Any,
    labels: ArrayLike | None = None,
    *,
    layer: str | keras.Layer | None = None,
    target: TargetLike = None,
    preprocess: Preprocess | None = None,
    input: str | int | None = None,
    output: str | int | None = None,
    class_names: ClassNames | None = None,
    method: str = "grad_cam",
    tokens: TokenLayout | None = None,
    unreadable: Unreadable = "raise",
    num_images: int | None = None,
) -> Heatmaps:
    """Compute where in each image the model finds evidence for a class.

    Args:
        model: Keras model on TensorFlow. It is not changed, except that a model
            that was never used is called once on the first image, which creates
            its weights. What was traced of it is kept in it, so that the next
            call is faster; nothing that saves or copies it sees that.
        images: Raw, displayable images, before any model preprocessing, uint8
            or float from 0 to 1 or 0 to 255: an array (n, h, w, c) or
            (n, h, w), a list of arrays, paths of files, a folder of pictures or
            of one folder per class, a `tf.data.Dataset` (batched or not, with
            or without labels), a `keras.utils.PyDataset`, or a tuple (images,
            labels). Images of several sizes are stretched to the model's, or to
            their most common one where the model leaves it open. For a model
            with several inputs, a dict by input name, or a list in their order;
            inputs that are not given are fed zeros.
        labels: Class index per image, or one-hot labels; for several outputs a
            dictionary by their names, of which `output` names one. Defaults to
            those that come with the images.
        layer: Path or short name of the layer, or the layer itself. Its output
            must be a map of the image: (n, h, w, c), or tokens that form a
            grid. Defaults to the last map that all paths from the image to the
            explained output cross, before pooling or flattening; in a
            transformer with a class token, the input of the last attention.
            Where several paths reach the output (two backbones, a feature
            pyramid), the last maps of all of them are added, each with the
            evidence that reaches the score by no other of them. A layer that is
            called several times is drawn so, too.
        target: What to explain. None: the prediction of each image. `"label"`:
            its label. A class by its index, or by its name among
            `class_names`; or one index per image. A callable from the
            output to one score per image. `"mistakes"`: the prediction and,
            where it is wrong, the label too and the evidence for the one and
            not for the other. `"against"`: evidence against the prediction.
            `"margin"`: best score minus second. Lists of class indices per
            image, for a multi-label model. `OverMask`: one part of a
            segmentation. `Detection`: one detection of a detector, by its class
            or where it is; the most confident one is the default for detectors.
            A list of detections explains each, and so does a list of the others
            with at least one word or callable.
        preprocess: Function from float32 images in the given range to what the
            model takes, such as `keras.applications.xception.preprocess_input`.
            It is called once, on a copy of all images. Defaults to the
            model's own preprocessor if `predict` uses one, as in tasks of
            KerasHub, or to what a `predict_step` of its own does to images,
            else to raw images.
        input: Name or index of the image input, if several could be.
        output: Name or index of the output to explain, if there are several.
        class_names: One name per class: a list in the order of the output; by
            index, `{0: "cat"}`; or by name as Keras' `class_indices`,
            `{"cat": 0}`.
        method: `"grad_cam"` (default), `"hires_cam"`, `"grad_cam_plus_plus"`,
            `"layer_cam"`, `"x_grad_cam"`, `"fused_cam"`, which is Grad-CAM with
            the outlines of an earlier, finer layer, or `"eigen_cam"`, which
            needs no gradient and shows the same for every target.
        tokens: How a transformer's tokens lie in the image, such as
            `TokenLayout(grid=(14, 14), prefix=1)`. Defaults to None: what the
            patch embedding says, and what is found.
        unreadable: What to do with an image file that cannot be read: `"raise"`
            (default), or `"skip"` it and use the rest. Arguments per image,
            such as labels, have one entry per given file; entries of a skipped
            file are dropped with it. A warning names the skipped files.
        num_images: How many of the images to use, if more are given: as many of
            each class, or images that lie evenly if there are no labels. Of a
            stream no more is read than that takes, and never more than 1,000
            images. Defaults to None, all.

    Returns:
        `Heatmaps`, with a row per image and target.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: Images, labels, names or the layer do not fit the model, or
            it is not clear what of the output to explain.
        RuntimeError: The layer cannot be reached.

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
        tokens,
        num_images,
    )
    prepared = prepare_heatmaps(
        model, request, None if layer is None else [layer], traces_of
    )
    logger.info("kerasviz: %s", prepared.images.seen)
    for note in prepared.notes:
        logger.warning("kerasviz: %s", note)
    batch = prepared.draw()
    for note in (*share_notes(batch), *vanishing_notes(batch)):
        logger.warning("kerasviz: %s", note)
    return heatmaps_at(prepared.engine.cuts[0].path, prepared, batch)


def heatmaps_at(
    path: str, prepared: PreparedHeatmaps, batch: HeatmapBatch
) -> Heatmaps:
    """Return the heatmaps of one layer, with the images they belong to.

    Args:
        path: Path of the layer.
        prepared: What drew them.
        batch: The heatmaps of all layers.
    """
    return Heatmaps(
        layer=path,
        batch=batch,
        images=prepared.images.shown,
        names=prepared.images.names,
        class_names=prepared.class_names,
        labels=prepared.images.labels,
        notes=(*prepared.notes, *share_notes(batch)),
    )
