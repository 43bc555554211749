"""Chooses the detection of each image that is explained, and its score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.heatmaps.scores.box_scores import (
    BoxScores,
    box_scores,
)
from kerasviz_callbacks.heatmaps.scores.decoding import (
    decoded_boxes,
    undecodable,
)
from kerasviz_callbacks.heatmaps.scores.layout import DetectionLayout
from kerasviz_callbacks.heatmaps.scores.reading import ReadOutput
from kerasviz_callbacks.heatmaps.scores.score import Explained


@dataclass(frozen=True)
class DetectionRows:
    """The detection that each row explains.

    Attributes:
        boxes: (rows, 4) left, upper, right and lower edge in fractions of the
            image; they may lie outside. NaN if boxes cannot be decoded.
        confidences: (rows,) from 0 to 1; NaN if it is not known.
        overlaps: (rows,) intersection over union with the box that was asked
            for; NaN if none was.
    """

    boxes: FloatArray
    confidences: FloatArray
    overlaps: FloatArray


def detection_rows(details: FloatArray) -> DetectionRows:
    """Return the parts of (rows, 6) details; see `Explained`."""
    return DetectionRows(details[:, :4], details[:, 4], details[:, 5])


def without_detection(rows: DetectionRows | None, index: int) -> bool:
    """Return whether no detection overlaps the box that a row asked for."""
    return rows is not None and bool(np.equal(rows.overlaps[index], 0))


def explain_detections(
    model: keras.Model,
    outputs: Any,
    image: tf.Tensor,
    layout: DetectionLayout,
    wanted: Sequence[tf.Tensor],
    places: Sequence[tf.Tensor | None],
) -> tuple[ReadOutput, list[Explained]]:
    """Return the detection that each pass explains; symbolic.

    Args:
        model: The model.
        outputs: What it returned.
        image: (n, h, w, c) what it was fed.
        layout: Where its detections are.
        wanted: Per pass, (n,) int32 class, negative for any.
        places: Per pass, (n, 4) box that the detection is to overlap; None for
            the most confident one.

    Returns:
        The output, with the best confidence of each class, and what each pass
        explains.

    Raises:
        ValueError: A place is asked for, and boxes cannot be decoded.
    """
    found = box_scores(model, outputs, layout)
    boxes = decoded_boxes(model, outputs, image, layout)
    if boxes is None and any(place is not None for place in places):
        raise ValueError(undecodable(layout))
    if boxes is not None:
        boxes = _beside(boxes, found.scores)
    best = found.best()
    read = ReadOutput(found.reading, best, best)
    classes = tf.reduce_max(found.rank, axis=1)
    predictions = tf.argmax(classes, axis=-1, output_type=tf.int32)
    return read, [
        replace(_chosen(found, boxes, one, place), predictions=predictions)
        for one, place in zip(wanted, places, strict=True)
    ]


def _chosen(
    found: BoxScores,
    boxes: tf.Tensor | None,
    wanted: tf.Tensor,
    place: tf.Tensor | None,
) -> Explained:
    """Return the detection of one pass; no gradient takes the choice."""
    rank = tf.stop_gradient(found.rank)
    index = tf.maximum(wanted, 0)
    merit = tf.where(
        wanted[:, None] < 0,
        tf.reduce_max(rank, axis=-1),
        tf.gather(rank, index, axis=2, batch_dims=1),
    )
    is_there = ~tf.reduce_any(tf.math.is_nan(merit), axis=1)
    most = tf.fill(tf.shape(wanted), float("nan"))
    if boxes is not None and place is not None:
        overlap = overlaps(boxes, place)
        most = tf.reduce_max(overlap, axis=1)
        merit = tf.where(overlap >= most[:, None], merit, float("-inf"))
        is_there &= most > 0
    box = tf.argmax(merit, axis=1, output_type=tf.int32)
    ranks = tf.gather(rank, box, axis=1, batch_dims=1)
    likely = tf.argmax(ranks, axis=-1, output_type=tf.int32)
    targets = tf.where(wanted < 0, likely, wanted)
    scores = _at(tf.gather(found.scores, box, axis=1, batch_dims=1), targets)
    nothing = tf.fill(tf.shape(wanted), float("nan"))
    told = nothing
    if found.confidence is not None:
        told = found.confidence(_at(ranks, targets))
        told = tf.where((told >= 0) & (told <= 1), told, float("nan"))
    edges = tf.stack([nothing] * 4, axis=1)
    if boxes is not None:
        edges = tf.gather(boxes, box, axis=1, batch_dims=1)
    known = tf.concat([edges, told[:, None]], axis=1)
    known = tf.where(is_there[:, None], known, float("nan"))
    details = tf.concat([known, most[:, None]], axis=1)
    scores = tf.where(is_there, scores, float("nan"))
    return Explained(scores, targets, targets, details)


def overlaps(boxes: tf.Tensor, place: tf.Tensor) -> tf.Tensor:
    """Return the intersection over union of boxes with one place per image.

    Args:
        boxes: (n, boxes, 4) left, upper, right and lower edge.
        place: (n, 4) likewise.

    Returns:
        (n, boxes) float32 from 0 to 1; 0 for a box without an inside, or that
        is not finite.
    """
    place = place[:, None]
    first = tf.maximum(boxes[..., :2], place[..., :2])
    last = tf.minimum(boxes[..., 2:], place[..., 2:])
    both = _area(last - first)
    whole = _area(boxes[..., 2:] - boxes[..., :2])
    whole += _area(place[..., 2:] - place[..., :2]) - both
    shares = tf.math.divide_no_nan(both, whole)
    is_finite = tf.reduce_all(tf.math.is_finite(boxes), axis=-1)
    return tf.where(is_finite, shares, 0.0)


def _area(sides: tf.Tensor) -> tf.Tensor:
    return tf.reduce_prod(tf.maximum(sides, 0), axis=-1)


def _at(values: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    return tf.gather(values, targets, axis=1, batch_dims=1)


def _beside(boxes: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    """Return the boxes; checked to be as many as there are scores."""
    counts = boxes.shape[1], scores.shape[1]
    if None not in counts and counts[0] != counts[1]:
        raise ValueError(
            "The boxes of a Detection must be as many as the scores, in their "
            f"order — got {counts[0]} boxes and {counts[1]} scores of each "
            "class. Check box_format."
        )
    return boxes
