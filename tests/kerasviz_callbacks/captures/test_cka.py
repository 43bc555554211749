"""How alike two sets of features are, whatever their basis."""

import numpy as np
import pytest

from kerasviz_callbacks.captures.filters.likeness import linear_cka

RANDOM = np.random.default_rng(0)
FEATURES = RANDOM.normal(size=(10, 30))
OTHER = RANDOM.normal(size=(10, 50))


def rotation(size: int) -> np.ndarray:
    return np.linalg.qr(RANDOM.normal(size=(size, size)))[0]


def test_features_are_like_themselves():
    assert linear_cka(FEATURES, FEATURES) == pytest.approx(1, abs=1e-12)


def test_rotation_scale_and_shift_change_nothing():
    moved = -3 * FEATURES @ rotation(30) + 5
    assert linear_cka(FEATURES, moved) == pytest.approx(1, abs=1e-12)
    expected = linear_cka(FEATURES, OTHER)
    assert linear_cka(moved, OTHER) == pytest.approx(expected, abs=1e-12)


def test_stretching_one_direction_changes_something():
    stretched = FEATURES * np.where(np.arange(30) == 0, 20, 1)
    assert linear_cka(FEATURES, stretched) < 0.9


def test_order_of_the_two_changes_nothing():
    one, other = linear_cka(FEATURES, OTHER), linear_cka(OTHER, FEATURES)
    assert one == pytest.approx(other, abs=1e-12)


def test_mean_over_unrelated_features_is_zero():
    pairs = [
        linear_cka(*np.random.default_rng(seed).normal(size=(2, 12, 200)))
        for seed in range(300)
    ]
    assert np.mean(pairs) == pytest.approx(0, abs=0.02)


def test_it_is_the_unbiased_estimator_written_out():
    def hsic(k: np.ndarray, m: np.ndarray) -> float:
        n = len(k)
        k, m = k - np.diag(np.diag(k)), m - np.diag(np.diag(m))
        one = np.ones(n)
        middle = (one @ k @ one) * (one @ m @ one) / ((n - 1) * (n - 2))
        last = 2 / (n - 2) * (one @ k @ m @ one)
        return (np.trace(k @ m) + middle - last) / (n * (n - 3))

    k, m = FEATURES @ FEATURES.T, OTHER @ OTHER.T
    expected = hsic(k, m) / np.sqrt(hsic(k, k) * hsic(m, m))
    assert linear_cka(FEATURES, OTHER) == pytest.approx(expected, rel=1e-9)


def test_tiny_features_do_not_underflow():
    tiny = (FEATURES * 1e-30).astype(np.float32)
    assert linear_cka(tiny, FEATURES) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "features",
    [FEATURES[:3], np.ones((10, 4)), np.full((10, 4), np.nan)],
    ids=["three images", "all the same", "not finite"],
)
def test_where_it_is_not_defined_it_is_no_number(features):
    assert np.isnan(linear_cka(features, FEATURES[: len(features)]))
