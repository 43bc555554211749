"""Grids of detections as YOLO's are explained where they are asked for."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose as close

from kerasviz_callbacks import Detection, grad_cam
from tests.kerasviz_callbacks.networks.detectors import (
    QUARTERS,
    constant,
    conv,
    features,
)
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(5)
CLASSES = 3
SIZE = 5 + CLASSES
ASKED = Detection(num_classes=CLASSES)


def grid(num_anchors: int = 2) -> keras.Model:
    """Return a grid of 2 x 2 cells whose numbers are logits."""
    inputs, x = features()
    return keras.Model(inputs, conv(num_anchors * SIZE, 1, 3, None, "grid")(x))


def expected(rows: np.ndarray, wanted: int | None = None):
    """Return score, confidence and class of the best of (n, boxes, 5 + k)."""
    objectness, classes = rows[..., 4:5], rows[..., 5:]
    both = sigmoid(objectness) * sigmoid(classes)
    if wanted is not None:
        both[..., [i for i in range(CLASSES) if i != wanted]] = 0
    best = both.reshape(len(rows), -1).argmax(1)
    at = np.arange(len(rows)), best // CLASSES, best % CLASSES
    return (objectness + classes)[at], both[at], at[2]


def test_the_most_confident_of_a_grid_is_explained():
    model = grid()
    found = grad_cam(model, FED, target=ASKED)
    rows = np.asarray(model(FED)).reshape(len(FED), 8, SIZE)
    scores, confidences, classes = expected(rows)
    close(found.scores, scores, rtol=1e-4)
    close(found.detections.confidences, confidences, rtol=1e-4)
    assert found.targets.tolist() == classes.tolist()
    assert (found.score_kind, found.value_kind) == ("logit", "probability")
    assert found.output == "grid"
    assert np.isnan(found.detections.boxes).all()
    assert any("read as a grid of detections" in note for note in found.notes)


def test_a_class_of_a_grid_is_explained():
    model = grid()
    target = Detection("fox")
    names = ["cat", "dog", "fox"]  # whose number is that of the classes
    found = grad_cam(model, FED, target=target, class_names=names)
    rows = np.asarray(model(FED)).reshape(len(FED), 8, SIZE)
    scores, confidences, _ = expected(rows, 2)
    close(found.scores, scores, rtol=1e-4)
    close(found.detections.confidences, confidences, rtol=1e-4)


@pytest.mark.parametrize("softmax", [False, True])
def test_logits_behind_the_parts_of_a_grid_are_found(softmax):
    raw = grid(1)
    x = L.Reshape((4, SIZE))(raw.output)
    parts = [
        L.Activation("sigmoid")(x[..., :2]),
        keras.ops.exp(x[..., 2:4]),
        L.Activation("sigmoid")(x[..., 4:5]),
        L.Activation("softmax" if softmax else "sigmoid")(x[..., 5:]),
    ]
    model = keras.Model(raw.input, L.Concatenate()(parts))
    found = grad_cam(model, FED, target=ASKED)
    rows = np.asarray(model(FED))
    told = (rows[..., 4:5] * rows[..., 5:]).max((1, 2))
    close(found.detections.confidences, told, rtol=1e-4)
    if not softmax:
        scores, _, _ = expected(np.asarray(raw(FED)).reshape(-1, 4, SIZE))
        close(found.scores, scores, rtol=1e-4)
        close(found.maps, grad_cam(raw, FED, target=ASKED).maps, rtol=1e-3)


@pytest.mark.parametrize("joined", [False, True])
def test_all_scales_of_a_grid_are_asked(joined):
    inputs, x = features()
    coarse = conv(SIZE, 2, 5, None, "coarse")(L.AveragePooling2D(2)(x))
    fine = conv(2 * SIZE, 1, 6, None, "fine")(x)
    outputs = [coarse, fine]
    flat = [L.Reshape((-1, SIZE))(one) for one in outputs]
    if joined:
        outputs = L.Concatenate(axis=1, name="all")(flat)
    model = keras.Model(inputs, outputs)
    found = grad_cam(model, FED, target=ASKED)
    rows = np.concatenate(keras.Model(inputs, flat)(FED), axis=1)
    scores, confidences, classes = expected(rows)
    close(found.scores, scores, rtol=1e-4)
    close(found.detections.confidences, confidences, rtol=1e-4)
    assert found.targets.tolist() == classes.tolist()
    assert found.output == ("all" if joined else "coarse + fine")
    alone = (
        grad_cam(model, FED, target=ASKED, output="fine") if not joined else 0
    )
    assert joined or alone.output == "fine"


def test_a_function_decodes_the_boxes_of_a_grid():
    inputs, x = features()
    boxes = constant(QUARTERS, x, "edges")
    rest = L.Reshape((4, 1 + CLASSES))(conv(1 + CLASSES, 1, 3)(x))
    model = keras.Model(inputs, L.Concatenate()([boxes, rest]))
    wanted = QUARTERS[1].tolist()
    target = Detection(1, wanted, lambda rows: rows[..., :4], CLASSES)
    found = grad_cam(model, FED, target=target)
    rows = np.asarray(model(FED))[:, 1]
    close(found.detections.boxes, [QUARTERS[1]] * len(FED), atol=1e-6)
    close(found.scores, rows[:, 4] + rows[:, 6], rtol=1e-4)
    close(found.detections.overlaps, 1, rtol=1e-5)


def test_a_box_of_a_grid_is_refused_without_a_function():
    target = Detection(box=[0, 0, 0.5, 0.5], num_classes=CLASSES)
    with pytest.raises(ValueError, match="depend on anchors and strides"):
        grad_cam(grid(), FED, target=target)
    target = Detection(0, [0, 0, 0.5, 0.5], "rel_xyxy", CLASSES)
    with pytest.raises(ValueError, match=r"box_format='rel_xyxy' needs an"):
        grad_cam(grid(), FED, target=target)


def test_numbers_that_may_be_no_logits_are_refused():
    raw = grid(1)
    by_hand = 1 / (1 + keras.ops.exp(-raw.output))
    model = keras.Model(raw.input, by_hand)
    with pytest.raises(ValueError, match="is not found in the graph"):
        grad_cam(model, FED, target=ASKED)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Detection(), r"5 \+ classes per box and num_classes= — the model"),
        (Detection(num_classes=4), r"5 \+ 4 per box — the model has 'grid'"),
        (Detection(7, num_classes=CLASSES), "from 0 to 2 — got 7"),
    ],
)
def test_what_is_no_such_grid_is_refused(target, told):
    with pytest.raises(ValueError, match=told):
        grad_cam(grid(), FED, target=target)


def test_a_grid_is_not_taken_for_one_unless_asked():
    with pytest.raises(ValueError, match=r"target=Detection\(num_classes=…\)"):
        grad_cam(grid(), FED)


def test_a_weight_that_is_no_number_gives_no_detection():
    model = grid()
    kernel = model.get_layer("grid").kernel
    kernel.assign(kernel * np.nan)
    found = grad_cam(model, FED, target=ASKED)
    assert set(found.status) == {"not_finite"}
    assert np.isnan(found.detections.confidences).all()


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.array(tf.sigmoid(x))
