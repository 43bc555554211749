"""A model and images in, their heatmaps and what these explain out.

`grad_cam` is the engine of the `GradCAM` callback for one moment, without
training.
"""

import logging
from collections.abc import Sequence
from typing import Any

import keras
from numpy.typing import ArrayLike

from kerasviz_callbacks.heatmaps.batch import HeatmapBatch, vanishing_notes
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.result import Heatmaps
from kerasviz_callbacks.heatmaps.target import TargetLike
from kerasviz_callbacks.images.files import Unreadable
from kerasviz_callbacks.images.held_out import Preprocess

logger = logging.getLogger(__name__)


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
    return heatmaps_at(prepared.engine.layers[0].path, prepared, batch)


def heatmaps_at(
    path: str, prepared: PreparedHeatmaps, batch: HeatmapBatch
) -> Heatmaps:
    """Return the maps of one layer as a person looks at them.

    Args:
        path: of the layer.
        prepared: what drew them.
        batch: with its maps.
    """
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
