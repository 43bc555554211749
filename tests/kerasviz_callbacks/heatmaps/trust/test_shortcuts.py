"""Shortcuts are found where a model has one by construction, nowhere else."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import shortcut_check
from kerasviz_callbacks.heatmaps.trust.pasting import Pasted, paste
from kerasviz_callbacks.heatmaps.trust.suspects import (
    Seen,
    Suspect,
    suspects,
)
from tests.kerasviz_callbacks.networks.dots import SIDE, dot_counter, dotted

L = keras.layers
CORNER = (0.0, 0.0, 0.25, 0.25)


def test_a_corner_that_decides_is_found_and_the_controls_are_not():
    images = dotted([(2, 2)] * 6 + [None] * 6)
    found = shortcut_check(
        dot_counter(only_corner=True), images, class_names=("dull", "dotted")
    )
    assert found
    [place] = [one for one in found.search.places if one.is_shortcut]
    assert (place.class_name, place.where) == ("dotted", "upper-left corner")
    assert (place.turned, place.elsewhere, place.others) == (1, 0, 0)
    assert (place.left, place.left_elsewhere) == (1, 0)
    assert "Pasting the upper-left corner of dotted turns 100%" in repr(found)


def test_an_object_that_lies_anywhere_is_no_shortcut():
    rng = np.random.default_rng(1)
    places = [tuple(one) for one in rng.integers(0, SIDE - 4, (12, 2))]
    images = dotted(places + [None] * 12)
    found = shortcut_check(dot_counter(only_corner=False), images)
    assert not found
    assert repr(found) == "No shortcut found in 24 images."


def test_an_object_of_few_images_at_one_place_is_no_shortcut():
    images = dotted([(2, 2), (2, 2), (20, 20), (20, 4)] + [None] * 6)
    assert not shortcut_check(dot_counter(only_corner=False), images)


def test_the_model_and_the_generators_are_as_they_were():
    model = dot_counter(only_corner=True)
    before = [w.numpy().copy() for w in model.weights]
    np.random.seed(3)
    state = np.random.get_state()[1].copy()
    images = dotted([(2, 2)] * 6 + [None] * 6)
    copy = images.copy()
    shortcut_check(model, images)
    np.testing.assert_array_equal(images, copy)
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    for one, other in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_cannot_be_searched_is_said():
    model = dot_counter(only_corner=True)
    with pytest.raises(ValueError, match="4 images are too few"):
        shortcut_check(model, dotted([None] * 4))
    parts = [keras.Input((SIDE, SIDE, 3)), L.Conv2D(4, 3, padding="same")]
    pixels = keras.Sequential([*parts, L.Conv2D(2, 1, activation="softmax")])
    with pytest.raises(ValueError, match="no classes of the image"):
        shortcut_check(pixels, dotted([None] * 9))


def test_a_model_of_several_labels_per_image_is_not_searched():
    parts = [keras.Input((SIDE, SIDE, 3)), L.Conv2D(4, 3)]
    head = [L.GlobalAveragePooling2D(), L.Dense(3, activation="sigmoid")]
    model = keras.Sequential([*parts, *head])
    model.compile("sgd", "binary_crossentropy")
    with pytest.raises(ValueError, match="may be of several classes"):
        shortcut_check(model, dotted([None] * 9))


def seen_with_heat_at(places: list[tuple[int, int]]) -> Seen:
    """Return images of class 1 with heat in one cell of 8 x 8, and others."""
    maps = np.zeros((2 * len(places), 8, 8), "float32")
    for one, (row, column) in zip(maps, places, strict=False):
        one[row, column] = 1
    maps[len(places) :] = 1  # even
    predictions = np.repeat([1, 0], len(places))
    return Seen(np.zeros((len(maps), 32, 32, 1)), predictions, maps)


def test_heat_at_one_place_is_suspected_and_even_heat_is_not():
    [found] = suspects(seen_with_heat_at([(6, 1)] * 4))
    assert found.class_index == 1
    assert list(found.donors) == [0, 1, 2, 3]
    left, upper, right, lower = found.box
    assert left <= 1.5 / 8 <= right
    assert upper <= 6.5 / 8 <= lower


def test_heat_of_each_image_at_another_place_is_not_suspected():
    assert not suspects(seen_with_heat_at([(0, 0), (0, 7), (7, 0), (7, 7)]))


def test_too_few_images_of_a_class_are_not_searched():
    assert not suspects(seen_with_heat_at([(6, 1)] * 2))


def pasted(**numbers: float) -> Pasted:
    told = {
        "turned": 0.7,
        "elsewhere": 0.1,
        "others": 0.1,
        "left": 0.9,
        "left_elsewhere": 0.1,
        "num_pasted": 24,
        "num_own": 9,
        "agree": 0.7,
    }
    donors = np.arange(int(numbers.pop("donors", 9)))
    return Pasted(Suspect(1, CORNER, donors), **{**told, **numbers})


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, True),
        ({"turned": 0.45}, False),  # less than half
        ({"elsewhere": 0.4}, False),  # any patch of these images does
        ({"others": 0.4}, False),  # any patch at this place does
        (
            {"left": 0.2, "turned": 0.6},
            False,
        ),  # the class's own images do not need it
        ({"left": 0.2, "turned": 0.9}, True),  # though it is enough
        ({"donors": 4}, False),  # an object of some of few images
        ({"donors": 4, "agree": 0.8}, True),
        # Four objects that lie in the middle: measured on the clean demo.
        ({"donors": 4, "agree": 0.8, "left": 0, "turned": 0.75}, False),
    ],
)
def test_a_shortcut_turns_others_and_the_controls_do_not(numbers, expected):
    assert pasted(**numbers).is_shortcut is expected


def test_a_place_that_was_a_shortcut_is_counted_again_though_it_turns_none():
    seen = seen_with_heat_at([(0, 0)] * 4)
    [suspect] = suspects(seen)

    def never(fed, of):
        return np.zeros(len(fed), int)

    assert paste(seen, suspect, never) is None
    again = paste(seen, suspect, never, is_known=True)
    assert again is not None
    assert (again.turned, again.num_pasted, again.num_own) == (0, 16, 4)
    assert not again.is_shortcut


def test_patches_land_at_the_place_and_nowhere_else():
    seen = seen_with_heat_at([(0, 0)] * 4)
    seen.fed[:4] = 7
    [suspect] = suspects(seen)
    shown = []

    def looking(fed, of):
        shown.append((fed.copy(), of.copy()))
        return np.ones(len(fed), int)

    paste(seen, suspect, looking)
    images, of = shown[0]
    assert set(of) <= {4, 5, 6, 7}
    assert (images[:, :8, :8] == 7).all()
    images[:, :8, :8] = 0
    assert not images.any()
