"""A fit keeps within its budget, and its records say what was left out."""

import time

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    EverySteps,
    FilterPatterns,
    GradCAM,
    Schedule,
)
from kerasviz_callbacks.captures.pattern_change import LayerState
from kerasviz_callbacks.captures.pattern_memory import narrowed
from kerasviz_callbacks.schedule.budget import Budget
from tests.kerasviz_callbacks.logs.passing import Clock
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    drawing,
    fit,
    network,
    plain_network,
)


def test_short_fit_draws_the_baseline_and_the_last(tmp_path, capsys):
    draw = drawing(tmp_path, budget=1e-6, verbose=1)
    fit(plain_network(), draw, epochs=5)
    records = captures(tmp_path)
    assert [(c.step, c.reason) for c in records] == [
        (0, "baseline"),
        (20, "last"),
    ]
    assert records[1].skipped == 5
    assert records[1].notes[0].startswith("5 captures before this one left out")
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert "2 captures drawn, 5 more left out" in last_line


def test_event_that_was_left_out_is_told_by_the_next_capture(tmp_path):
    model = plain_network()
    model.optimizer.build(model.trainable_variables)

    def freeze(epoch, logs):
        model.get_layer("conv1").trainable = epoch > 0

    draw = drawing(tmp_path, budget=1e-6)
    callback = keras.callbacks.LambdaCallback(on_epoch_end=freeze)
    fit(model, callback, draw, epochs=4)
    _, last = captures(tmp_path)
    assert last.reason == (
        "last, trainable weights: fewer, trainable weights: more"
    )


def test_captures_without_news_are_never_left_out(tmp_path):
    model = plain_network()
    for layer in model.layers:
        layer.trainable = layer.name == "head"
    model.compile("sgd", "mse")
    slow = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: time.sleep(0.1)
    )
    # Too little even for what is prepared before training.
    fit(model, slow, drawing(tmp_path, budget=0.5), epochs=6)
    records = captures(tmp_path)
    assert [c.epoch for c in records] == [0, 1, 2, 3, 4, 5, 6]
    assert {c.patterns[0].origin[0] for c in records[1:]} == {"unchanged"}


def test_cost_is_in_the_record_and_in_the_charts(tmp_path):
    fit(plain_network(), drawing(tmp_path))
    first, second, third = captures(tmp_path)
    assert first.overhead is None
    assert 0 < third.cost_s < third.overhead * 1e3
    assert second.skipped == 0
    numbers = all_steps(tmp_path, "python", with_overhead=True)
    assert numbers["kerasviz/overhead/filter_patterns"] == [4, 8]


def test_what_a_schedule_takes_is_spent_on_drawing(tmp_path):
    clock = Clock()

    class Slow(Schedule):
        def reason(self, moment):
            clock.now += 1

        def describe(self):
            return "never"

    draw = drawing(tmp_path, every=Slow())
    draw.recorder.budget = Budget(None, None, clock)
    fit(plain_network(), draw, epochs=3)
    # Before and after each epoch, and between its four batches.
    assert draw.recorder.budget.spent_s == 3 * (1 + 3 + 1)
    assert draw.recorder.budget.trained_s == 0


def test_time_after_a_fit_that_raised_is_no_training(tmp_path):
    clock = Clock()

    def train_a_second(batch, logs):
        clock.now += 1
        if batch == 2:
            raise KeyError

    model, draw = plain_network(), drawing(tmp_path)
    draw.recorder.budget = Budget(None, None, clock)
    training = keras.callbacks.LambdaCallback(
        on_train_batch_begin=train_a_second
    )
    for _ in range(2):
        with pytest.raises(KeyError):
            fit(model, training, draw, epochs=1)
        clock.now += 1000
    # Batch 1 of each; what comes after that nobody saw the end of.
    draw.recorder.budget.abandon()
    assert draw.recorder.budget.trained_s == 2 * 2


def test_cap_of_the_log_holds(tmp_path):
    keras.utils.set_random_seed(0)
    draw = drawing(tmp_path, max_log_bytes=200_000, every=EverySteps(1))
    fit(plain_network(), draw, epochs=10)
    [file] = (tmp_path / "kerasviz").iterdir()
    assert 120_000 < file.stat().st_size < 200_000
    steps = [c.step for c in captures(tmp_path)]
    assert steps[0] == 0 and steps[-1] == 40
    assert np.diff(steps).max() > 1


def test_size_of_the_log_is_told_before_training(tmp_path, capsys):
    draw = drawing(tmp_path, verbose=1, max_log_bytes=10**7, budget=0.05)
    fit(plain_network(), draw, epochs=7)
    _, when, cost = capsys.readouterr().out.splitlines()[:3]
    assert when.endswith("at the end; at most 8")
    assert "MB in all, budget 5% and 10.00 MB" in cost


def test_fewer_filters_are_compared_with_the_whole_before(tmp_path):
    draw = FilterPatterns(
        tmp_path,
        layers="conv1",
        filters=4,
        every=EverySteps(1),
        steps=2,
        verbose=0,
        images=X[:4],
    )
    draw.recorder.budget = Budget(None, None)
    draw.recorder.budget.pictures_share = 0.5
    fit(network(), draw, epochs=1)
    layers = [c.patterns[0] for c in captures(tmp_path)]
    counts = [len(layer.filters) for layer in layers]
    assert counts == [4, 2, 2, 2, 2]
    assert layers[1].filters == (0, 2)
    changes = layers[1].measures["weight_change_previous"]
    assert all(change > 0 for change in changes)
    floors = [layer.measures["correlation_floor"] for layer in layers]
    assert floors[1] == (floors[0][0], floors[0][2])
    assert None not in floors[1]


def test_narrowed_state_is_of_those_filters():
    state = LayerState(
        (3, 5, 7), np.zeros((3, 2, 2, 3), np.uint8), np.eye(3), None
    )
    some = narrowed(state, (3, 7))
    np.testing.assert_array_equal(some.weights, np.eye(3)[[0, 2]])
    assert narrowed(state, (3, 4)) is state


@pytest.mark.parametrize("budget", [0, -1, 1.5, "5%", True, float("nan")])
@pytest.mark.parametrize("callback", [FilterPatterns, GradCAM])
def test_budget_must_be_a_share(callback, budget):
    given = (X[:2],) if callback is GradCAM else ()
    with pytest.raises(ValueError, match="budget must be a share"):
        callback("log", *given, budget=budget)


@pytest.mark.parametrize("limit", [0, -1, 1.5, "1 MB", True])
def test_cap_of_the_log_must_be_whole(limit):
    with pytest.raises(ValueError, match="max_log_bytes must be a positive"):
        FilterPatterns("log", options=CaptureOptions(max_log_bytes=limit))
