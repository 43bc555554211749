"""Reads what a detector says of every box: scores of classes and confidence.

The confidence of a box for a class is what `predict` tells or a decoder would:

| scores                                 | confidence        | ranked by     |
|----------------------------------------|-------------------|---------------|
| behind a sigmoid, or logits that the   | sigmoid           | score         |
| model's decoder or a loss of sides     |                   |               |
| takes                                  |                   |               |
| behind a softmax, or logits that a     | softmax           | its logarithm |
| loss of classes takes                  |                   |               |
| probabilities, by the loss             | the score         | score         |
| with objectness                        | the product of    | its logarithm |
|                                        | the two           |               |
| none of these                          | not known         | score         |

Logarithms, because confidences near 1 are all the same in float32.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import keras
import tensorflow as tf

from kerasviz_callbacks.heatmaps.scores.decoding import own_decoder
from kerasviz_callbacks.heatmaps.scores.layout import (
    NUM_BOX,
    DetectionLayout,
)
from kerasviz_callbacks.heatmaps.scores.reading import Reading
from kerasviz_callbacks.model import (
    ChosenOutput,
    choose_output,
    find_logits,
    is_linear,
    is_sigmoid,
    joined_tensors,
    named_outputs,
)

_Kind: TypeAlias = Literal["sigmoid", "softmax", "linear", "other"]
_Activated: TypeAlias = tuple[tf.Tensor, _Kind]
_Confidence: TypeAlias = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class BoxScores:
    """What a detector says of every box; symbolic.

    Attributes:
        reading: What the output is.
        scores: (n, boxes, classes) float32 scores that can be explained.
        rank: (n, boxes, classes) float32, the larger the more confident.
        confidence: Function from `rank` to confidence, from 0 to 1; None if
            that is not known.
    """

    reading: Reading
    scores: tf.Tensor
    rank: tf.Tensor
    confidence: _Confidence | None

    def best(self) -> tf.Tensor:
        """Return the best confidence of each class, (n, classes) float32.

        Where confidence is not known, the best score.
        """
        best = tf.reduce_max(self.rank, axis=1)
        return best if self.confidence is None else self.confidence(best)


def box_scores(
    model: keras.Model, outputs: Any, layout: DetectionLayout
) -> BoxScores:
    """Return what a detector says of every box; symbolic.

    Args:
        model: The model.
        outputs: What it returned.
        layout: Where its detections are.

    Raises:
        ValueError: It is not clear how objectness and classes are one
            confidence.
    """
    named = named_outputs(model, outputs)
    if layout.num_classes is not None:
        names = " + ".join(named[i][0] for i in layout.scores)
        grids = [named[i][1] for i in layout.scores]
        return _of_grids(grids, names, layout.num_classes)
    [index] = layout.scores
    found = _of_classes(model, choose_output(model, outputs, index))
    if layout.objectness is None:
        return found
    name, tensor = named[layout.objectness]
    scores, kind = _activated(tensor)
    classes, kind_of_classes = _activated(named[index][1])
    _check_known(kind, name)
    _check_known(kind_of_classes, named[index][0])
    both = _with_objectness(scores, classes, kind_of_classes)
    reading = _known(found.reading, found.reading.num_classes)
    return BoxScores(reading, *both, tf.exp)


def _of_classes(model: keras.Model, chosen: ChosenOutput) -> BoxScores:
    """Return the scores of an output that holds classes alone."""
    scores, kind = _activated(chosen.tensor)
    scores, loss = tf.cast(scores, tf.float32), chosen.loss
    is_found = kind in ("sigmoid", "softmax")
    decoder = own_decoder(model)
    is_decoded = getattr(decoder, "from_logits", None)
    takes_logits = loss is not None and loss.from_logits
    reading = Reading(
        "classes",
        scores.shape[-1],
        is_found or takes_logits or is_decoded is True,
        chosen.name,
        loss,
        not is_found,
    )
    is_of_sides = is_decoded is not None or kind == "sigmoid"
    is_of_sides = is_of_sides or (loss is not None and loss.kind == "sides")
    if not is_of_sides:
        reading = replace(reading, unclear=_background(chosen.name))
    is_soft = kind == "softmax" or (
        takes_logits and loss is not None and loss.kind == "classes"
    )
    if is_soft:
        rank = tf.nn.log_softmax(scores)
        return BoxScores(_probable(reading), scores, rank, tf.exp)
    if reading.has_logits:
        return BoxScores(_probable(reading), scores, scores, tf.sigmoid)
    if is_decoded is False or reading.has_probabilities:
        return BoxScores(_probable(reading), scores, scores, tf.identity)
    return BoxScores(reading, scores, scores, None)


def _of_grids(
    grids: Sequence[tf.Tensor], name: str, num_classes: int
) -> BoxScores:
    """Return the scores of grids as YOLO's, one after another."""
    size = NUM_BOX + 1 + num_classes
    parts = []
    for grid in grids:
        levels, axis = joined_tensors(grid)
        is_of_levels = axis not in (-1, levels[0].shape.rank - 1)
        for level in levels if is_of_levels else (grid,):
            boxes, kind = _columns(level, NUM_BOX, NUM_BOX + 1, size)
            _check_known(kind, name)
            classes, kind = _columns(level, NUM_BOX + 1, size, size)
            _check_known(kind, name)
            parts.append(_with_objectness(boxes, classes, kind))
    scores, rank = (
        tf.concat(some, axis=1) for some in zip(*parts, strict=True)
    )
    reading = _known(Reading("classes", num_classes, True, name), num_classes)
    return BoxScores(reading, scores, rank, tf.exp)


