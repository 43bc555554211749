"""Turns a model's output into the score that is explained.

| output                       | explained by default                      |
|------------------------------|-------------------------------------------|
| (n, k) scores of classes     | the score of the predicted class          |
| (n, 1) of two sides          | evidence for the predicted side: the logit|
|                              | for 1, minus the logit for 0              |
| (n, 1) value                 | the value itself (regression: upwards)    |
| (n, k) values                | must be named by index                    |
| (n, h, w, k) classes of      | the sum of a class's scores over the      |
| pixels (segmentation)        | pixels predicted as it, of the class with |
|                              | the most pixels                           |
| (n, h, w, 1) mask            | the same for the foreground, if there is  |
|                              | any                                       |
| anything else                | needs a callable target                   |

`reading` tells which it is. Scores are logits, before softmax or sigmoid, if
these can be found in the graph (`kerasviz_callbacks.model.output`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import tensorflow as tf

from kerasviz_callbacks.heatmaps.scores.reading import ReadOutput

ScoreFunction: TypeAlias = Callable[[Any], tf.Tensor]

# Among wanted classes: each image's own prediction, and nothing at all.
PREDICTED = -1
ABSENT = -2

NUM_DETAILS = 6  # of a detection: four edges, confidence, overlap


@dataclass(frozen=True)
class Explained:
    """The scores to explain, all of shape (n,); symbolic.

    Attributes:
        scores: Score of each image.
        predictions: Class index of the largest output, -1 if not a class.
        targets: Class index that is explained, -1 if not a class.
        details: (n, 6) of the detection that is explained: left, upper, right
            and lower edge in fractions of the image, confidence, and overlap
            with the box that was asked for; NaN for what is not known. None if
            it is no detection.
    """

    scores: tf.Tensor
    predictions: tf.Tensor
    targets: tf.Tensor
    details: tf.Tensor | None = None

    def all_details(self) -> tf.Tensor:
        """Return the details; NaN if it is no detection."""
        if self.details is not None:
            return self.details
        return tf.fill([tf.shape(self.scores)[0], NUM_DETAILS], float("nan"))


def explain(read: ReadOutput, wanted: tf.Tensor) -> Explained:
    """Return the score of each image's wanted class; symbolic.

    Args:
        read: Output, as `read_output` gives it.
        wanted: (n,) int32 class index per image, or `PREDICTED`.

    Raises:
        ValueError: It is not clear what a class's score would be.
    """
    form = read.reading.form
    if form == "classes":
        return _explain_classes(read.scores, wanted)
    if form == "binary":
        return _explain_binary(read, wanted)
    if form == "pixels":
        return _explain_pixels(read, wanted)
    if form == "values":
        return _explain_values(read.scores, wanted)
    if form == "value":
        nothing = tf.fill(tf.shape(wanted), -1)
        return Explained(read.scores[:, 0], nothing, nothing)
    raise ValueError(
        read.reading.unclear
        or f"The output has shape {tuple(read.scores.shape)}, and it is not "
        "clear which number of it a heatmap should explain. Give target= a "
        "callable that takes the output and returns one score per image, (n,)."
    )


def explain_margin(read: ReadOutput) -> Explained:
    """Return the best score of each image minus its second; symbolic.

    Raises:
        ValueError: The output is not classes.
    """
    nothing = tf.fill(tf.shape(read.scores)[:1], PREDICTED)
    if read.reading.form == "binary":  # the other side's logit is 0
        return explain(read, nothing)
    if read.reading.form != "classes":
        raise ValueError(
            "target='margin' needs one score per class and image — the output "
            f"has shape {tuple(read.scores.shape)}. Give a callable."
        )
    best = tf.math.top_k(read.scores, 2).values
    predictions = explain(read, nothing).predictions
    return Explained(best[:, 0] - best[:, 1], predictions, predictions)


def explain_by(
    function: ScoreFunction, outputs: Any, read: ReadOutput
) -> Explained:
    """Return the scores of the user's function; symbolic.

    Raises:
        ValueError: It does not return one score per image.
    """
    scores = function(outputs)
    if not tf.is_tensor(scores) or scores.shape.rank != 1:
        came = getattr(scores, "shape", repr(scores))
        raise ValueError(
            "A callable target must return one score per image, a tensor of "
            f"shape (n,) — got {came}. Sum or choose over the other axes, "
            "for example lambda outputs: outputs[:, 3]."
        )
    nothing = tf.fill([tf.shape(scores)[0]], -1)
    if read.reading.num_classes is None:
        predictions = nothing
    else:
        predictions = explain(read, nothing).predictions
    return Explained(tf.cast(scores, tf.float32), predictions, nothing)


def _explain_classes(scores: tf.Tensor, wanted: tf.Tensor) -> Explained:
    predictions = tf.argmax(scores, axis=-1, output_type=tf.int32)
    targets = tf.where(wanted < 0, predictions, wanted)
    chosen = _of_each(scores, targets)
    return Explained(chosen, predictions, targets)


def _of_each(scores: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Return (n,) the score of each row's own column."""
    # Not `tf.gather` with `batch_dims`: its gradient is a hundred operations,
    # more than a third of the time to trace heatmaps of a small model.
    rows = tf.range(tf.shape(columns)[0])
    return tf.gather_nd(scores, tf.stack([rows, columns], axis=1))


