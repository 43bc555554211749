"""The assignment is the best one, as trying all of them shows."""

import itertools

import numpy as np
import pytest

from tb_plugin.lineage import best_pairs


def tried(gains: np.ndarray) -> float:
    """Return the largest sum over all assignments."""
    gains = gains if gains.shape[0] <= gains.shape[1] else gains.T
    rows = np.arange(len(gains))
    ways = itertools.permutations(range(gains.shape[1]), len(gains))
    return max(gains[rows, list(way)].sum() for way in ways)


@pytest.mark.parametrize("seed", range(40))
def test_no_other_assignment_has_a_larger_sum(seed):
    random = np.random.default_rng(seed)
    shape = random.integers(1, 7, 2)
    gains = random.normal(size=shape)
    if seed % 2:  # many equal sums
        gains = np.rint(gains)
    columns = best_pairs(gains)
    rows = np.flatnonzero(columns >= 0)
    assert len(rows) == min(shape)
    assert len(set(columns[rows])) == len(rows)
    np.testing.assert_allclose(gains[rows, columns[rows]].sum(), tried(gains))


def test_a_greedy_choice_would_be_worse():
    assert best_pairs(np.array([[9.0, 8.0], [8.0, 1.0]])).tolist() == [1, 0]


def test_a_shuffled_identity_is_put_back_in_order():
    order = np.random.default_rng(0).permutation(128)
    columns = best_pairs(np.eye(128)[order] + 0.01)
    np.testing.assert_array_equal(columns, order)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_is_paired_with_nothing(shape):
    assert best_pairs(np.zeros(shape)).tolist() == [-1] * shape[0]


def test_a_gain_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        best_pairs(np.array([[np.nan]]))
