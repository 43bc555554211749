"""Labels and class names."""

import numpy as np
import pytest

from kerasviz_callbacks.images.labels import (
    as_labels,
    check_class_names,
    check_labels,
)


@pytest.mark.parametrize(
    "labels",
    [
        [2, 0, 1],
        np.float32([2, 0, 1]),
        [[2], [0], [1]],
        np.eye(3)[[2, 0, 1]],
        np.eye(3, dtype=bool)[[2, 0, 1]],
    ],
)
def test_labels_of_every_form_are_class_indices(labels):
    assert as_labels(labels, 3).tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1],
        [0, 1, 2, 3],
        [0.5, 1, 2],
        [-1, 0, 1],
        [[1, 1], [0, 1], [1, 0]],
        ["cat", "dog", "cat"],
        [None, 1, 2],
        3,
    ],
)
def test_labels_that_are_none_are_refused(labels):
    with pytest.raises(ValueError, match="for 3 images"):
        as_labels(labels, 3)


def test_labels_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"from 0 to 3.* — got 4, 7"):
        check_labels(np.array([1, 7, 4, 7]), 4)


def test_labels_are_not_judged_where_there_are_no_classes():
    check_labels(np.array([99]), None)
    check_labels(None, 3)


def test_class_names_are_one_per_class():
    assert check_class_names(["cat", "dog"], 2) == ("cat", "dog")
    assert check_class_names(None, 2) == ()
    with pytest.raises(ValueError, match="one per class, 3 — got 2: cat, dog"):
        check_class_names(["cat", "dog"], 3)


def test_one_string_is_no_list_of_names():
    with pytest.raises(TypeError, match=r"list of names.*got 'cat'"):
        check_class_names("cat", 3)


@pytest.mark.parametrize(
    "given",
    [
        {1: "dog", 0: "cat"},
        {"dog": 1, "cat": 0},
        {np.int64(1): "dog", np.int64(0): "cat"},
        ("cat", "dog"),
        np.array(["cat", "dog"]),
    ],
)
def test_names_are_put_in_the_order_of_the_output(given):
    assert check_class_names(given, 2) == ("cat", "dog")


@pytest.mark.parametrize("given", [{"cat", "dog"}, {"cat": 0}.keys(), 3])
def test_names_without_an_order_are_refused(given):
    with pytest.raises(TypeError, match=r"class_names must be.*no such order"):
        check_class_names(given, None)


@pytest.mark.parametrize(
    "given",
    [{1: "cat", 2: "dog"}, {"cat": 0, "dog": 0}, {0: 1}, {"a": "b"}],
)
def test_a_dict_must_name_each_index_once(given):
    with pytest.raises(ValueError, match="each index from 0 on once"):
        check_class_names(given, None)
