"""A detection is chosen by its class and its box, if boxes can be decoded."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose as close

from kerasviz_callbacks import Detection, grad_cam
from kerasviz_callbacks.heatmaps.scores import BOX_FORMATS
from kerasviz_callbacks.model.probe.signature import TRACES
from tests.kerasviz_callbacks.networks.detectors import (
    QUARTERS,
    SIZE,
    box_detector,
    logits_of,
)
from tests.kerasviz_callbacks.networks.zoo import images

FED = images(3)
NEAR = [0.5, 0.55, 0.9, 0.85]  # the last quarter
EDGES = "rel_xyxy"


def encoded(box_format: str) -> np.ndarray:
    """Return the four boxes in a format; by hand."""
    left, upper, right, lower = QUARTERS.T
    if "rel" not in box_format:
        left, upper, right, lower = (SIZE * x for x in QUARTERS.T)
    width, height = right - left, lower - upper
    columns = {
        "xyxy": (left, upper, right, lower),
        "yxyx": (upper, left, lower, right),
        "xywh": (left, upper, width, height),
        "center_xywh": (left + width / 2, upper + height / 2, width, height),
        "center_yxhw": (upper + height / 2, left + width / 2, height, width),
    }
    return np.stack(columns[box_format.removeprefix("rel_")], axis=1)


@pytest.mark.parametrize("box_format", BOX_FORMATS)
def test_boxes_of_every_format_are_decoded(box_format):
    model = box_detector(boxes=encoded(box_format))
    target = Detection(box=NEAR, box_format=box_format)
    found = grad_cam(model, FED, target=target)
    logits = logits_of(model, FED)[:, 3]
    close(found.detections.boxes, [QUARTERS[3]] * 3, atol=1e-6)
    close(found.scores, logits.max(1), rtol=1e-5)
    assert found.targets.tolist() == logits.argmax(1).tolist()
    assert found.row_target == ("detection at a box",) * 3


def test_the_detection_of_a_class_at_a_box_is_explained():
    model = box_detector()
    target = Detection(1, QUARTERS[2].tolist(), EDGES)
    found = grad_cam(model, FED, target=target)
    logits = logits_of(model, FED)[:, 2, 1]
    assert found.row_target == ("detection of a class at a box",) * 3
    close(found.scores, logits, rtol=1e-5)
    close(found.detections.confidences, sigmoid(logits), rtol=1e-5)
    close(found.detections.overlaps, 1, rtol=1e-5)


def test_overlap_is_intersection_over_union():
    box = [0.05, 0.1, 0.25, 0.4]  # the left half of the first
    found = grad_cam(box_detector(), FED, target=Detection(0, box, EDGES))
    close(found.detections.overlaps, 0.5, rtol=1e-5)


def test_of_boxes_that_overlap_as_much_the_most_confident_is_taken():
    model = box_detector(boxes=np.stack([QUARTERS[0]] * 4))
    target = Detection(2, QUARTERS[0].tolist(), EDGES)
    found = grad_cam(model, FED, target=target)
    logits = logits_of(model, FED)[..., 2]
    close(found.scores, logits.max(1), rtol=1e-5)


def test_where_no_box_overlaps_nothing_is_drawn():
    boxes = QUARTERS[[0, 0, 2, 2]]  # the left half alone
    boxes[3] = np.nan
    wanted = [QUARTERS[0], QUARTERS[1], QUARTERS[2]]
    target = Detection(box=wanted, box_format=EDGES)
    found = grad_cam(box_detector(boxes=boxes), FED, target=target)
    assert found.status[1] == "no_detection"
    assert "no_detection" not in (found.status[0], found.status[2])
    assert np.isnan(found.maps[1]).all() and np.isnan(found.scores[1])
    assert np.isnan(found.detections.boxes[1]).all() and np.isnan(
        found.detections.confidences[1]
    )
    assert found.detections.overlaps[1] == 0


def test_an_image_without_a_box_is_not_explained():
    wanted = np.stack([QUARTERS[0], [np.nan] * 4, QUARTERS[3]])
    target = Detection(box=wanted, box_format=EDGES)
    found = grad_cam(box_detector(), FED, target=target)
    assert found.row_image.tolist() == [0, 2]
    close(found.detections.boxes, QUARTERS[[0, 3]], atol=1e-6)


def test_several_objects_of_an_image_are_explained_each():
    model = box_detector()
    first = Detection(0, QUARTERS[0].tolist(), EDGES)
    target = [first, Detection([1, 2, 1], box_format=EDGES)]
    found = grad_cam(model, FED, target=target)
    logits = logits_of(model, FED)
    best = logits.max(1)[range(3), [1, 2, 1]]
    assert found.row_target[:2] == (
        "1: detection of a class at a box",
        "2: most confident detection of a class",
    )
    assert found.targets.tolist() == [0, 1, 0, 2, 0, 1]
    close(found.scores[::2], logits[:, 0, 0], rtol=1e-5)
    close(found.scores[1::2], best, rtol=1e-5)
    assert np.isnan(found.detections.overlaps[1::2]).all()


def test_a_function_may_decode_boxes():
    model = box_detector(boxes=QUARTERS / 2)
    target = Detection(
        box=NEAR, box_format=lambda outputs: 2 * outputs["boxes"]
    )
    found = grad_cam(model, FED, target=target)
    close(found.detections.boxes, [QUARTERS[3]] * 3, atol=1e-6)


def test_boxes_that_nobody_decodes_are_not_told():
    found = grad_cam(box_detector(), FED)
    assert (
        np.isnan(found.detections.boxes).all()
        and np.isnan(found.detections.overlaps).all()
    )
    logits = logits_of(box_detector(), FED)
    close(found.detections.confidences, sigmoid(logits.max((1, 2))), rtol=1e-5)


def test_the_most_confident_of_a_softmax_is_told_by_probability():
    model, fed = box_detector(6, activation="softmax"), images(8)
    shares, logits = np.asarray(model(fed)["scores"]), logits_of(model, fed)
    best = shares.argmax(1)
    differ = (best != logits.argmax(1)).any(0)
    wanted = int(np.flatnonzero(differ)[0])  # a class for which it matters
    found = grad_cam(model, fed, target=Detection(wanted))
    close(found.detections.confidences, shares.max(1)[:, wanted], rtol=1e-5)
    expected = logits[range(8), best[:, wanted], wanted]
    close(found.scores, expected, rtol=1e-5)


def test_a_detector_of_one_class_has_no_other_side():
    found = grad_cam(box_detector(1), FED, class_names=["face"])
    [(index, name, value)] = found.top()[0]
    assert (index, name) == (0, "face")
    assert value == pytest.approx(float(found.detections.confidences[0]))


def test_objectness_is_a_part_of_confidence():
    model = box_detector(more=("objectness",))
    found = grad_cam(model, FED)
    outputs = model(FED)
    both = np.asarray(outputs["scores"] * outputs["objectness"])
    best = both.reshape(3, -1).argmax(1)
    close(found.detections.confidences, both.max((1, 2)), rtol=1e-5)
    assert found.targets.tolist() == (best % 3).tolist()
    summed = [
        logit(np.asarray(outputs[name])) for name in ("scores", "objectness")
    ]
    expected = (summed[0] + summed[1]).reshape(3, -1)[range(3), best]
    close(found.scores, expected, rtol=1e-3)


class Reorder(keras.layers.Layer):
    """The last step of a decoder: turns the boxes around, as NMS may."""

    bounding_box_format = "yxyx"
    from_logits = True

    def call(self, boxes, scores, images=None):
        return {"boxes": boxes[:, ::-1], "scores": scores[:, ::-1]}


class Deciding(keras.Model):
    """A detector that decodes its boxes itself: pixels, off by an anchor."""

    anchor = 2.0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.prediction_decoder = Reorder()

    def predict_step(self, data):
        return self.decode_predictions(super().predict_step(data), data)

    def decode_predictions(self, predictions, data):
        height = keras.ops.shape(data)[1]
        boxes = predictions["boxes"] * height + self.anchor
        return self.prediction_decoder(
            boxes, predictions["scores"], images=data
        )


def test_boxes_are_decoded_by_the_models_own_decoder():
    shifted = QUARTERS[:, [1, 0, 3, 2]] - Deciding.anchor / SIZE
    model = box_detector(boxes=shifted, activation=None, of=Deciding)
    found = grad_cam(model, FED, target=Detection(box=NEAR))
    logits = np.asarray(model(FED)["scores"])[:, 3]
    close(found.detections.boxes, [QUARTERS[3]] * 3, atol=1e-6)
    close(found.detections.confidences, sigmoid(logits.max(1)), rtol=1e-5)
    decoded = model.predict(FED, verbose=0)["boxes"][0, 0] / SIZE
    close(found.detections.boxes[0], decoded[[1, 0, 3, 2]], atol=1e-6)
    assert grad_cam(model, FED).row_target[0] == "most confident detection"


def test_the_models_own_decoder_stays_as_it_is():
    model = box_detector(activation=None, of=Deciding)
    before = dict(vars(model))
    grad_cam(model, FED)
    assert vars(model)["prediction_decoder"] is before["prediction_decoder"]
    assert vars(model).keys() - {TRACES} == before.keys()


class Failing(Deciding):
    """A decoder that needs more than there is."""

    def decode_predictions(self, predictions, data):
        raise KeyError("anchors")


@pytest.mark.parametrize("of", [keras.Model, Failing])
def test_a_box_is_refused_where_boxes_are_not_decoded(of):
    model = box_detector(of=of)
    with pytest.raises(ValueError, match=r"box of a Detection.*box_format=…"):
        grad_cam(model, FED, target=Detection(box=NEAR))


def test_a_format_is_refused_where_two_outputs_may_be_boxes():
    model = box_detector(more=("early_boxes",))
    with pytest.raises(ValueError, match="no other that could be it"):
        grad_cam(model, FED, target=Detection(0, NEAR, EDGES))


@pytest.mark.parametrize(
    ("decode", "told"),
    [
        (lambda outputs: 3, r"\(n, boxes, 4\) — got 3"),
        (lambda outputs: outputs["scores"], r"got \(None, 4, 3\)"),
        (lambda outputs: outputs["boxes"][:, 1:], "got 3 boxes and 4 scores"),
    ],
)
def test_what_a_function_returns_must_be_a_box_per_score(decode, told):
    with pytest.raises(ValueError, match=told):
        grad_cam(box_detector(), FED, target=Detection(0, NEAR, decode))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"box": [1, 2, 3]}, r"lower edge, \(4,\).* got \[1, 2, 3\]"),
        ({"box": [10, 20, 30, 40]}, "in fractions.*Divide pixels"),
        ({"box": [0.5, 0.1, 0.4, 0.2]}, "left < right"),
        ({"box": [np.nan] * 4}, "must lie in the image"),
        ({"box": [0.1, np.nan, 0.4, 0.2]}, "must lie in the image"),
        ({"box": "all"}, "got 'all'"),
        ({"box_format": "yolo"}, "box_format must be one of 'xyxy'.*'yolo'"),
        ({"num_classes": 0}, "num_classes must be the number.*got 0"),
        ({"num_classes": True}, "got True"),
    ],
)
def test_what_is_no_detection_is_refused_at_once(options, told):
    with pytest.raises(ValueError, match=told):
        Detection(**options)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Detection(box=QUARTERS, box_format=EDGES), "got 4 for 3 images"),
        ([Detection(), "label"], "nothing but detections"),
        ([Detection(), Detection(1, box_format=EDGES)], "same box_format"),
        (Detection("dog"), "got 'dog'"),
        (Detection([1, 2]), r"one index per image \(3\)"),
    ],
)
def test_a_target_that_does_not_fit_the_images_is_refused(target, told):
    with pytest.raises(ValueError, match=told):
        grad_cam(box_detector(), FED, target=target)


def test_a_class_may_be_called_by_its_name():
    names = ["cat", "dog", "fox"]
    found = grad_cam(
        box_detector(), FED, target=Detection("dog"), class_names=names
    )
    assert found.targets.tolist() == [1, 1, 1]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(tf.sigmoid(x))


def logit(p: np.ndarray) -> np.ndarray:
    return np.log(p / (1 - p))