def _explain_binary(read: ReadOutput, wanted: tf.Tensor) -> Explained:
    sides = _both_sides(read)
    predictions = tf.cast(sides[:, 1] >= sides[:, 0], tf.int32)
    targets = tf.where(wanted < 0, predictions, wanted)
    scores = tf.where(targets == 1, sides[:, 1], sides[:, 0])
    return Explained(scores, predictions, targets)


def _explain_values(values: tf.Tensor, wanted: tf.Tensor) -> Explained:
    nothing = tf.fill(tf.shape(wanted), -1)
    index = tf.maximum(wanted, 0)  # a value that is not named is refused
    chosen = _of_each(values, index)
    return Explained(chosen, nothing, wanted)


def _both_sides(read: ReadOutput) -> tf.Tensor:
    """Return the scores of no and yes, (n, …, 2), of one number for both."""
    yes = read.scores
    no = 1 - yes if read.reading.has_probabilities else -yes
    return tf.concat([no, yes], axis=-1)


def explain_area(
    read: ReadOutput, wanted: tf.Tensor, areas: tf.Tensor
) -> Explained:
    """Return the score of each image's wanted class over an area; symbolic.

    Args:
        read: Output of a segmentation.
        wanted: (n,) int32 class index per image, or `PREDICTED`.
        areas: (n, H, W) float32 weight of each position, resized to the output.

    Raises:
        ValueError: The output is not one of pixels.
    """
    if read.reading.form != "pixels":
        raise ValueError(
            "target=OverMask(…) needs an output with one score per pixel, (n, "
            f"h, w, classes) — it has shape {tuple(read.scores.shape)}."
        )
    scores, _, predictions = _pixel_classes(read)
    targets = tf.where(wanted < 0, predictions, wanted)
    weights = tf.image.resize(
        areas[..., None], tf.shape(scores)[1:3], method="area"
    )
    sums = tf.reduce_sum(scores * weights, axis=[1, 2])
    chosen = _of_each(sums, targets)
    return Explained(chosen, predictions, targets)


def _explain_pixels(read: ReadOutput, wanted: tf.Tensor) -> Explained:
    scores, regions, predictions = _pixel_classes(read)
    targets = tf.where(wanted < 0, predictions, wanted)
    sums = tf.reduce_sum(scores * regions, axis=[1, 2])
    chosen = _of_each(sums, targets)
    return Explained(chosen, predictions, targets)


def _pixel_classes(
    read: ReadOutput,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return scores and region of every class, and the image's class."""
    is_mask = read.scores.shape[-1] == 1
    scores = _both_sides(read) if is_mask else read.scores
    regions = tf.one_hot(tf.argmax(scores, axis=-1), scores.shape[-1])
    areas = tf.reduce_sum(regions, axis=[1, 2])
    if is_mask:
        predictions = tf.cast(areas[:, 1] > 0, tf.int32)
    else:
        predictions = tf.argmax(areas, axis=-1, output_type=tf.int32)
    return scores, regions, predictions
