"""What is asked of every image: passes and rows, and whether they are there.

A *pass* is one score per image, whose gradient is taken for all images at once.
A *row* is one map of one image; its gradient is a weighted sum of those of the
passes, so that a contrast (why this and not that) and the opposite side cost
nothing more.
"""

from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.heatmaps.score import PREDICTED, Reading, ScoreFunction


@dataclass(frozen=True)
class Pass:
    """One score per image; by default that of a class.

    Attributes:
        function: of the outputs, instead.
        is_margin: the best score less the second, instead.
        is_over_area: of pixels, summed over the question's areas instead of
            where the class is predicted.
    """

    function: ScoreFunction | None = None
    is_margin: bool = False
    is_over_area: bool = False

    @property
    def is_class(self) -> bool:
        """Whether it is the score of a class, wanted per image."""
        return self.function is None and not self.is_margin


@dataclass(frozen=True)
class Row:
    """One map per image.

    Attributes:
        words: what it explains; `{class}` stands for the class.
        weights: of each pass.
        is_of_mistakes: whether only images have it whose first and last pass
            explain different classes.
    """

    words: str
    weights: tuple[float, ...]
    is_of_mistakes: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked of every image.

    Attributes:
        passes: whose gradients are taken.
        rows: the maps.
        areas: (n, h, w) float32 from 0 to 1, one per image; None where no
            pass needs them.
    """

    passes: tuple[Pass, ...]
    rows: tuple[Row, ...]
    areas: FloatArray | None = None

    @property
    def is_of_classes(self) -> bool:
        """Whether every score is one of the output's own."""
        return all(one.function is None for one in self.passes)

    def row_weights(self) -> FloatArray:
        """Return (rows, passes) float32."""
        return np.array([row.weights for row in self.rows], np.float32)


PREDICTION = Question((Pass(),), (Row("predicted class", (1.0,)),))


def check_wanted(
    question: Question, wanted: IntArray, reading: Reading
) -> None:
    """Raise if a wanted class does not exist, or a prediction is not clear.

    Raises:
        ValueError: it does not, or is not; with what to do.
    """
    is_class = [one.is_class for one in question.passes]
    classes = wanted[:, is_class]
    asked = classes[classes >= 0]
    count = reading.num_classes
    if len(asked) and count is None:
        raise ValueError(
            f"target names classes, {_few(asked)} — the output is no set of "
            "classes. Leave target out, or give a callable."
        )
    if len(asked) and count is not None and asked.max() >= count:
        raise ValueError(
            f"target must name classes from 0 to {count - 1} — got "
            f"{_few(asked)}. Check target, labels and output."
        )
    is_clear = reading.form != "pixels" or reading.has_logits
    if not is_clear and (classes == PREDICTED).any():
        raise ValueError(
            f"The output gives {count} numbers per pixel without a softmax or "
            "sigmoid, so it is not clear that they are classes. Give target= "
            "a class index if they are, else a callable."
        )


def _few(values: IntArray) -> str:
    unique = [int(value) for value in np.unique(values)]
    return ", ".join(map(str, unique[:10])) + (", …" if unique[10:] else "")