def _with_objectness(
    objectness: tf.Tensor, classes: tf.Tensor, kind: _Kind
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the sum of logits, and the logarithm of the confidence."""
    objectness = tf.cast(objectness, tf.float32)
    classes = tf.cast(classes, tf.float32)
    is_soft = kind == "softmax"
    log = tf.nn.log_softmax if is_soft else tf.math.log_sigmoid
    rank = tf.math.log_sigmoid(objectness) + log(classes)
    return objectness + classes, rank


def _columns(level: tf.Tensor, start: int, stop: int, size: int) -> _Activated:
    """Return some of the numbers of each box, (n, boxes, stop - start).

    Args:
        level: Grid, (n, …, anchors * size) or (n, …, size).
        start: The first of them.
        stop: The number behind the last.
        size: How many numbers there are of a box.
    """
    parts, axis = joined_tensors(level)
    sizes = [part.shape[-1] for part in parts]
    is_split = axis == parts[0].shape.rank - 1 and sum(sizes) == size
    if is_split and len(parts) > 1:
        offset = 0
        for part, width in zip(parts, sizes, strict=True):
            if offset <= start and stop <= offset + width:
                found = _columns(part, start - offset, stop - offset, width)
                return found
            offset += width
        return level, "other"
    scores, kind = _activated(level)
    flat = tf.reshape(scores, [tf.shape(scores)[0], -1, size])
    return flat[..., start:stop], kind


def _activated(output: tf.Tensor) -> _Activated:
    """Return the logits of an output, and what was applied to them."""
    logits = find_logits(output)
    if logits is not None:
        return logits, "sigmoid" if is_sigmoid(output) else "softmax"
    levels, axis = joined_tensors(output)
    if axis not in (-1, levels[0].shape.rank - 1):
        found = [_activated(level) for level in levels]
        kinds = {kind for _, kind in found}
        if len(kinds) == 1:
            joined = tf.concat([x for x, _ in found], axis=axis)
            shaped = tf.reshape(joined, tf.shape(output))
            shaped.set_shape(output.shape)
            return shaped, found[0][1]
        return output, "other"
    return output, "linear" if is_linear(output) else "other"


def _check_known(kind: _Kind, name: str) -> None:
    if kind == "other":
        raise ValueError(
            f"The objectness and classes of {name!r} must come straight from a "
            "layer, or from its sigmoid or softmax of Keras — what they are is "
            "not found in the graph. Give target= a callable that takes the "
            "output and returns one score per image, (n,)."
        )


def _probable(reading: Reading) -> Reading:
    """Return the reading where outputs are told as confidences."""
    return replace(reading, is_raw=False)


def _known(reading: Reading, num_classes: int | None) -> Reading:
    return replace(
        reading,
        num_classes=num_classes,
        has_logits=True,
        is_raw=False,
        unclear="",
    )


def _background(name: str) -> str:
    return (
        f"One of the classes of {name!r} may be the background, which most "
        "boxes are of, so the most confident box may be no detection. Give "
        "target=Detection(class_index)."
    )
