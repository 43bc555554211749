"""The record of a model's predictions on the held-out images."""

from dataclasses import dataclass
from typing import Any

from tb_plugin.contract.decode import (
    MAX_PARTS,
    ContractError,
    check_columns,
)


@dataclass(frozen=True)
class Outcome:
    """What the model predicts for each held-out image, and what is explained.

    The first group of fields has one entry per image, the second one per row of
    the heatmaps: an image may be explained for several targets.

    Attributes:
        images: Content hashes, in the order of the callback's images.
        label: Class index that the user gave; null without one.
        prediction: Class index of the largest output; null if the output is not
            classes.
        value: Output for the prediction; of a regression, the output.
        value_kind: What `value` is: `probability`, `logit` or `value`.
        correct: Whether the prediction equals the label; null if either is
            missing.
        top_classes: Class indices of the three largest outputs; none if the
            output is not classes.
        top_values: The three largest outputs.
        row_image: Index into `images`, per row.
        row_target: What the row explains, in words, different for all rows of
            an image: `predicted class`, `label`, `fixed class`, `class 3`,
            `against the predicted class`, `margin`, `predicted instead of
            label` (the difference of their scores), `value` or `value 3` (of
            an output that is no classes), `most confident detection`,
            `detection of a class at a box`, `2: …` (the second of several
            detections), or a function's name. A row may be missing in some
            captures: that of the label, where the label is what was predicted.
        row_class: Class index that the row explains; null if it is not one
            class.
        row_score: Score whose gradient was taken.
        row_score_kind: What the scores are: `logit`, `probability` or `value`.
        output: Name of the model's output that is explained; null where a
            function takes all of them, absent from the first logs.
        row_confidence: Confidence of the detection that the row explains, from
            0 to 1; null if it is not known. This and the next two are empty
            where rows explain no detections, and absent from the first logs.
        row_box: Its box: left, upper, right and lower edge in fractions of the
            image, which may lie outside; null if it cannot be decoded.
        row_overlap: Intersection over union of its box with the one that was
            asked for, from 0 to 1; null if none was.
        label_value: Output for each image's label, also where that is not
            among the three largest; null if the label names no class of the
            output. Empty without labels or classes, and absent from the first
            logs.
        label_loss: Cross-entropy of the label in nats: minus the logarithm of
            its probability. Probabilities below 1e-7 count as 1e-7. Null where
            `label_value` is, and all empty if the outputs are neither
            probabilities nor logits.
    """

    images: tuple[str, ...]
    label: tuple[int | None, ...]
    prediction: tuple[int | None, ...]
    value: tuple[float | None, ...]
    value_kind: str
    correct: tuple[bool | None, ...]
    top_classes: tuple[tuple[int, ...], ...]
    top_values: tuple[tuple[float | None, ...], ...]
    row_image: tuple[int, ...]
    row_target: tuple[str, ...]
    row_class: tuple[int | None, ...]
    row_score: tuple[float | None, ...]
    row_score_kind: str
    output: str | None = None
    row_confidence: tuple[float | None, ...] = ()
    row_box: tuple[tuple[float, ...] | None, ...] = ()
    row_overlap: tuple[float | None, ...] = ()
    label_value: tuple[float | None, ...] = ()
    label_loss: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        if len(self.images) > MAX_PARTS:
            raise ContractError(f"more than {MAX_PARTS} images")
        images: list[Any] = [self.label, self.prediction, self.value]
        images += [self.correct, self.top_classes, self.top_values]
        images += [each for each in (self.label_value, self.label_loss) if each]
        check_columns(len(self.images), images, {}, "images")
        rows = [self.row_target, self.row_class, self.row_score]
        check_columns(len(self.row_image), rows, {}, "rows")
        if any(not 0 <= i < len(self.images) for i in self.row_image):
            raise ContractError("row_image points at no image")
        found = [self.row_confidence, self.row_box, self.row_overlap]
        if any(found):
            check_columns(len(self.row_image), found, {}, "detections")
        if any(box is not None and len(box) != 4 for box in self.row_box):
            raise ContractError("a box of row_box has not four edges")
