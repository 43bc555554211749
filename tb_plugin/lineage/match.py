"""Says which filter is which, by the correlation of their responses.

A filter's response to an image is its largest activation there. Two filters
that respond alike to the same images see the same, in whatever order a layer
has them and however their weights look.

| number        | what it is                                                 |
|---------------|------------------------------------------------------------|
| correlation   | Pearson's, of two filters over the images                  |
| match         | the assignment, each filter once, with the largest sum of  |
|               | correlations                                               |
| chance        | what a match must exceed: the ninth tenth, over filters, of|
|               | the largest correlation with any filter but its match      |

Correlations of unrelated filters are far from 0: all respond more to a picture
that is rich in contrast. So a match is compared with the next best one, not
with 0.

Source: Li et al. 2016, "Convergent Learning: Do different neural networks learn
the same representations?", https://arxiv.org/abs/1511.07543 (bipartite matching
of units by correlation).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_plugin.lineage.assignment import best_pairs

LEAST_IMAGES = 30  # of fewer, a correlation of 0.5 is chance
_CHANCE = 0.9  # quantile


@dataclass(frozen=True)
class Match:
    """Which of m other filters each of n filters is.

    Attributes:
        other: (n,) place of the other filter; -1 for none.
        correlation: (n,) with it; NaN where there is none.
        chance: The correlation that matches must exceed to mean anything; NaN
            if there is nothing to compare with.
    """

    other: NDArray[np.int64]
    correlation: NDArray[np.float64]
    chance: float


def match_filters(own: NDArray[Any], others: NDArray[Any]) -> Match:
    """Return the match of two sets of filters.

    Args:
        own: (n, images). Largest activation of each filter on each image.
        others: (m, images). The same images.

    Raises:
        ValueError: The images differ in number, or are fewer than
            `LEAST_IMAGES`.
    """
    num_images = own.shape[1]
    if num_images != others.shape[1] or num_images < LEAST_IMAGES:
        raise ValueError(
            f"own and others must be of the same {LEAST_IMAGES} images or more "
            f"— got {num_images} and {others.shape[1]}."
        )
    alike = correlations(own, others)
    usable = np.where(np.isfinite(alike), alike, -1.0)
    columns = best_pairs(usable)
    rows = np.arange(len(own))
    found = np.where(
        columns >= 0, alike[rows, columns] if alike.size else np.nan, np.nan
    )
    columns = np.where(np.isfinite(found), columns, -1)
    return Match(columns, found, _chance(usable, columns))


def correlations(own: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Return (n, m); NaN where a filter does not vary or is not finite."""
    product = _standardized(own) @ _standardized(others).T
    return np.clip(product, -1.0, 1.0)  # beyond it by rounding alone


def _standardized(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return (n, images) of mean 0 and length 1."""
    values = values.astype(np.float64)
    is_finite = np.isfinite(values).all(axis=1, keepdims=True)
    values = np.where(is_finite, values, 0.0)
    values = values - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.where(length > 0, length, np.nan))


def _chance(alike: NDArray[Any], columns: NDArray[Any]) -> float:
    if alike.shape[1] < 2 or not len(alike):
        return float("nan")
    rest = alike.copy()
    rows = np.flatnonzero(columns >= 0)
    rest[rows, columns[rows]] = -1.0
    return float(np.quantile(rest.max(axis=1), _CHANCE))
