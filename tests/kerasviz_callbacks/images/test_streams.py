"""Images come from whatever people train with, and a few are chosen."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks.images.sources import Wanted, read_images
from kerasviz_callbacks.images.sources import choice as image_choice
from kerasviz_callbacks.images.sources.choice import balanced
from tests.kerasviz_callbacks.images.test_image_source import _spec

COUNT = 40
RGB = np.random.default_rng(0).uniform(size=(COUNT, 6, 8, 3)).astype("float32")
LABELS = np.sort(np.arange(COUNT) % 4)  # as a folder that is not shuffled
slices = tf.data.Dataset.from_tensor_slices


class Batches(keras.utils.PyDataset):
    """Images and labels in batches of 8; notes what was read."""

    def __init__(self, *parts) -> None:
        super().__init__()
        self.parts = parts
        self.read: list[int] = []

    def __len__(self):
        return COUNT // 8

    def __getitem__(self, index):
        self.read.append(index)
        rows = slice(8 * index, 8 * index + 8)
        found = tuple(part[rows] for part in self.parts)
        return found if len(found) > 1 else found[0]


SOURCES = {
    "array": lambda: RGB,
    "batched": lambda: slices((RGB, LABELS)).batch(8),
    "single": lambda: slices((RGB, LABELS)),
    "one hot": lambda: slices((RGB, np.eye(4)[LABELS])).batch(8),
    "smoothed": lambda: slices((RGB, np.eye(4)[LABELS] * 0.9 + 0.025)).batch(8),
    "weights": lambda: slices((RGB, LABELS, np.ones(COUNT))).batch(8),
    "PyDataset": lambda: Batches(RGB, LABELS),
    "tuple": lambda: (RGB, LABELS),
    "tuple of lists": lambda: (list(RGB), list(LABELS)),
    "tuple with weights": lambda: (RGB, LABELS[:, None], np.ones(COUNT)),
    "ragged": lambda: slices((RGB, LABELS)).ragged_batch(8),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_few_are_chosen_evenly_of_every_class(kind):
    labels = LABELS if kind == "array" else None
    found = read(SOURCES[kind](), labels=labels, num_images=8)
    assert used_labels(found) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.words.startswith("8 of 40 images, balanced over 4 classes")
    for name, image in zip(found.names, found.values, strict=True):
        np.testing.assert_array_equal(image, RGB[int(name)])


@pytest.mark.parametrize("kind", SOURCES)
def test_all_are_used_where_no_number_is_given(kind):
    found = read(SOURCES[kind]())
    np.testing.assert_array_equal(found.values, RGB)
    assert found.words == ""
    assert kind == "array" or found.labels.tolist() == LABELS.tolist()


def test_no_more_is_read_than_every_class_needs():
    shuffled = np.arange(COUNT) % 4
    stream = Batches(RGB, shuffled)
    found = read(stream, num_images=8, num_classes=4)
    assert stream.read == [0]
    assert found.words == ""  # all that was read is used
    stream = Batches(RGB, LABELS)
    read(stream, num_images=8, num_classes=4)
    assert stream.read == [0, 1, 2, 3]  # the last class begins in the last


def test_no_more_is_read_than_the_limit(monkeypatch):
    monkeypatch.setattr(image_choice, "MAX_READ", 16)
    found = read(Batches(RGB, LABELS), num_images=8, num_classes=4)
    assert found.words == "8 of the first 16 images, balanced over 2 classes"


def test_stream_without_labels_gives_its_first_images():
    stream = Batches(RGB)
    found = read(stream, num_images=5)
    assert found.names == ("0", "1", "2", "3", "4")
    assert found.words == "5 of the first 8 images"
    assert stream.read == [0]


def test_stream_that_never_ends_is_read_as_far_as_it_must_be():
    found = read(slices((RGB, LABELS)).repeat().batch(8), num_images=4)
    assert used_labels(found) == [0, 1, 2, 3]


def test_array_without_labels_is_chosen_from_evenly():
    found = read(RGB, num_images=3)
    assert found.names == ("0", "20", "39")
    assert found.words == "3 of 40 images"


def test_labels_that_are_no_classes_are_not_used_and_told():
    found = read(slices((RGB, RGB[..., :1])).batch(8))
    assert found.labels is None
    assert "no class indices" in found.notes[0]


def test_labels_of_the_wanted_output_are_taken():
    labels = {"species": LABELS, "age": np.linspace(0.1, 1, COUNT)}
    for source in (slices((RGB, labels)).batch(8), (RGB, labels)):
        found = read(source, output="species", num_images=4)
        assert used_labels(found) == [0, 1, 2, 3]
        assert read(source, output="age").labels is None
    found = read(RGB, labels=labels, output=0, output_names=("species", "age"))
    assert found.labels.tolist() == LABELS.tolist()
    with pytest.raises(ValueError, match=r"output must name.*'species', 'age'"):
        read(RGB, labels=labels)


def test_labels_in_the_order_of_the_outputs_are_taken():
    stream = slices((RGB, (np.linspace(0.1, 1, COUNT), LABELS))).batch(8)
    found = read(stream, output="kind", output_names=("age", "kind"))
    assert found.labels.tolist() == LABELS.tolist()


def test_labels_that_come_twice_are_refused():
    for source in ("batched", "tuple", "PyDataset"):
        with pytest.raises(ValueError, match="labels came twice"):
            read(SOURCES[source](), labels=LABELS)


def test_labels_beside_a_stream_are_one_per_image():
    found = read(Batches(RGB), labels=LABELS, num_images=4)
    assert used_labels(found) == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="for 40 images"):
        read(Batches(RGB), labels=LABELS[:9], num_images=4)


@pytest.mark.parametrize("size", [(6, 8), (None, None)])
@pytest.mark.parametrize("batch", [None, 6, 8, 40])
@pytest.mark.parametrize("has_labels", [True, False])
@pytest.mark.parametrize("drop_remainder", [True, False])
def test_grey_images_without_a_channel_come_as_keras_takes_them(
    size, batch, has_labels, drop_remainder
):
    grey = RGB[..., 0]
    dataset = slices((grey, LABELS) if has_labels else grey)
    if batch:
        dataset = dataset.batch(batch, drop_remainder=drop_remainder)
    found = read_images(dataset, _spec(*size, channels=1))
    count = COUNT // batch * batch if batch and drop_remainder else COUNT
    np.testing.assert_array_equal(found.values, grey[:count, ..., None])


def test_images_of_several_sizes_come_from_a_dataset():
    def images():
        for index in range(4):
            yield np.full((4 + index, 8, 3), index, np.float32), index % 2

    spec = tf.TensorSpec((None, None, 3)), tf.TensorSpec((), tf.int32)
    dataset = tf.data.Dataset.from_generator(images, output_signature=spec)
    for source in (dataset, dataset.batch(1), dataset.ragged_batch(2)):
        found = read(source)
        assert found.values.shape == (4, 6, 8, 3)
        assert found.labels.tolist() == [0, 1, 0, 1]
        assert "4, 8 x 5, 8 x 6, 8 x 7 px were stretched" in found.notes[0]


def test_every_input_comes_with_its_image():
    facts = np.arange(COUNT)[:, None] * np.ones(2)
    spec = _spec(facts=(2,))
    inputs = {"image": RGB, "facts": facts}
    for dataset in (
        slices((inputs, LABELS)).batch(8),
        slices((inputs, LABELS)),
        slices(((RGB, facts), LABELS)).batch(8),
        (inputs, LABELS),
    ):
        wanted = Wanted(num_images=4)
        found = read_images(dataset, spec, wanted=wanted)
        ordinals = [int(name) for name in found.names]
        np.testing.assert_array_equal(found.values, RGB[ordinals])
        others = found.used.cut(found.others["facts"])
        np.testing.assert_array_equal(others, facts[ordinals])
        assert found.labels is not None


def test_folders_are_classes(tmp_path):
    for name, count in (("cat", 3), ("dog", 9)):
        (tmp_path / name).mkdir()
        for index in range(count):
            image = Image.fromarray(np.full((6, 8, 3), index, np.uint8))
            image.save(tmp_path / name / f"{index}.png")
    found = read(tmp_path, num_images=4)
    assert used_labels(found) == [0, 0, 1, 1]
    assert found.class_names == ("cat", "dog")
    assert found.words == "4 of 12 images, balanced over 2 classes"
    assert found.names == ("0.png", "2.png", "0.png", "8.png")
    assert len(read(str(tmp_path)).values) == 12
    named = read(tmp_path, class_names=("ant", "dog", "cat"), num_images=4)
    assert used_labels(named) == [2, 2, 1, 1]
    assert named.class_names == ("ant", "dog", "cat")
    translated = read(tmp_path, class_names=("Katze", "Hund"), num_images=4)
    assert used_labels(translated) == [0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"folders, \['cat', 'dog'\]"):
        read(tmp_path, class_names=("ant", "bee", "cat"))
    assert len(read(tmp_path / "cat").values) == 3
    assert read(tmp_path / "cat").labels is None


def test_names_of_a_dataset_from_folders_are_taken(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (8, 6)).save(tmp_path / name / "0.png")
    dataset = keras.utils.image_dataset_from_directory(
        tmp_path, image_size=(6, 8), verbose=False
    )
    found = read(dataset)
    assert found.class_names == ("cat", "dog")
    assert sorted(found.labels.tolist()) == [0, 1]


def test_iterator_is_refused_with_what_to_give():
    with pytest.raises(TypeError, match="give the dataset that it reads"):
        read(iter([RGB]))


def test_a_class_of_few_images_leaves_room_to_the_others():
    places = balanced([0] * 90 + [1] * 2 + [2] * 8, 12)
    assert [sum(places < 90), sum((places >= 90) & (places < 92))] == [5, 2]
    assert len(places) == 12


def read(source, *, labels=None, **wanted):
    return read_images(source, _spec(), labels=labels, wanted=Wanted(**wanted))


def used_labels(found) -> list[int]:
    return found.used.cut(found.labels).tolist()
