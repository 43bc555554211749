"""The mean map of each class: which maps count, by hand and in the log."""

import math

import keras
import numpy as np
import pytest

from kerasviz_callbacks import GradCAM, grad_cam
from kerasviz_callbacks.heatmaps.class_means import class_means, class_votes
from kerasviz_callbacks.heatmaps.measures import energy_inside
from kerasviz_callbacks.images.regions import box_coverage
from tb_plugin.contract import layer_tag
from tests.kerasviz_callbacks.logs.written import (
    all_steps,
    captures,
    newest_blobs,
)
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    arranged,
    fit,
    plain_network,
)
from tests.tb_plugin.loaders import PROVIDERS

FED = zoo.images(4)
IMAGES = np.array([0, 0, 0, 1, 2, 2])  # of six rows
CLASSES = np.array([1, 0, -1, 0, 2, 0])  # that they explain


def one(row: int, column: int, value: float) -> np.ndarray:
    """Return a (4, 4) map of one cell."""
    found = np.zeros((4, 4), "float32")
    found[row, column] = value
    return found


def shares_of(maps: np.ndarray) -> np.ndarray:
    return maps / maps.sum(axis=(1, 2), keepdims=True)


def test_every_map_has_one_vote_however_large_it_is():
    maps = np.stack([one(0, 0, 1), one(3, 3, 999), one(0, 1, 5)])
    found = class_means(maps, np.array([1, 1, 0]))
    assert (found.classes, found.counts) == ((0, 1), (1, 2))
    np.testing.assert_allclose(found.maps[0], one(0, 1, 1))
    np.testing.assert_allclose(found.maps[1], one(0, 0, 0.5) + one(3, 3, 0.5))


def test_maps_without_a_number_are_left_out():
    empty, broken = np.zeros((4, 4)), np.full((4, 4), math.nan)
    maps = np.stack([one(0, 0, 1), empty, broken, empty])
    found = class_means(maps, np.array([1, 1, 1, 0]))
    assert (found.classes, found.counts) == ((1,), (1,))
    none = class_means(maps, np.full(4, -1))
    assert none.classes == none.counts == () and none.maps.shape == (0, 4, 4)
    assert none.corner_energy() is None


def test_energy_of_a_mean_map_is_the_mean_of_the_energies():
    maps = np.random.default_rng(1).uniform(size=(6, 4, 4))
    mean = class_means(maps, np.zeros(6, int)).maps
    left = box_coverage(np.array([[0, 0, 0.5, 1]]), (4, 4))
    expected = energy_inside(maps, left).mean()
    assert energy_inside(mean, left) == pytest.approx([expected])


def test_corner_energy_is_that_of_the_class_that_looks_there_most():
    maps = np.stack([one(1, 1, 1), one(3, 0, 3), one(2, 2, 1)])
    found = class_means(maps, np.array([0, 1, 1]))
    assert found.corner_energy() == pytest.approx(0.5)


def test_what_no_map_sees_has_no_mean_and_moves_nothing_else():
    maps = np.stack([one(1, 1, 1), one(2, 1, 3), one(1, 3, 2)])
    seen = np.zeros((4, 4), bool)
    seen[1:3] = True
    whole = class_means(maps, np.array([0, 0, 1]))
    found = class_means(maps, np.array([0, 0, 1]), seen)
    assert (np.isnan(found.maps) == ~seen).all()
    np.testing.assert_array_equal(found.maps[:, seen], whole.maps[:, seen])
    assert found.corner_energy() == whole.corner_energy() == 0
    assert np.nansum(found.maps, axis=(1, 2)) == pytest.approx([1, 1])


def test_means_of_a_model_that_crops_are_unknown_outside_and_in_the_log(
    tmp_path,
):
    model = cropping()
    images = np.random.default_rng(0).uniform(size=(4, 16, 16, 3))
    labels = np.array([0, 1, 0, 1])
    found = grad_cam(model, images, labels=labels)
    assert found.seen[4:12, 4:12].all() and found.seen.sum() == 64
    shares = shares_of(found.maps)
    means = found.class_means()
    for index, mean in means.items():
        assert (np.isnan(mean) == ~found.seen).all()
        by_hand = shares[labels == index].mean(axis=0)[found.seen]
        np.testing.assert_allclose(mean[found.seen], by_hand, rtol=1e-5)
    model.compile("sgd", "sparse_categorical_crossentropy")
    options = {"labels": labels, "verbose": 0, "budget": None}
    model.fit(
        images,
        labels,
        verbose=0,
        callbacks=[GradCAM(tmp_path, images, **options)],
    )
    _, blob = newest_blobs(tmp_path, "python", layer_tag("grad_cam", "conv"))
    logged = np.frombuffer(blob, "<f4").reshape(-1, *found.seen.shape)
    assert len(logged) and (np.isnan(logged) == ~found.seen).all()


