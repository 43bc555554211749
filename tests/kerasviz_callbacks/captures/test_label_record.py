"""What the log says of each image's own label."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasviz_callbacks.captures.heatmap_record import outcome
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from tb_plugin.contract import Outcome

PROBABILITIES = [[0.5, 0.3, 0.15, 0.05], [0.7, 0.1, 0.1, 0.1]]


def recorded(
    outputs: list[list[float]], labels: list[int] | None, **more: Any
) -> Outcome:
    """Return the record of images with these outputs."""
    answers = np.array(outputs, np.float32)
    names = ("maps", "status", "parts", "shares", "seen")
    nothing: dict[str, Any] = {name: {} for name in names}
    none = np.zeros(0, np.int64)
    batch = HeatmapBatch(
        outputs=answers,
        predictions=np.where(
            np.isfinite(answers).all(1), answers.argmax(1), -1
        ),
        row_image=none,
        row_target=(),
        is_first=none.astype(bool),
        targets=none,
        scores=none.astype(np.float32),
        score_kind="logit",
        output="out",
        **{"value_kind": "probability", **nothing, **more},
    )
    images: Any = SimpleNamespace(
        hashes=tuple(f"{i}" for i in range(len(outputs))),
        labels=None if labels is None else np.array(labels),
    )
    return outcome(batch, images)


def test_label_beyond_the_three_largest_has_its_probability_and_loss():
    found = recorded(PROBABILITIES, [3, 0])
    assert found.top_classes[0] == (0, 1, 2)
    assert found.label_value == pytest.approx((0.05, 0.7))
    assert found.label_loss == pytest.approx((2.995732, 0.356675))


def test_loss_of_logits_is_that_of_their_softmax():
    found = recorded(np.log(PROBABILITIES).tolist(), [3, 0], value_kind="logit")
    assert found.label_value == pytest.approx(np.log([0.05, 0.7]))
    assert found.label_loss == pytest.approx((2.995732, 0.356675), rel=1e-5)


def test_loss_of_one_logit_is_that_of_its_sigmoid():
    logit = float(np.log(0.8 / 0.2))
    found = recorded([[logit], [logit]], [1, 0], value_kind="logit")
    assert np.exp(-np.array(found.label_loss)) == pytest.approx([0.8, 0.2])


def test_loss_of_classes_that_do_not_exclude_one_another_is_of_sigmoids():
    logits = [[0.0, 5.0, 5.0]]
    found = recorded(logits, [0], value_kind="logit", is_exclusive=False)
    assert found.label_loss == pytest.approx((np.log(2),))


def test_a_sure_and_wrong_probability_has_a_finite_loss():
    found = recorded([[1.0, 0.0]], [1])
    assert found.label_loss == pytest.approx((-np.log(1e-7),))


def test_what_is_no_class_of_the_output_is_null():
    found = recorded([*PROBABILITIES, [np.nan] * 4], [9, 1, 1])
    assert found.label_value == pytest.approx((None, 0.1, None))
    assert found.label_loss == pytest.approx((None, -np.log(0.1), None))


def test_without_labels_or_classes_nothing_is_recorded():
    assert recorded(PROBABILITIES, None).label_value == ()
    values = recorded(PROBABILITIES, [0, 1], value_kind="value")
    assert values.label_value == pytest.approx((0.5, 0.1))
    assert values.label_loss == ()
