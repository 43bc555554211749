"""The callbacks choose a few of many images, and say which."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks import FilterPatterns, GradCAM, filter_patterns
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    CLASSES,
    SIZE,
    arranged,
    fit,
    plain_network,
)

COUNT = 60
MANY = np.random.default_rng(0).uniform(size=(COUNT, SIZE, SIZE, 3))
SORTED = np.sort(np.arange(COUNT) % CLASSES)
OPTIONS = arranged({"budget": None, "on_error": "raise"})


def test_sixteen_of_many_are_chosen_and_said(tmp_path, capsys):
    data = tf.data.Dataset.from_tensor_slices((MANY, SORTED)).batch(8)
    watches = [
        GradCAM(tmp_path, data, **OPTIONS),
        FilterPatterns(
            tmp_path,
            layers="conv2",
            filters=2,
            steps=2,
            images=data,
            **OPTIONS,
        ),
    ]
    fit(plain_network(), *watches, epochs=1)
    said = " ".join(capsys.readouterr().out.split())
    words = "16 of the first 48 images, balanced over 3 classes"
    assert said.count(words) == 2
    found = captures(tmp_path)[-1].outcome
    assert len(found.images) == 16


def test_what_is_given_per_image_belongs_to_the_chosen_ones(tmp_path):
    boxes = np.full((COUNT, 4), np.nan)
    boxes[::2] = [0, 0, 1, 1]
    seen = []
    watch = GradCAM(
        tmp_path,
        MANY,
        SORTED,
        target=list(SORTED),
        regions=boxes,
        num_images=5,
        verbose=0,
        **telling(seen),
    )
    fit(plain_network(), watch, epochs=1)
    assert seen[0].names == ("0", "19", "20", "39", "59")
    assert seen[0].batch.targets.tolist() == [0, 0, 1, 1, 2]
    [layer] = captures(tmp_path)[0].maps
    inside = np.array(layer.measures["energy_inside"], float)
    assert np.isfinite(inside).tolist() == [True, False, True, False, False]


def test_class_names_of_folders_are_shown(tmp_path):
    for name in ("ant", "bee", "cat"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        picture = Image.new("RGB", (SIZE, SIZE))
        picture.save(tmp_path / "photos" / name / "0.png")
    seen = []
    watch = GradCAM(
        tmp_path / "log",
        tmp_path / "photos",
        verbose=0,
        **telling(seen),
    )
    fit(plain_network(), watch, epochs=1)
    assert seen[0].class_names == ("ant", "bee", "cat")
    assert seen[0].labels.tolist() == [0, 1, 2]


def test_folders_that_are_not_the_classes_of_the_model_are_refused(tmp_path):
    for name in ("ant", "bee"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (SIZE, SIZE)).save(tmp_path / name / "0.png")
    watch = GradCAM(tmp_path / "log", tmp_path, verbose=0, **OPTIONS)
    with pytest.raises(ValueError, match=r"one per class, 3 — got 2: ant, bee"):
        fit(plain_network(), watch, epochs=1)


def telling(seen):
    """Return options with which results are put into a list."""
    tell = {"on_capture": lambda found, step: seen.append(found)}
    return arranged({"budget": None, "on_error": "raise", **tell})


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "16"])
def test_number_of_images_is_a_positive_whole_number(tmp_path, wrong):
    with pytest.raises(ValueError, match="num_images must be"):
        GradCAM(tmp_path, MANY, num_images=wrong)
    with pytest.raises(ValueError, match="num_images must be"):
        FilterPatterns(tmp_path, images=MANY, num_images=wrong)


def test_functions_use_all_unless_told():
    model = plain_network()
    for count, expected in ((None, COUNT), (7, 7)):
        found = filter_patterns(
            model,
            "conv2",
            2,
            steps=2,
            images=(MANY, SORTED),
            num_images=count,
        )
        assert found.crop_image.max() < expected


def test_reading_a_dataset_does_not_change_what_is_random(tmp_path):
    class Random(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return MANY[:4] * np.random.rand(), SORTED[:4]

    np.random.seed(3)
    watch = GradCAM(tmp_path, Random(), verbose=0, **OPTIONS)
    watch.set_model(plain_network())
    np.random.seed(3)
    watch.on_train_begin()
    drawn = np.random.rand()
    np.random.seed(3)
    assert drawn == np.random.rand()
