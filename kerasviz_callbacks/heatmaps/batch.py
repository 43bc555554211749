"""The heatmaps of a batch of images, their status and what they explain."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.graph import Explanation
from kerasviz_callbacks.heatmaps.methods import (
    evidence,
    find_method,
    fuse,
    heatmap_status,
)
from kerasviz_callbacks.heatmaps.question import (
    FIXED,
    HeatmapTask,
    Question,
    Row,
)
from kerasviz_callbacks.heatmaps.scores import (
    ABSENT,
    PREDICTED,
    DetectionRows,
    Reading,
    detection_rows,
    without_detection,
)
from kerasviz_callbacks.model import MapCut
from kerasviz_callbacks.model.maps.places import (
    Place,
    Unknown,
    laid_together,
    on_grid_of,
    seen,
)

T = TypeVar("T")

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
        parts: Names of the maps that a heatmap adds, per layer path; () for a
            single one.
        shares: (rows, parts) share of the positive evidence that each part
            has, per layer path; NaN if there is none.
        seen: (h, w) whether the model sees that part of the image, per layer
            path.
        detections: What is known of the detection of each row; None if rows
            explain none.
        is_exclusive: Whether an image is of one class alone, as behind a
            softmax; a sigmoid per class says yes or no to each.
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
    parts: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, FloatArray]
    seen: Mapping[str, BoolArray]
    detections: DetectionRows | None = None
    is_exclusive: bool = True

    def __repr__(self) -> str:
        layers = ", ".join(self.maps)
        return f"<HeatmapBatch of {layers}: {len(self.row_image)} rows>"

    @property
    def class_outputs(self) -> FloatArray:
        """(n, classes) outputs of all classes; (n, 0) if there are none.

        A single number stands for two classes, no and yes, but for that of a
        detector of one class.
        """
        if not (self.predictions >= 0).any():
            return self.outputs[:, :0]
        if self.outputs.shape[1] != 1 or self.detections is not None:
            return self.outputs
        no = -self.outputs
        if self.value_kind == "probability":
            no = 1 + no
        return np.concatenate([no, self.outputs], axis=1)


def as_batch(
    explained: Explanation,
    places: Sequence[Place],
    wanted: IntArray,
    reading: Reading,
    task: HeatmapTask,
) -> HeatmapBatch:
    """Return the heatmaps of what the graph explained.

    Args:
        explained: Result of the graph for n images.
        places: Where the cells of each map lie in the image.
        wanted: (n, passes) class index, `PREDICTED` or `ABSENT`.
        reading: What the explained output is.
        task: What was drawn, and the question that the rows answer.
    """
    question = task.question
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
    detections = None
    if task.layout is not None:  # whose rows are its passes
        detections = detection_rows(explained.details[image, row])
    drawn = _grouped((one[image, row] for one in explained.maps), task.cuts)
    lying = _grouped(places, task.cuts)
    found = {
        cut.path: _joined(cut, maps, some, task)
        for cut, maps, some in zip(task.cuts, drawn, lying, strict=True)
    }
    maps = {
        path: _of_numbers(evidence(both), scores)
        for path, (both, _) in found.items()
    }
    return HeatmapBatch(
        maps=maps,
        status={path: _status(one, detections) for path, one in maps.items()},
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
        parts={cut.path: cut.parts for cut in task.cuts},
        shares={path: shares for path, (_, shares) in found.items()},
        seen={
            cut.path: np.broadcast_to(seen(some) > 0, maps[cut.path].shape[1:])
            for cut, some in zip(task.cuts, lying, strict=True)
        },
        detections=detections,
        is_exclusive=not (reading.loss and reading.loss.kind == "sides"),
    )


def _status(
    maps: FloatArray, detections: DetectionRows | None
) -> tuple[str, ...]:
    return tuple(
        "no_detection" if without_detection(detections, row) else state
        for row, state in enumerate(heatmap_status(maps))
    )


def _joined(
    cut: MapCut,
    maps: Sequence[FloatArray],
    places: Sequence[Place],
    task: HeatmapTask,
) -> tuple[FloatArray, FloatArray]:
    """Return the heatmaps in the frame of the image, and their parts' shares.

    The maps of a cut are added, and multiplied by the finer one if there is
    one.
    """
    if cut.finer is not None:
        *maps, finer = maps
        *places, place = places
        both, shares = _joined(replace(cut, finer=None), maps, places, task)
        fine = laid_together([finer], [place])
        return fuse(on_grid_of(fine, evidence(both)), fine), shares
    if not find_method(task.method).is_per_cell and len(maps) > 1:
        maps = [one / np.float32(one[0].size) for one in maps]
    amounts = np.stack([evidence(one).sum(axis=(1, 2)) for one in maps], axis=1)
    total = amounts.sum(axis=1, keepdims=True)
    nothing = np.full_like(amounts, np.nan)
    shares = np.divide(amounts, total, out=nothing, where=total > 0)
    return laid_together(maps, places), shares


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


def place_notes(
    cuts: Sequence[MapCut], places: Sequence[Place]
) -> tuple[str, ...]:
    """Return what one should know of where heatmaps lie, in sentences."""
    maps = [one for cut in cuts for one in cut.tapped]
    unknown = tuple(
        f"Where the cells of {one.name} lie in the image is not known "
        f"({place.reason}): its heatmap is stretched over the whole image."
        for one, place in zip(maps, places, strict=True)
        if isinstance(place, Unknown)
    )
    groups = _grouped(places, cuts)
    covered = [float(seen(some).mean()) for some in groups]
    cropped = tuple(
        f"The cells of {cut.path} cover {share:.0%} of the image: the model "
        "cuts off the rest, which is hatched."
        for cut, share in zip(cuts, covered, strict=True)
        if share < _WHOLE
    )
    return (*unknown, *cropped)


def _grouped(items: Iterable[T], cuts: Sequence[MapCut]) -> list[list[T]]:
    """Return items, one per map, as those of each group."""
    rest = iter(items)
    return [list(itertools.islice(rest, len(cut.tapped))) for cut in cuts]


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
