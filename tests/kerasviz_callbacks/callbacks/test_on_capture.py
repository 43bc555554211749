"""What is drawn is handed on to whoever asks for it."""

import logging

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    GradCAM,
    Heatmaps,
    Patterns,
)
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    arranged,
    drawing,
    fit,
    plain_network,
)


def explaining(log_dir, **options) -> GradCAM:
    settings = {"on_error": "raise", "verbose": 0, "budget": None}
    return GradCAM(log_dir, X[:4], **arranged({**settings, **options}))


def test_patterns_are_handed_on_layer_by_layer(tmp_path):
    told = []
    draw = drawing(
        tmp_path,
        ["conv1", "conv2"],
        on_capture=lambda result, step: told.append((result, step)),
    )
    fit(plain_network(), draw, epochs=1)
    assert [(r.layer, step) for r, step in told] == [
        (path, step) for step in (0, 4) for path in ("conv1", "conv2")
    ]
    assert all(isinstance(result, Patterns) for result, _ in told)
    last = captures(tmp_path)[-1].patterns[1]
    np.testing.assert_allclose(told[-1][0].objective, last.objective, rtol=1e-6)


def test_heatmaps_are_handed_on_with_their_images(tmp_path):
    told = []
    draw = explaining(
        tmp_path, on_capture=lambda result, step: told.append((result, step))
    )
    keras.utils.set_random_seed(0)
    fit(plain_network(), draw, epochs=1)
    assert [step for _, step in told] == [0, 4]
    result = told[-1][0]
    assert isinstance(result, Heatmaps) and result.images.shape[0] == 4
    assert result.sheet().dtype == np.uint8
    [layer] = captures(tmp_path)[-1].maps
    np.testing.assert_allclose(result.maps.max(axis=(1, 2)), layer.maximum)


@pytest.mark.parametrize("make", [drawing, explaining])
def test_what_did_not_change_is_not_handed_on_again(tmp_path, make):
    steps = []
    draw = make(tmp_path, on_capture=lambda result, step: steps.append(step))
    model = plain_network()
    model.optimizer.learning_rate = 0.0
    fit(model, draw, epochs=2)
    assert [c.step for c in captures(tmp_path)] == [0, 4, 8]
    assert steps == [0]


def test_on_capture_that_raises_is_logged_and_told_in_the_next_record(
    tmp_path, caplog
):
    def fail(result, step):
        if step == 0:
            raise OSError("no connection")

    draw = drawing(tmp_path, on_error="log", on_capture=fail)
    history = fit(plain_network(), draw, epochs=2)
    assert len(history.history["loss"]) == 2
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "on_capture at step 0 failed" in record.message
    assert "no connection" in caplog.text
    told = "on_capture at step 0 failed: OSError: no connection"
    is_told = [told in c.notes for c in captures(tmp_path)]
    assert is_told == [False, True, False]


def test_on_capture_that_raises_ends_training_if_asked(tmp_path):
    def fail(result, step):
        raise OSError("no connection")

    draw = drawing(tmp_path, on_error="raise", on_capture=fail)
    with pytest.raises(OSError, match="no connection"):
        fit(plain_network(), draw)
    assert [c.step for c in captures(tmp_path)] == [0]  # it was written before


def test_training_and_records_do_not_depend_on_what_on_capture_does(tmp_path):
    def spoil(result, step):
        result.images[:] = 0

    seen = []
    for name, on_capture in (("with", spoil), ("without", None)):
        keras.utils.set_random_seed(0)
        model = plain_network()
        draw = drawing(tmp_path / name, on_capture=on_capture)
        losses = fit(model, draw).history
        records = [c.patterns for c in captures(tmp_path / name)]
        weights = [w.tobytes() for w in model.get_weights()]
        seen.append((losses, records, weights))
    assert seen[0] == seen[1]


def test_on_capture_must_be_a_function():
    with pytest.raises(TypeError, match="on_capture must be a function"):
        CaptureOptions(on_capture="wandb")
