"""What is recorded of a model's answers to the held-out images."""

from dataclasses import dataclass
from typing import Any

from tb_plugin.contract.columns import check_columns
from tb_plugin.contract.decode import ContractError


@dataclass(frozen=True)
class Outcome:
    """What the model answers for each held-out image, and what is explained.

    The first group has one entry per image, the second one per row of the
    maps (an image may be explained for several targets).

    Attributes:
        images: content hashes, in the order of the callback's images.
        label: class index the user gave; null where none.
        prediction: class index of the largest output; null where the output
            is not classes.
        value: the output for the prediction.
        value_kind: what `value` is: `probability`, `logit` or `value`.
        correct: prediction equals label; null where either is missing.
        top_classes: class indices of the three largest outputs.
        top_values: their outputs.
        row_image: index into `images`, per row.
        row_target: what the row explains, in words, unlike for all rows of an
            image: `predicted class`, `label`, `fixed class`, `class 3`,
            `against the predicted class`, `margin`, `predicted instead of
            label` (the difference of their scores), a function's name. A row
            may be missing in some captures: the label's, where it is what was
            predicted.
        row_class: its class index; null where it is not one class.
        row_score: the score whose gradient was taken.
        row_score_kind: `logit`, `probability` or `value`.
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

    def __post_init__(self) -> None:
        images: list[Any] = [self.label, self.prediction, self.value]
        images += [self.correct, self.top_classes, self.top_values]
        check_columns(len(self.images), images, {}, "images")
        rows = [self.row_target, self.row_class, self.row_score]
        check_columns(len(self.row_image), rows, {}, "rows")
        if any(not 0 <= i < len(self.images) for i in self.row_image):
            raise ContractError("row_image points at no image")
