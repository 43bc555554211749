"""A detector's most confident detection is explained."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import Detection, grad_cam
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(4)
FOCAL = keras.losses.BinaryFocalCrossentropy(from_logits=True)
LOSSES = {"boxes": "huber", "scores": FOCAL}


def test_the_most_confident_detection_is_explained_by_default():
    model = _detector()
    found = grad_cam(model, FED)
    logits = model(FED)["scores"].numpy()
    assert found.row_target == ("most confident detection",) * 4
    np.testing.assert_allclose(found.scores, logits.max((1, 2)), rtol=1e-5)
    expected = logits.max(1).argmax(-1)
    np.testing.assert_array_equal(found.targets, expected)
    np.testing.assert_allclose(found.maps, _maps(model, expected), rtol=1e-3)
    assert (found.output, found.score_kind) == ("scores", "logit")


def test_the_best_detection_of_a_class_is_explained():
    model = _detector()
    found = grad_cam(model, FED, target=Detection(2), output="scores")
    logits = model(FED)["scores"].numpy()
    assert found.row_target == ("most confident detection of a class",) * 4
    np.testing.assert_allclose(found.scores, logits[..., 2].max(1), rtol=1e-5)
    np.testing.assert_allclose(
        found.maps, _maps(model, np.full(4, 2)), rtol=1e-3
    )


def test_scores_of_four_classes_are_told_from_boxes_by_name():
    found = grad_cam(_detector(4), FED)
    assert (found.output, found.outputs.shape) == ("scores", (4, 4))


def test_the_scores_of_the_last_stage_are_explained():
    model = _detector(has_stages=True)
    assert grad_cam(model, FED).output == "scores"
    early = grad_cam(model, FED, output="early_scores")
    assert early.row_target == ("most confident detection",) * 4


@pytest.mark.parametrize("loss", [None, "categorical_crossentropy"])
def test_a_class_that_may_be_the_background_must_be_named(loss):
    model = _detector()
    if loss is None:
        model = keras.Model(model.inputs, model.output)
    else:
        model.compile("sgd", {"boxes": "huber", "scores": loss})
    with pytest.raises(ValueError, match=r"background.*Detection\(class_index"):
        grad_cam(model, FED)
    assert grad_cam(model, FED, target=Detection(1)).targets.tolist() == [1] * 4


def test_a_class_that_the_detector_does_not_have_is_refused():
    with pytest.raises(ValueError, match="from 0 to 4 — got 9"):
        grad_cam(_detector(), FED, target=Detection(9))


def test_the_boxes_of_a_detector_are_values():
    with pytest.raises(ValueError, match=r"'boxes'.*trained with huber"):
        grad_cam(_detector(), FED, output="boxes")


def test_a_detection_of_what_is_no_detector_is_refused():
    inputs = keras.Input((20, 20, 3))
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(inputs))
    model = keras.Model(inputs, L.Dense(3, activation="softmax")(x))
    with pytest.raises(ValueError, match=r"Detection\(…\) needs an output"):
        grad_cam(model, FED, target=Detection())


def _detector(num_classes: int = 5, *, has_stages: bool = False):
    """Return a detector of 25 boxes, one per cell of its grid."""
    inputs = keras.Input((20, 20, 3))
    x = _conv(8, 3, "relu", 0, "features")(inputs)
    outputs = {"boxes": L.Reshape((25, 4))(_conv(4, 1, None, 1)(x))}
    if has_stages:
        early = _conv(num_classes, 1, None, 3)(x)
        outputs["early_scores"] = L.Reshape((25, num_classes))(early)
        x = _conv(8, 1, "relu", 4)(x)
    scores = _conv(num_classes, 1, None, 2, "classes")(x)
    outputs["scores"] = L.Reshape((25, num_classes))(scores)
    model = keras.Model(inputs, outputs)
    early = {"early_scores": FOCAL} if has_stages else {}
    model.compile("sgd", {**LOSSES, **early})
    return model


def _conv(channels, size, activation, seed, name=None) -> L.Conv2D:
    return L.Conv2D(
        channels,
        size,
        strides=4 if size == 3 else 1,
        padding="same",
        activation=activation,
        kernel_initializer=keras.initializers.HeNormal(seed),
        name=name,
    )


def _maps(model: keras.Model, classes: np.ndarray) -> np.ndarray:
    """Return Grad-CAM of the best box of each image's class, by hand."""
    features = model.get_layer("features").output
    seen = keras.Model(model.input, features)(FED)
    kernel = model.get_layer("classes").kernel[0, 0] / 25  # of one cell of 25
    weights = tf.gather(tf.transpose(kernel), classes)[:, None, None]
    return np.maximum(tf.reduce_sum(seen * weights, -1), 0)
