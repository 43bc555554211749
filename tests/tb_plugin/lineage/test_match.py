"""Filters are matched by what they do, not by where they stand."""

import numpy as np
import pytest

from tb_plugin.lineage import match_filters

RANDOM = np.random.default_rng(0)
SEEN = RANDOM.gamma(2.0, size=(12, 60))


def test_filters_in_another_order_and_scale_are_found_again():
    order = RANDOM.permutation(12)
    scale = RANDOM.uniform(0.1, 10, (12, 1))
    found = match_filters(SEEN, (scale * SEEN + 3)[order])
    np.testing.assert_array_equal(order[found.other], np.arange(12))
    np.testing.assert_allclose(found.correlation, 1.0)
    assert found.chance < 0.7


def test_unrelated_filters_do_not_exceed_chance_by_much():
    found = match_filters(SEEN, RANDOM.gamma(2.0, size=(12, 60)))
    assert np.median(found.correlation) < found.chance + 0.1


def test_chance_is_high_where_all_filters_respond_to_contrast():
    contrast = RANDOM.gamma(2.0, size=60)
    own = contrast + 0.3 * RANDOM.normal(size=(12, 60))
    other = contrast + 0.3 * RANDOM.normal(size=(12, 60))
    found = match_filters(own, other)
    assert found.chance > 0.8


def test_a_silent_filter_and_one_that_is_not_finite_have_no_match():
    own = SEEN.copy()
    own[3], own[5, 0] = 0.0, np.inf
    found = match_filters(own, SEEN)
    assert found.other[3] == found.other[5] == -1
    assert np.isnan(found.correlation[[3, 5]]).all()
    rest = [i for i in range(12) if i not in (3, 5)]
    np.testing.assert_array_equal(found.other[rest], rest)


def test_of_two_sets_of_different_size_the_rest_has_no_match():
    found = match_filters(SEEN, SEEN[:5])
    np.testing.assert_array_equal(found.other[:5], range(5))
    assert (found.other[5:] == -1).all()


@pytest.mark.parametrize("others", [SEEN[:, :20], SEEN[:, :59]])
def test_other_images_and_too_few_of_them_are_refused(others):
    own = SEEN[:, :20] if others.shape[1] == 20 else SEEN
    with pytest.raises(ValueError, match="same 30 images"):
        match_filters(own, others)
