"""How much of a map's cells boxes and masks cover."""

import numpy as np
import pytest

from kerasviz_callbacks.images.regions import (
    as_boxes,
    as_masks,
    box_coverage,
    mask_boxes,
    mask_coverage,
)

MASK = np.zeros((1, 6, 8), bool)
MASK[0, 1:5, 2:7] = True  # a box of 4 rows and 5 columns


def test_whole_image_covers_every_cell():
    boxes = np.array([[0, 0, 1, 1]])
    np.testing.assert_allclose(box_coverage(boxes, (3, 5)), np.ones((1, 3, 5)))


def test_box_that_cuts_cells_covers_parts_of_them():
    found = box_coverage(np.array([[0.25, 0.5, 1, 1]]), (2, 2))
    np.testing.assert_allclose(found, [[[0, 0], [0.5, 1]]])


@pytest.mark.parametrize("size", [(6, 8), (3, 4), (4, 3), (7, 5), (12, 9)])
def test_a_mask_that_is_a_box_covers_as_the_box(size):
    boxes = mask_boxes(MASK)
    np.testing.assert_allclose(boxes, [[2 / 8, 1 / 6, 7 / 8, 5 / 6]])
    found = mask_coverage(MASK, size)
    np.testing.assert_allclose(found, box_coverage(boxes, size), atol=1e-6)


@pytest.mark.parametrize("size", [(2, 2), (5, 3)])
def test_coverage_keeps_the_area_of_a_mask(size):
    masks = np.random.default_rng(0).uniform(size=(2, 11, 7))
    found = mask_coverage(masks, size).mean(axis=(1, 2))
    np.testing.assert_allclose(found, masks.mean(axis=(1, 2)))


def test_an_empty_mask_is_no_region():
    masks = np.concatenate([MASK, np.zeros_like(MASK)])
    is_missing = np.isnan(mask_coverage(masks, (3, 4))).all(axis=(1, 2))
    assert is_missing.tolist() == [False, True]
    assert np.isnan(mask_boxes(masks)).all(axis=1).tolist() == [False, True]


def test_masks_are_one_per_image():
    assert as_masks(None, 3) is None
    assert as_masks(MASK[..., None], 1).shape == (1, 6, 8)
    for wrong in (MASK[0], MASK.repeat(2, axis=0), np.zeros((1, 0, 3))):
        with pytest.raises(ValueError, match="masks must be one per image"):
            as_masks(wrong, 1)


@pytest.mark.parametrize("value", [2, -1, np.nan])
def test_masks_of_other_values_are_refused(value):
    with pytest.raises(ValueError, match=r"masks must be true and false"):
        as_masks(np.where(MASK, value, 0), 1)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ([[0, 0, 1, 1]], r"one per image, \(n, 4\).* shape \(1, 4\) for 2"),
        ([[0, 0, 1]] * 2, r"left, upper, right .* got shape \(2, 3\)"),
        ([[0, 0, 1, 1.1]] * 2, r"inside the image.* got 0 to 1\.1"),
        ([[-0.1, 0, 1, 1]] * 2, r"inside the image.* got -0\.1 to 1"),
        ([[10, 20, 90, 80]] * 2, "got 10 to 90. Divide"),
        ([[0.5, 0, 0.5, 1]] * 2, "left < right"),
        ([[0, 0.7, 1, 0.6]] * 2, "upper < lower"),
        ([[0, 0, 1, 1], [0, 0, np.nan, 1]], r"number 1 .* is \[0\.0, 0\.0, n"),
        ([[0, 0, 1, np.inf]] * 2, "four edges, or NaN four times"),
    ],
)
def test_a_box_that_is_none_is_refused(boxes, message):
    with pytest.raises(ValueError, match=message):
        as_boxes(boxes, 2)


def test_an_image_may_be_without_a_box():
    boxes = as_boxes([[0, 0.25, 0.5, 1], [np.nan] * 4], 2)
    assert boxes is not None
    assert np.isnan(boxes[1]).all()
    assert boxes[0].tolist() == [0, 0.25, 0.5, 1]
