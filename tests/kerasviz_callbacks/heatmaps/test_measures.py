"""The numbers of heatmaps, by hand."""

import math

import numpy as np
import pytest

from kerasviz_callbacks.heatmaps.measures import (
    centre_distance,
    centre_of_mass,
    covered_area,
    energy_inside,
    entropy,
    iou,
    place_measures,
    pointing_hit,
    rank_correlation,
    region_measures,
)
from kerasviz_callbacks.images.regions import box_coverage

EMPTY, BROKEN = np.zeros((4, 4)), np.full((4, 4), math.nan)
UNIFORM = np.ones((1, 4, 4), "float32")
LEFT_HALF = box_coverage(np.array([[0, 0, 0.5, 1]]), (4, 4))


def _one(*cells: tuple[int, int, float]) -> np.ndarray:
    """Return (1, 4, 4) with these cells: row, column, value."""
    maps = np.zeros((1, 4, 4), "float32")
    for row, column, value in cells:
        maps[0, row, column] = value
    return maps


def test_energy_inside_is_the_share_of_the_sum():
    maps = _one((0, 0, 3), (2, 1, 1), (1, 3, 4))
    assert energy_inside(maps, LEFT_HALF) == pytest.approx([0.5])


def test_cells_that_a_box_cuts_count_by_their_part():
    coverage = box_coverage(np.array([[0, 0, 0.125, 0.125]]), (4, 4))
    assert energy_inside(_one((0, 0, 8)), coverage) == pytest.approx([0.25])


def test_hit_is_where_the_largest_cell_touches_the_region():
    maps = np.concatenate([_one((0, 1, 2), (0, 3, 1)), _one((0, 3, 1))])
    assert pointing_hit(maps, LEFT_HALF).tolist() == [1, 0]


def test_of_two_largest_cells_half_hits_where_one_does():
    assert pointing_hit(_one((0, 0, 2), (0, 3, 2)), LEFT_HALF) == [0.5]


def test_overlap_counts_cells_above_the_threshold():
    # Large cells: two inside, one outside; 0.1 of the peak is not large.
    maps = _one((0, 0, 10), (1, 1, 2), (2, 3, 2), (3, 3, 1))
    assert iou(maps, LEFT_HALF) == pytest.approx([2 / (8 + 1)])


def test_entropy_is_zero_for_one_cell_and_one_for_all():
    assert entropy(_one((2, 1, 7))).tolist() == [0]
    assert entropy(5 * UNIFORM) == pytest.approx([1])
    # two equal cells of 16: log 2 / log 16
    assert entropy(_one((0, 0, 3), (3, 3, 3))) == pytest.approx([0.25])


def test_covered_area_counts_cells_from_half_the_peak():
    maps = _one((0, 0, 4), (0, 1, 2), (0, 2, 1.9))
    assert covered_area(maps) == pytest.approx([2 / 16])


def test_centre_of_mass_is_in_fractions_of_the_image():
    # column centres 0.125 and 0.875, weights 1 and 3; row centre 0.375
    maps = _one((1, 0, 1), (1, 3, 3))
    assert centre_of_mass(maps) == pytest.approx(np.array([[0.6875, 0.375]]))


def test_places_of_a_uniform_map_are_their_areas():
    found = place_measures(UNIFORM)
    assert found["border_energy"] == pytest.approx([0.36])
    for corner in ("upper_left", "upper_right", "lower_left", "lower_right"):
        assert found[f"{corner}_energy"] == pytest.approx([1 / 16])
    assert found["centre_x"] == found["centre_y"] == pytest.approx([0.5])


def test_each_corner_is_where_its_name_says():
    maps = np.concatenate(
        [_one((0, 0, 1)), _one((0, 3, 1)), _one((3, 0, 1)), _one((3, 3, 1))]
    )
    found = place_measures(maps)
    names = ("upper_left", "upper_right", "lower_left", "lower_right")
    rows = [found[f"{name}_energy"].tolist() for name in names]
    assert rows == np.eye(4).tolist()


def test_border_holds_what_the_core_does_not():
    # a corner cell is 0.25 wide, its core part 0.15 on both sides
    found = place_measures(_one((0, 0, 1), (1, 1, 1)))["border_energy"]
    assert found == pytest.approx([(1 - 0.6 * 0.6) / 2])


def test_ranks_correlate_by_order_alone():
    maps = np.arange(16.0).reshape(1, 4, 4)
    assert rank_correlation(maps, maps**3) == pytest.approx([1])
    assert rank_correlation(maps, -maps) == pytest.approx([-1])


def test_equal_values_share_their_mean_rank():
    one = np.array([[[1, 2, 2, 3]]])
    other = np.array([[[1, 3, 2, 4]]])
    # ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4 around 2.5: 4.5 / sqrt(4.5 * 5)
    expected = 4.5 / math.sqrt(4.5 * 5)
    assert rank_correlation(one, other) == pytest.approx([expected])


def test_distance_of_centres_is_euclidean():
    corners = (_one((0, 0, 2)), _one((3, 3, 9)))
    assert centre_distance(*corners) == pytest.approx([0.75 * math.sqrt(2)])


def test_scaling_a_map_changes_no_number():
    maps = np.random.default_rng(0).uniform(size=(3, 4, 4))
    for measures in (place_measures, lambda m: region_measures(m, LEFT_HALF)):
        small, large = measures(maps), measures(1000 * maps)
        for name, values in small.items():
            np.testing.assert_allclose(large[name], values, err_msg=name)


def test_maps_without_a_number_have_none_instead_of_zero():
    partly = np.where(np.eye(4) > 0, math.inf, 1)
    maps = np.stack([EMPTY, BROKEN, partly])
    found = {**place_measures(maps), **region_measures(maps, LEFT_HALF)}
    for name, values in found.items():
        assert np.isnan(values).all(), name
    same = np.repeat(UNIFORM, 3, axis=0)
    assert np.isnan(rank_correlation(maps, same)).all()
    assert np.isnan(centre_distance(same, maps)).all()


def test_images_without_a_region_have_no_number():
    boxes = np.array([[np.nan] * 4, [0, 0, 1, 1]])
    coverage = box_coverage(boxes, (4, 4))
    maps = np.repeat(UNIFORM, 2, axis=0)
    for name, values in region_measures(maps, coverage).items():
        assert np.isnan(values).tolist() == [True, False], name
        assert values[1] == 1, name
