"""Outputs in, the largest of each image with their names out."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray

NamedValue: TypeAlias = tuple[int, str, float]


def top_classes(
    outputs: FloatArray,
    class_names: Sequence[str],
    k: int = 3,
    *,
    is_binary: bool = False,
) -> list[list[NamedValue]]:
    """Return, per image, its k largest outputs: (class, name, value).

    Args:
        outputs: (n, classes), as the model answered.
        class_names: of every class; () names them by their index.
        k: how many, fewer where there are not that many.
        is_binary: a single output is the probability p of class 1, and class
            0 has 1 - p.
    """
    if is_binary and outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    order = np.argsort(-outputs, axis=1, kind="stable")[:, :k]
    return [
        [
            (int(index), _name(index, class_names), float(row[index]))
            for index in best
        ]
        for row, best in zip(outputs, order, strict=True)
    ]


def _name(index: int, class_names: Sequence[str]) -> str:
    return class_names[index] if class_names else str(index)
