"""What all rooms share: array types, counts in words, a choice of rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]  # numbers of any type, as a user gave them
FloatArray = NDArray[np.floating[Any]]
ByteArray = NDArray[np.uint8]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

Range: TypeAlias = tuple[float, float]  # lowest and highest pixel value
ImageShape: TypeAlias = tuple[int, int, int]  # (height, width, channels)

Item = TypeVar("Item")


def tally(words: Iterable[str]) -> str:
    """Return how often each word is there: "7 live, 1 dead"."""
    counts = Counter(words)
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: "1 layer", "2 layers"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def rows_of(
    columns: Mapping[str, AnyArray], rows: slice | IntArray
) -> dict[str, AnyArray]:
    """Return some rows of arrays (n, …), such as a model's other inputs."""
    return {name: values[rows] for name, values in columns.items()}


def spread_evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Return `count` of the items, the first and the last among them.

    All of them if there are not more; of several, a single one is the last.
    """
    if len(items) <= count:
        return list(items)
    if count <= 1:
        return list(items[-1:]) * count
    last = len(items) - 1
    return [items[round(i * last / (count - 1))] for i in range(count)]
