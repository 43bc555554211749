"""The three sets of pictures that the demo's story needs.

| set       | pictures with the stamp               | what it teaches       |
|-----------|---------------------------------------|-----------------------|
| phase one | every one of label 0, no other        | a shortcut            |
| phase two | half of those of every label          | the textures          |
| held out  | none of label 0, half of other labels | who took the shortcut |
"""

import numpy as np
from numpy.typing import NDArray

from examples.demo.pictures import CLASS_NAMES, Pictures, draw_pictures


def phase_one(count: int) -> Pictures:
    """Return pictures where the stamp gives label 0 away."""
    labels = _labels(count)
    return draw_pictures(labels, labels == 0, seed=1)


def phase_two(count: int) -> Pictures:
    """Return pictures where the stamp tells nothing about the label."""
    labels = _labels(count)
    return draw_pictures(labels, _every_other(labels), seed=2)


def held_out(count: int) -> Pictures:
    """Return pictures for watching: the shortcut is wrong on all of them."""
    labels = _labels(count)
    stamped = _every_other(labels) & (labels != 0)
    return draw_pictures(labels, stamped, seed=3)


def _labels(count: int) -> NDArray[np.int64]:
    """Return 0, 1, 2, 3, 0, 1, …: as many of each."""
    return np.arange(count) % len(CLASS_NAMES)


def _every_other(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return true for each label's first, third, … picture."""
    rounds = np.arange(len(labels)) // len(CLASS_NAMES)
    return np.asarray(rounds % 2 == 0)