def test_a_labelled_image_votes_once_with_the_row_of_its_label():
    votes = class_votes(IMAGES, CLASSES, np.array([0, 0, 0]))
    assert votes.tolist() == [-1, 0, -1, 0, -1, 0]


def test_a_labelled_image_that_was_not_asked_for_it_votes_with_its_first():
    votes = class_votes(IMAGES, CLASSES, np.array([3, 3, 2]))
    assert votes.tolist() == [3, -1, -1, 3, 2, -1]


def test_without_labels_rows_vote_for_what_they_explain_once_per_image():
    twice = np.array([1, 0, 0, 0, 2, -1])
    votes = class_votes(IMAGES, twice, None)
    assert votes.tolist() == [1, 0, -1, 0, 2, -1]


def test_class_means_of_heatmaps_are_by_the_labels_given():
    model = zoo.functional().model
    found = grad_cam(model, FED, labels=[0, 1, 1, 0])
    by_hand = shares_of(found.maps)
    means = found.class_means()
    assert set(means) == {0, 1}
    np.testing.assert_allclose(means[1], by_hand[1:3].mean(axis=0), rtol=1e-5)
    other = found.class_means([2, 2, 2, 2])
    np.testing.assert_allclose(other[2], by_hand.mean(axis=0), rtol=1e-5)


def test_class_means_without_labels_are_by_prediction():
    found = grad_cam(zoo.functional().model, FED)
    assert set(found.class_means()) == set(found.predictions.tolist())


def test_log_has_the_means_of_the_very_maps_beside_them(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=1)
    expected = grad_cam(model, X[:6], labels=Y[:6, 0]).class_means()
    layer = captures(tmp_path)[-1].maps[0]
    assert layer.mean_class == tuple(expected) == (0, 1, 2)
    assert layer.mean_count == (2, 2, 2)
    for loader in PROVIDERS:
        tag = layer_tag("grad_cam", "conv2")
        maps, means = newest_blobs(tmp_path, loader, tag)
        assert len(maps) == 6 * 4 * layer.height * layer.width
        shape = (3, layer.height, layer.width)
        found = np.frombuffer(means, "<f4").reshape(shape)
        np.testing.assert_allclose(found, [*expected.values()], rtol=1e-4)


def test_means_of_mistakes_are_of_the_maps_of_the_labels(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path, target="mistakes"), epochs=1)
    options = {"target": "label", "labels": Y[:6, 0]}
    expected = grad_cam(model, X[:6], **options).class_means()
    last = captures(tmp_path)[-1]
    assert False in last.outcome.correct
    assert last.maps[0].mean_class == tuple(expected)
    tag = layer_tag("grad_cam", "conv2")
    _, means = newest_blobs(tmp_path, "python", tag)
    found = np.frombuffer(means, "<f4")
    np.testing.assert_allclose(
        found, np.ravel([*expected.values()]), rtol=1e-4, atol=1e-7
    )


def test_unchanged_weights_repeat_the_classes_and_write_no_means(tmp_path):
    model = plain_network()
    model.optimizer.learning_rate = 0
    fit(model, drawing(tmp_path), epochs=1)
    first, last = (capture.maps[0] for capture in captures(tmp_path))
    assert last.mean_class == first.mean_class == (0, 1, 2)
    assert all_steps(tmp_path, "python")["kerasviz/grad_cam/conv2"] == [0]


def test_a_chart_has_the_most_that_a_class_looks_into_a_corner(tmp_path):
    keras.utils.set_random_seed(0)  # a map may be empty by chance
    fit(plain_network(), drawing(tmp_path), epochs=1)
    steps = all_steps(tmp_path, "python")
    assert steps["kerasviz/class_corner_energy/grad_cam/conv2"] == [0, 4]


def cropping() -> keras.Model:
    """Return a network that sees the middle of the image, with evidence."""
    keras.utils.set_random_seed(0)
    ones = keras.initializers.Constant(0.1)
    return keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            keras.layers.CenterCrop(8, 8),
            keras.layers.Conv2D(
                2, 3, padding="same", kernel_initializer=ones, name="conv"
            ),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, "softmax", kernel_initializer=ones),
        ]
    )


def drawing(log_dir, **options) -> GradCAM:
    settings = {"labels": Y[:6, 0], "verbose": 0, "on_error": "raise"}
    settings["budget"] = None
    return GradCAM(log_dir, X[:6], **arranged({**settings, **options}))
