"""Chooses a few of many images, balanced over their labels.

A dozen held-out images show what a network learns if every class is among them.
So of many, as many are taken of each class as there are; of those without
labels, images that lie evenly.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, IntArray, spread_evenly

MAX_READ = 1_000  # images of a stream, in which every class should be
_SPARE = 4  # kept of a stream for each image that is wanted


def check_num_images(num_images: Any) -> None:
    """Raise unless it is a positive whole number, or None for all.

    Raises:
        ValueError: With what it should be.
    """
    if num_images is None:
        return
    is_whole = isinstance(num_images, int) and not isinstance(num_images, bool)
    if not is_whole or num_images < 1:
        raise ValueError(
            "num_images must be a positive whole number, how many of the "
            f"images to use, or None for all — got {num_images!r}."
        )


def balanced(labels: Sequence[int] | IntArray, count: int) -> IntArray:
    """Return the places of at most `count` images, as many of each class.

    Args:
        labels: Class index per image.
        count: How many to choose.

    Returns:
        (chosen,) places, ascending.
    """
    by_class: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        by_class.setdefault(int(label), []).append(place)
    rounds = itertools.zip_longest(
        *([label] * len(by_class[label]) for label in sorted(by_class))
    )
    turns = [label for turn in rounds for label in turn if label is not None]
    quota = {label: turns[:count].count(label) for label in by_class}
    chosen = [
        place
        for label, places in by_class.items()
        for place in spread_evenly(places, quota[label])
    ]
    return np.array(sorted(chosen), int)


def evenly(num_given: int, count: int) -> IntArray:
    """Return the places of at most `count` images that lie evenly."""
    return np.array(spread_evenly(list(range(num_given)), count), int)


def in_words(chosen: int, given: str, labels: AnyArray | None = None) -> str:
    """Return what was chosen, for the line before training.

    Args:
        chosen: How many images.
        given: Of how many, such as "3,670" or "the first 512".
        labels: Labels of the chosen ones, if they were balanced.
    """
    words = f"{chosen:,} of {given} images"
    if labels is None:
        return words
    count = len(np.unique(labels))
    return f"{words}, balanced over {count} class{'es' * (count != 1)}"


@dataclass
class Gathered:
    """The images of a stream that are worth keeping, as they come.

    Attributes:
        wanted: How many images to choose; None for all.
        has_labels: Whether to balance them over their labels.
        num_classes: How many classes there are, if that is known.
        kept: Ordinal and image of what is kept, by class.
        num_read: Images that came.
    """

    wanted: int | None
    has_labels: bool
    num_classes: int | None = None
    kept: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    num_read: int = 0

    def add(self, image: Any, label: int = 0) -> None:
        """Take in one more image."""
        self.kept.setdefault(label, []).append((self.num_read, image))
        self.num_read += 1
        # What other classes may leave open is kept to fill up, and no more.
        if self.wanted and self._num_kept() > _SPARE * self.wanted:
            max(self.kept.values(), key=len).pop()

    def is_enough(self) -> bool:
        """Return whether more images would make no better choice."""
        if self.wanted is None or self._num_kept() < self.wanted:
            return False
        num_seen = len(self.kept)
        if not self.has_labels or num_seen >= self.wanted:
            return True
        if self.num_read >= MAX_READ:
            return True
        fewest = min(map(len, self.kept.values()))
        is_each = self.num_classes is not None and num_seen >= self.num_classes
        return is_each and fewest >= -(-self.wanted // num_seen)

    def chosen(self) -> list[tuple[int, int, Any]]:
        """Return ordinal, label and image of the chosen ones, in order."""
        rows = [
            (ordinal, label, image)
            for label, some in self.kept.items()
            for ordinal, image in some
        ]
        rows.sort(key=lambda row: row[0])
        if self.wanted is None:
            return rows
        if not self.has_labels:
            return rows[: self.wanted]
        labels = [label for _, label, _ in rows]
        return [rows[place] for place in balanced(labels, self.wanted)]

    def _num_kept(self) -> int:
        return sum(map(len, self.kept.values()))
