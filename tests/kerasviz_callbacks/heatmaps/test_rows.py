"""Several things explained of an image: one map each, from one pass."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.heatmaps.methods import METHODS
from kerasviz_callbacks.heatmaps.result import Heatmaps
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.heatmap_reference import (
    assert_close,
    reference_maps,
    reference_maps_of,
)
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    explaining,
    fit,
    plain_network,
)
from tests.kerasviz_callbacks.networks.zoo import CLASSES, images

L = keras.layers
FED = images(4)


def rows(found: Heatmaps, words: str) -> np.ndarray:
    """Return which rows explain this."""
    return np.flatnonzero([target == words for target in found.row_target])


def test_mistakes_have_the_label_and_the_contrast_beside_the_prediction():
    specimen = zoo.functional()
    labels = grad_cam(specimen.model, FED).predictions.copy()
    labels[[0, 2]] = (labels[[0, 2]] + 1) % CLASSES
    found = grad_cam(specimen.model, FED, target="mistakes", labels=labels)
    assert found.row_image.tolist() == [0, 0, 0, 1, 2, 2, 2, 3]
    assert rows(found, "predicted class").tolist() == [0, 3, 4, 7]
    label = rows(found, "label")
    assert found.targets[label].tolist() == labels[[0, 2]].tolist()
    expected = reference_maps(specimen, FED, labels)[[0, 2]]
    assert_close(found.maps[label], expected, 1e-5)


def test_contrast_is_the_map_of_the_difference_of_logits():
    specimen = zoo.functional()
    labels = (grad_cam(specimen.model, FED).predictions + 1) % CLASSES
    found = grad_cam(specimen.model, FED, target="mistakes", labels=labels)
    contrast = rows(found, "predicted instead of label")
    expected = reference_maps_of(
        specimen,
        FED,
        lambda scores, index: tf.reduce_max(scores) - scores[labels[index]],
    )
    assert_close(found.maps[contrast], expected, 1e-5)
    assert found.targets[contrast].tolist() == [-1] * 4
    assert (found.scores[contrast] > 0).all()


def test_margin_is_the_map_of_the_best_less_the_second():
    specimen = zoo.functional()
    found = grad_cam(specimen.model, FED, target="margin")

    def margin(scores: tf.Tensor, index: int) -> tf.Tensor:
        best = tf.sort(scores, direction="DESCENDING")
        return best[0] - best[1]

    expected = reference_maps_of(specimen, FED, margin)
    assert_close(found.maps, expected, 1e-5)
    assert found.row_target == ("margin",) * 4


def test_margin_of_a_sigmoid_is_its_logit():
    model = _ending(1, "sigmoid")
    margin = grad_cam(model, FED, target="margin")
    np.testing.assert_allclose(margin.maps, grad_cam(model, FED).maps)


def test_margin_of_what_is_no_class_is_refused():
    with pytest.raises(ValueError, match=r"'margin' needs one score per class"):
        grad_cam(_ending(1, None), FED, target="margin")


@pytest.mark.parametrize(
    ("activation", "words"), [("sigmoid", "predicted class"), (None, "value")]
)
def test_for_and_against_are_two_sides_of_one_gradient(activation, words):
    model = _ending(1, activation)
    found = grad_cam(model, FED, target=["predicted", "against"])
    towards = rows(found, words)
    away = rows(found, f"against the {words}")
    assert towards.tolist() == [0, 2, 4, 6]
    np.testing.assert_allclose(found.scores[towards], -found.scores[away])
    up, down = found.maps[towards], found.maps[away]
    assert (up * down == 0).all()  # nothing speaks for both
    assert (up + down > 0).all(axis=(1, 2)).all()


def test_against_is_the_map_of_the_negative_score():
    specimen = zoo.functional()
    found = grad_cam(specimen.model, FED, target="against")
    expected = reference_maps_of(
        specimen, FED, lambda scores, _: -tf.reduce_max(scores)
    )
    assert_close(found.maps, expected, 1e-5)


def test_a_multi_label_model_has_a_map_per_wanted_label():
    model = _ending(4, "sigmoid")
    wanted = [[3, 0], [1], [], [2, 0]]
    found = grad_cam(model, FED, target=wanted)
    assert found.row_image.tolist() == [0, 0, 1, 3, 3]
    assert found.targets.tolist() == [3, 0, 1, 2, 0]
    assert found.row_target[0] == "class 3"
    for row, (image, index) in enumerate(
        zip(found.row_image, found.targets, strict=True)
    ):
        alone = grad_cam(model, FED[[image]], target=int(index))
        np.testing.assert_allclose(found.maps[row], alone.maps[0], atol=1e-6)


def test_labels_of_true_and_false_name_the_classes():
    model = _ending(4, "sigmoid")
    is_wanted = np.zeros((4, 4), bool)
    is_wanted[[0, 0, 1, 3], [0, 3, 1, 2]] = True
    found = grad_cam(model, FED, target=is_wanted)
    assert found.row_image.tolist() == [0, 0, 1, 3]
    assert found.targets.tolist() == [0, 3, 1, 2]


def test_several_targets_give_what_each_gives_alone():
    model = zoo.functional().model

    def total(outputs: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(outputs**2, axis=1)

    targets = ["predicted", "label", 2, total]
    labels = [1, 1, 2, 0]
    found = grad_cam(model, FED, target=targets, labels=labels)
    assert found.row_target[:4] == (
        "predicted class",
        "label",
        "class 2",
        "total",
    )
    for place, target in enumerate(targets):
        alone = grad_cam(model, FED, target=target, labels=labels)
        np.testing.assert_allclose(found.maps[place::4], alone.maps, atol=1e-6)
    assert found.score_kind == "value"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_the_same_for_several_layers_and_targets(method):
    model = zoo.functional().model
    targets = ["predicted", 2]
    found = grad_cam(model, FED, layer="conv1", target=targets, method=method)
    for place, target in enumerate([None, 2]):
        alone = grad_cam(
            model, FED, layer="conv1", target=target, method=method
        )
        np.testing.assert_allclose(
            found.maps[place::2], alone.maps, rtol=1e-4, atol=1e-6
        )


def test_hires_cam_is_grad_cam_where_pooling_follows():
    model = zoo.functional().model  # global average pooling, then dense
    hires = grad_cam(model, FED, method="hires_cam").maps
    assert_close(hires, grad_cam(model, FED).maps, 1e-5)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (["predicted", "predicted"], "every row once"),
        (["label", 9], "from 0 to 3 — got 0, 9"),
        ([[0], [1]], r"one list of indices per image \(4\)"),
        ([[0], [1], [2, 2], [3]], "each once"),
        ([[0], [1], [-1], [3]], "from 0 on"),
        ([[]] * 4, "one in all"),
        ([[0, 1.5], [1], [0], [0]], "list of indices"),
        ("dog", "'mistakes', a class by its index"),
    ],
)
def test_rows_that_cannot_be_are_refused(target, message):
    with pytest.raises(ValueError, match=message):
        grad_cam(zoo.functional().model, FED, target=target, labels=[0] * 4)


def test_classes_per_image_may_be_an_array():
    model, classes = zoo.functional().model, np.array([2, 0, 1, 3])
    found = grad_cam(model, FED, target=classes)
    assert found.targets.tolist() == classes.tolist()


def test_mistakes_without_labels_say_so():
    with pytest.raises(ValueError, match="target='mistakes' needs the labels"):
        grad_cam(zoo.functional().model, FED, target="mistakes")


def test_overlays_and_sheets_have_a_picture_per_row(tmp_path):
    found = grad_cam(zoo.functional().model, FED, target=["predicted", 1])
    assert len(found.overlay()) == 8
    found.save(tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 0


def test_rows_of_mistakes_come_and_go_in_the_log(tmp_path):
    model = plain_network(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.optimizer.learning_rate = 0.1  # more may end in NaN
    callback = explaining(
        tmp_path, X[:6], labels=Y[:6, 0], target="mistakes", method="layer_cam"
    )
    fit(model, callback, epochs=3)
    for capture in captures(tmp_path):
        found = capture.outcome
        counts = np.bincount(found.row_image)
        assert counts.tolist() == [
            3 if c is False else 1 for c in found.correct
        ]
        assert capture.maps[0].method == "layer_cam"


def _ending(units: int, activation: str | None) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    conv = L.Conv2D(8, 3, kernel_initializer=keras.initializers.HeNormal(0))
    pooled = L.GlobalAveragePooling2D()(conv(inputs))
    initializer = keras.initializers.GlorotNormal(1)
    dense = L.Dense(
        units, activation=activation, kernel_initializer=initializer
    )
    return keras.Model(inputs, dense(pooled))
