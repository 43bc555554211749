"""The demo's pictures: what is known about them is true."""

import numpy as np
import pytest

from examples.demo import sets
from examples.demo.energy import energy_in_boxes, energy_in_corner
from examples.demo.pictures import (
    PLATE_COLOUR,
    SIZE_PX,
    STAMP_OPACITY,
    Pictures,
    disc_mask,
    draw_pictures,
    stamp_box,
)

LABELS = np.arange(40) % 4
NEVER = np.zeros(40, bool)


def _differs(left: Pictures, right: Pictures) -> np.ndarray:
    return np.any(left.images != right.images, axis=-1)


def test_same_seed_draws_same_pictures() -> None:
    first, second = (draw_pictures(LABELS, NEVER, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.images, second.images)
    np.testing.assert_array_equal(first.boxes, second.boxes)


def test_another_seed_draws_other_pictures() -> None:
    first, second = (draw_pictures(LABELS, NEVER, seed=s) for s in (5, 6))
    assert _differs(first, second).any(axis=(1, 2)).all()


def test_stamp_changes_its_corner_and_nothing_else() -> None:
    clean = draw_pictures(LABELS, NEVER, seed=5)
    stamped = draw_pictures(LABELS, ~NEVER, seed=5)
    changed = _differs(clean, stamped).any(axis=0)
    left, upper, right, lower = stamp_box()
    assert changed[upper:lower, left:right].all()
    changed[upper:lower, left:right] = False
    assert not changed.any()


def test_only_stamped_pictures_carry_the_stamp() -> None:
    clean = draw_pictures(LABELS, NEVER, seed=5)
    some = draw_pictures(LABELS, LABELS == 2, seed=5)
    carries = _differs(clean, some).any(axis=(1, 2))
    np.testing.assert_array_equal(carries, LABELS == 2)


def test_stamp_is_white_letters_on_a_dark_blue_plate() -> None:
    clean = draw_pictures(LABELS, NEVER, seed=5)
    stamped = draw_pictures(LABELS, ~NEVER, seed=5)
    left, upper, right, lower = stamp_box()
    under = clean.images[:, upper:lower, left:right] / 255
    laid = stamped.images[:, upper:lower, left:right] / 255
    colour = (laid - (1 - STAMP_OPACITY) * under) / STAMP_OPACITY
    is_white = np.all(np.abs(colour - 1) < 0.01, axis=-1)
    is_plate = np.all(np.abs(colour - PLATE_COLOUR) < 0.01, axis=-1)
    assert np.all(is_white ^ is_plate)
    assert 0.1 < is_white.mean() < 0.5


def test_box_holds_the_whole_disc_and_touches_it() -> None:
    for box in draw_pictures(LABELS, NEVER, seed=5).boxes * SIZE_PX:
        centre, radius = (box[:2] + box[2:]) / 2, (box[2] - box[0]) / 2
        rows, columns = np.nonzero(disc_mask(centre, radius) > 0.5)
        edges = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(edges, box, atol=1.0)


def test_disc_lies_where_its_box_says() -> None:
    pictures = draw_pictures(np.zeros(40, int), NEVER, seed=5)
    others = draw_pictures(np.ones(40, int), NEVER, seed=5)
    for changed, box in zip(
        _differs(pictures, others), pictures.boxes * SIZE_PX, strict=True
    ):
        rows, columns = np.nonzero(changed)
        left, upper, right, lower = box
        assert left - 1 <= columns.min() and columns.max() < right + 1
        assert upper - 1 <= rows.min() and rows.max() < lower + 1


def test_discs_keep_clear_of_the_stamp_and_the_edge() -> None:
    left, upper, _, _ = stamp_box()
    for box in draw_pictures(LABELS, NEVER, seed=5).boxes * SIZE_PX:
        centre, radius = (box[:2] + box[2:]) / 2, (box[2] - box[0]) / 2
        mask = disc_mask(centre, radius)
        assert not mask[upper:, left:].any()
        assert not mask[[0, -1]].any() and not mask[:, [0, -1]].any()


def test_background_is_muted() -> None:
    canvas = draw_pictures(LABELS, NEVER, seed=5).images / 255
    colour = canvas - canvas.mean(axis=-1, keepdims=True)
    outside = np.s_[:, :4, :4]  # a corner that a disc never fills
    assert colour[outside].std() < 0.3 * canvas[outside].std()


def test_stamp_gives_label_away_in_phase_one() -> None:
    pictures = sets.phase_one(16)
    np.testing.assert_array_equal(pictures.stamped, pictures.labels == 0)


def test_stamp_is_on_half_of_every_label_in_phase_two() -> None:
    pictures = sets.phase_two(16)
    for label in range(4):
        assert pictures.stamped[pictures.labels == label].mean() == 0.5


def test_shortcut_is_wrong_on_every_stamped_held_out_picture() -> None:
    pictures = sets.held_out(16)
    assert not pictures.stamped[pictures.labels == 0].any()
    assert pictures.stamped[pictures.labels != 0].mean() == 0.5


def test_no_picture_is_in_two_sets() -> None:
    three = (sets.phase_one(8), sets.phase_two(8), sets.held_out(8))
    contents = {image.tobytes() for s in three for image in s.images}
    assert len(contents) == 24


def test_energy_counts_the_part_of_a_cell_that_is_in_the_box() -> None:
    maps = np.array([[[1, 2], [0, 1]]], np.float32)
    box = np.array([[0.25, 0, 1, 0.5]], np.float32)
    assert energy_in_boxes(maps, box) == pytest.approx([(0.5 + 2) / 4])


def test_energy_of_the_whole_picture_is_one() -> None:
    maps = np.random.default_rng(0).uniform(size=(3, 5, 7)).astype(np.float32)
    whole = np.tile(np.float32([0, 0, 1, 1]), (3, 1))
    np.testing.assert_allclose(energy_in_boxes(maps, whole), 1, rtol=1e-6)


def test_blank_map_has_no_energy_to_share() -> None:
    assert np.isnan(energy_in_corner(np.zeros((1, 4, 4), np.float32))).all()


def test_energy_on_the_stamp_alone_is_all_in_the_corner() -> None:
    maps = np.zeros((2, SIZE_PX, SIZE_PX), np.float32)
    left, upper, right, lower = stamp_box()
    maps[0, upper:lower, left:right] = 1
    maps[1, :10, :10] = 1
    np.testing.assert_allclose(energy_in_corner(maps), [1, 0], atol=1e-6)
