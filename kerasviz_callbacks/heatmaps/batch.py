"""The heatmaps of a batch of images, with their status and what they explain.

It also warns of gradients that vanish. The gradient of a probability
p = softmax(z) or sigmoid(z) is at most p (1 - p) times that of z. A confident
model has next to none, and its heatmap fades without having changed. Logits do
not have that problem; see `kerasviz_callbacks.model.output`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.graph import Explanation
from kerasviz_callbacks.heatmaps.methods import heatmap_status
from kerasviz_callbacks.heatmaps.question import FIXED, Question, Row
from kerasviz_callbacks.heatmaps.reading import Reading
from kerasviz_callbacks.heatmaps.score import ABSENT, PREDICTED
from kerasviz_callbacks.model import Located
from kerasviz_callbacks.model.maps.places import Place, Placement, Unknown

_WHOLE = 0.99  # of the image: more is no crop worth telling


@dataclass(frozen=True)
class HeatmapBatch:
    """The heatmaps of n images, and what they explain, row by row.

    An image has one row per target that is explained of it; rows are in the
    order of the images.

    Attributes:
        maps: Heatmaps per layer path, (rows, h, w) float32 after ReLU, not
            normalized, in the frame of the image, at the layer's own
            resolution. Where a layer does not see the image they are zero.
        status: Status of each heatmap, per layer path; one of
            `HEATMAP_STATUSES` of `tb_plugin.contract`.
        outputs: (n, k) float32 model outputs, averaged over pixels for a
            segmentation; (n, 0) if the output is of no known form.
        predictions: (n,) class index of the largest output; -1 if the output
            is not classes, or not finite.
        row_image: (rows,) index of the row's image.
        row_target: What each row explains, in words.
        is_first: (rows,) whether the row is of the first target, which charts
            follow.
        targets: (rows,) class index that is explained; -1 if not a class.
        scores: (rows,) float32 scores whose gradients were taken.
        score_kind: What the scores are: `logit`, `probability` (the logits
            could not be found) or `value`.
        value_kind: What the outputs are: `probability`, `logit` or `value`.
        output: Name of the explained output; None if a function takes all.
    """

    maps: Mapping[str, FloatArray]
    status: Mapping[str, tuple[str, ...]]
    outputs: FloatArray
    predictions: IntArray
    row_image: IntArray
    row_target: tuple[str, ...]
    is_first: BoolArray
    targets: IntArray
    scores: FloatArray
    score_kind: str
    value_kind: str
    output: str | None

    def __repr__(self) -> str:
        layers = ", ".join(self.maps)
        return f"<HeatmapBatch of {layers}: {len(self.row_image)} rows>"

    @property
    def class_outputs(self) -> FloatArray:
        """(n, classes) outputs of all classes; (n, 0) if there are none.

        A single number stands for two classes, no and yes.
        """
        if not (self.predictions >= 0).any():
            return self.outputs[:, :0]
        if self.outputs.shape[1] != 1:
            return self.outputs
        no = -self.outputs
        if self.value_kind == "probability":
            no = 1 + no
        return np.concatenate([no, self.outputs], axis=1)


def as_batch(
    explained: Explanation,
    layers: Sequence[Located],
    places: Sequence[Place],
    wanted: IntArray,
    reading: Reading,
    question: Question,
) -> HeatmapBatch:
    """Return the heatmaps of what the graph explained.

    Args:
        explained: Result of the graph for n images.
        layers: Layers whose heatmaps it holds.
        places: Where the cells of each lie in the image.
        wanted: (n, passes) class index, `PREDICTED` or `ABSENT`.
        reading: What the explained output is.
        question: Question that the rows answer.
    """
    finite = np.asarray(np.isfinite(explained.outputs).all(axis=1))
    value_kind = _value_kind(reading, explained.outputs[finite])
    by_class = question.is_of_classes
    is_no_class = reading.num_classes is None
    found_logits = by_class and reading.has_logits
    score_kind = value_kind if by_class else "value"
    is_named = finite[:, None] | (wanted != PREDICTED)
    targets = np.where(is_named, explained.targets, -1)
    image, row = np.nonzero(_is_there(question, targets, wanted))
    classes = _row_classes(question, targets)[image, row]
    scores = explained.scores[image, row]
    maps = {
        located.path: _of_numbers(_laid(one[image, row], place), scores)
        for located, one, place in zip(
            layers, explained.maps, places, strict=True
        )
    }
    return HeatmapBatch(
        maps=maps,
        status={path: heatmap_status(one) for path, one in maps.items()},
        outputs=explained.outputs,
        predictions=np.where(finite, explained.predictions, -1),
        row_image=image,
        row_target=_row_words(question, row, classes, reading),
        is_first=_is_first(question)[row],
        targets=np.full_like(classes, -1) if is_no_class else classes,
        scores=scores,
        score_kind="logit" if found_logits else score_kind,
        value_kind=value_kind,
        output=reading.name,
    )


def _is_there(
    question: Question, targets: IntArray, wanted: IntArray
) -> BoolArray:
    """Return (n, rows): whether the image has the row."""
    uses = question.row_weights() != 0
    is_absent = (wanted == ABSENT) @ uses.T
    is_of_mistakes = [row.is_of_mistakes for row in question.rows]
    is_mistake = (targets[:, 0] != targets[:, -1]) & (targets[:, 0] >= 0)
    is_meant = is_mistake[:, None] | ~np.array(is_of_mistakes)
    return np.asarray(is_meant & ~is_absent)


def _is_first(question: Question) -> BoolArray:
    first = question.rows[0].words
    return np.array([row.words == first for row in question.rows])


def _row_classes(question: Question, targets: IntArray) -> IntArray:
    """Return (n, rows): the class of a row about one class, else -1."""
    classes = np.full((len(targets), len(question.rows)), -1)
    for place, row in enumerate(question.rows):
        used = [i for i, weight in enumerate(row.weights) if weight]
        if len(used) == 1 and question.passes[used[0]].is_class:
            classes[:, place] = targets[:, used[0]]
    return classes


def _row_words(
    question: Question, rows: IntArray, classes: IntArray, reading: Reading
) -> tuple[str, ...]:
    words = [_words(row, reading) for row in question.rows]
    return tuple(
        words[row].replace("{class}", str(index))
        for row, index in zip(rows, classes, strict=True)
    )


def _laid(maps: FloatArray, place: Place) -> FloatArray:
    """Return the heatmaps in the frame of the image."""
    return place.laid(maps) if isinstance(place, Placement) else maps


def place_notes(
    layers: Sequence[Located], places: Sequence[Place]
) -> tuple[str, ...]:
    """Return what one should know of where heatmaps lie, in sentences."""
    unknown = tuple(
        f"Where the cells of {located.path} lie in the image is not known "
        f"({place.reason}): its heatmap is stretched over the whole image."
        for located, place in zip(layers, places, strict=True)
        if isinstance(place, Unknown)
    )
    cropped = tuple(
        f"The cells of {located.path} cover {place.covered:.0%} of the image: "
        "the model cuts off the rest, and the heatmap is zero there."
        for located, place in zip(layers, places, strict=True)
        if isinstance(place, Placement) and place.covered < _WHOLE
    )
    return (*unknown, *cropped)


def _words(row: Row, reading: Reading) -> str:
    """Return what a row explains; a value is not called a class."""
    if reading.form == "value":
        return row.words.replace("predicted class", "value")
    if reading.form == "values":
        one = "value {class}"
        return row.words.replace(FIXED, one).replace("class {class}", one)
    return row.words


def _of_numbers(maps: FloatArray, scores: FloatArray) -> FloatArray:
    """Return the heatmaps, NaN if their score is not finite."""
    is_number = np.isfinite(scores)[:, None, None]
    return np.where(is_number, maps, np.float32(np.nan))


def _value_kind(reading: Reading, outputs: FloatArray) -> str:
    is_positive = bool((outputs >= 0).all())
    if reading.has_logits and reading.is_raw:
        return "logit"
    if reading.has_logits:  # negative: the logarithms of probabilities
        return "probability" if is_positive else "value"
    if reading.num_classes is None or not outputs.size:
        return "value"
    is_sum_one = np.allclose(outputs.sum(axis=1), 1, atol=1e-2)
    is_share = reading.has_probabilities and (outputs <= 1).all()
    if is_positive and (is_sum_one or is_share):
        return "probability"  # a softmax that left no logits behind
    return "value"


_CONFIDENT = 1e-3  # of p (1 - p): a thousandth of the gradient is left


def vanishing_notes(batch: HeatmapBatch) -> tuple[str, ...]:
    """Return warnings about the scores, in sentences."""
    if batch.score_kind != "probability":
        return ()
    notes = (
        "The scores behind the probabilities could not be found; gradients "
        "are of the probability and vanish where the model is confident. End "
        "it in a softmax or sigmoid of Keras, or give target= a callable.",
    )
    count = int(np.sum(np.abs(batch.scores * (1 - batch.scores)) < _CONFIDENT))
    if not count:
        return notes
    return (
        *notes,
        f"{count} of {len(batch.scores)} scores are so close to 0 or 1 that "
        "next to no gradient is left: their maps are faint, and not by what "
        "the model sees.",
    )
