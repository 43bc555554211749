"""A second model in one log replaces the first, and says so."""

import logging

import keras
import pytest

from kerasviz_callbacks import GradCAM
from kerasviz_callbacks.log.run_subject import RunSubject
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    arranged,
    drawing,
    fit,
    plain_network,
)
from tests.tb_plugin.loaders import PROVIDERS


def told_by_us(caplog) -> list[str]:
    """Return our messages: TensorFlow has its own about many models."""
    return [r.getMessage() for r in caplog.records if r.name == "kerasviz"]


def steps(log_dir, loader="python") -> list[tuple[int, int, int]]:
    return [(c.index, c.fit, c.step) for c in captures(log_dir, loader)]


def test_another_model_replaces_the_first_and_says_so(tmp_path, caplog):
    fit(plain_network(), drawing(tmp_path), epochs=3)
    assert not told_by_us(caplog)
    with caplog.at_level(logging.WARNING):
        fit(plain_network(), drawing(tmp_path), epochs=2)
    [told] = told_by_us(caplog)
    assert "another model" in told and "replaces them" in told
    for loader in PROVIDERS:
        found = steps(tmp_path, loader)
        assert found == [(0, 0, 0), (1, 0, 4), (2, 0, 8)]
    first = captures(tmp_path)[0]
    assert first.reason == "baseline"


def test_callback_that_is_used_for_another_model_begins_anew(tmp_path, caplog):
    watch = GradCAM(
        tmp_path,
        X[:2],
        verbose=0,
        **arranged({"budget": None, "on_error": "raise"}),
    )
    fit(plain_network(), watch, epochs=2)
    fit(plain_network(), watch, epochs=1)
    assert steps(tmp_path) == [(0, 0, 0), (1, 0, 4)]
    assert captures(tmp_path)[0].reason == "baseline"


def test_model_that_was_compiled_anew_goes_on(tmp_path, caplog):
    model, watch = plain_network(), drawing(tmp_path)
    fit(model, watch, epochs=1)
    model.compile("sgd", "sparse_categorical_crossentropy")
    fit(model, watch, epochs=1)
    assert steps(tmp_path) == [(0, 0, 0), (1, 0, 4), (2, 1, 8)]
    assert not told_by_us(caplog)


def test_new_model_of_the_same_layers_goes_on(tmp_path, caplog):
    first, watch = plain_network(), drawing(tmp_path)
    fit(first, watch, epochs=1)
    second = keras.Sequential([keras.Input(X.shape[1:]), *first.layers])
    second.compile("sgd", "sparse_categorical_crossentropy")
    fit(second, watch, epochs=1)
    assert [step for *_, step in steps(tmp_path)] == [0, 4, 8]
    assert not told_by_us(caplog)


def test_third_fit_goes_on_with_the_second_model(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=3)
    model, watch = plain_network(), drawing(tmp_path)
    fit(model, watch, epochs=1)
    model.compile("sgd", "sparse_categorical_crossentropy")
    fit(model, watch, epochs=1)
    assert [step for *_, step in steps(tmp_path)] == [0, 4, 8]


def test_other_model_that_was_trained_before_goes_on_where_it_stood(
    tmp_path, caplog
):
    """As a new process does that loads a checkpoint."""
    fit(plain_network(), drawing(tmp_path), epochs=3)
    loaded = plain_network()
    loaded.optimizer.build(loaded.trainable_variables)
    loaded.optimizer.iterations.assign(8)
    with caplog.at_level(logging.WARNING):
        fit(loaded, drawing(tmp_path), initial_epoch=2, epochs=3)
    assert "goes on there at step 8" in caplog.text
    found = all_steps(tmp_path, "python")["kerasviz/captures/filter_patterns"]
    assert found == [0, 4, 8, 12]


@pytest.mark.parametrize("weights", [[], [lambda: None]])
def test_first_model_is_not_another(weights):
    subject = RunSubject()
    subject.join(weights)
    assert not subject.begin()


def test_model_that_is_gone_is_not_known_by_its_address():
    subject = RunSubject()

    class Weight:
        pass

    first = Weight()
    subject.join([first])
    subject.begin()
    del first
    second = Weight()  # often at the same address
    subject.join([second])
    assert subject.begin()
