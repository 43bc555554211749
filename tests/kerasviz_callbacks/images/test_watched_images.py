"""A folder of pictures, or a function, gives images and their labels."""

import pytest
from PIL import Image

from kerasviz_callbacks.images.sources.watched import watched_images

HERE = "tests.kerasviz_callbacks.images.test_watched_images"


def made(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(path)


def names_of(found, folder):
    return [path.removeprefix(f"{folder}/") for path in found["images"]]


def test_folders_are_the_classes_in_the_order_of_their_names(tmp_path):
    made(tmp_path, "dog/b.png", "cat/a.png", "dog/a.jpg")
    (tmp_path / "dog" / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    found = watched_images(str(tmp_path), 9)
    assert found["class_names"] == ["cat", "dog"]
    assert found["labels"] == [0, 1, 1]
    assert names_of(found, tmp_path) == ["cat/a.png", "dog/a.jpg", "dog/b.png"]


def test_of_many_as_many_are_taken_of_each_class(tmp_path):
    made(tmp_path, *(f"{c}/{i}.png" for c in "abc" for i in range(5)))
    made(tmp_path, "d/0.png")
    found = watched_images(str(tmp_path), 8)
    assert found["labels"] == [0, 0, 0, 1, 1, 2, 2, 3]


def test_pictures_without_folders_have_no_labels(tmp_path):
    made(tmp_path, "b.png", "a.png", ".hidden.png")
    found = watched_images(str(tmp_path), 9)
    assert list(found) == ["images"]
    assert names_of(found, tmp_path) == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("names", "said"), [([], "neither"), (["a.png", "cat/b.png"], "both")]
)
def test_a_folder_that_is_not_clear_is_refused(tmp_path, names, said):
    made(tmp_path, *names)
    with pytest.raises(FileNotFoundError, match=f"holds {said}"):
        watched_images(str(tmp_path), 9)


def an_array():
    return [[1.0]]


def a_dict():
    return {"images": [1], "labels": [2]}


def a_dict_of_more():
    return {"images": [1], "label": [2]}


def test_a_function_returns_images_or_all_that_belongs_to_them():
    assert watched_images(f"{HERE}:an_array", 1) == {"images": [[1.0]]}
    assert watched_images(f"{HERE}:a_dict", 1) == a_dict()


def test_what_is_not_known_in_a_dict_is_named():
    with pytest.raises(TypeError, match=r"label'. as well"):
        watched_images(f"{HERE}:a_dict_of_more", 1)


def test_what_is_neither_is_refused():
    with pytest.raises(FileNotFoundError, match="must be a directory"):
        watched_images("nowhere", 1)
