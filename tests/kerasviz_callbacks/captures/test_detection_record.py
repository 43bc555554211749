"""What the log says of the detections that heatmaps explain."""

import numpy as np
import pytest

from kerasviz_callbacks import Detection, GradCAM, grad_cam
from tb_plugin.contract import Outcome
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.detectors import QUARTERS, box_detector
from tests.kerasviz_callbacks.networks.training import arranged
from tests.kerasviz_callbacks.networks.zoo import images

FED = images(2)
TARGETS = {
    "scores": np.eye(3, dtype="float32")[None, [0, 1, 2, 0]].repeat(2, 0),
    "boxes": np.zeros((2, 4, 4), "float32"),
}


def outcome_of(tmp_path, target, model) -> Outcome:
    model.compile("sgd", {"boxes": None, "scores": "binary_crossentropy"})
    options = arranged({"target": target, "budget": None, "on_error": "raise"})
    watch = GradCAM(tmp_path, FED, verbose=0, **options)
    model.fit(FED, TARGETS, verbose=0, callbacks=[watch])
    found = captures(tmp_path)[-1].outcome
    assert found is not None
    return found


def test_class_confidence_box_and_overlap_stand_in_the_record(tmp_path):
    near = [0.5, 0.55, 0.9, 0.85]
    target = [
        Detection(1, near, "rel_xyxy"),
        Detection(box_format="rel_xyxy"),
    ]
    model = box_detector()
    told = outcome_of(tmp_path, target, model)
    found = grad_cam(model, FED, target=target)
    assert found.detections is not None
    assert told.row_class[::2] == (1, 1)
    assert told.row_target[0] == "1: detection of a class at a box"
    assert told.row_confidence == pytest.approx(
        found.detections.confidences.tolist(), abs=1e-5
    )
    assert told.row_box[0] == pytest.approx(QUARTERS[3].tolist(), abs=1e-3)
    assert told.row_overlap[0] == pytest.approx(
        float(found.detections.overlaps[0]), abs=1e-5
    )
    assert told.row_overlap[1] is None
    assert told.value_kind == "probability"


def test_what_is_not_known_of_a_detection_is_null(tmp_path):
    told = outcome_of(tmp_path, None, box_detector())
    assert told.row_box == (None, None) == told.row_overlap
    assert None not in told.row_confidence
    assert told.output == "scores"


def test_a_box_without_an_end_is_not_recorded(tmp_path):
    boxes = QUARTERS.copy()
    boxes[:, 3] = 1e38  # times the size of the image: infinitely far away
    target = Detection(box_format=lambda outputs: 1e3 * outputs["boxes"])
    told = outcome_of(tmp_path, target, box_detector(boxes=boxes))
    assert told.row_box == (None, None)
