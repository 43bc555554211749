"""A fit keeps within its budget, and its records say what was left out."""

import re
import time
from dataclasses import replace

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
from kerasviz_callbacks.callbacks.purse import Purse
from kerasviz_callbacks.schedule import Budget, Price
from tests.kerasviz_callbacks.logs.passing import Clock
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    drawing,
    fit,
    network,
    plain_network,
)


def without_grace(draw):
    """Let a callback take its share and nothing beside it."""
    draw.recorder.budget.grace_s = 0.0
    return draw


def test_short_fit_draws_the_baseline_and_the_last(tmp_path, capsys):
    draw = without_grace(drawing(tmp_path, budget=1e-6, verbose=1))
    fit(plain_network(), draw, epochs=5)
    records = captures(tmp_path)
    assert [(c.step, c.reason) for c in records] == [
        (0, "baseline"),
        (20, "schedule"),
    ]
    assert records[1].skipped == 4
    assert records[1].notes[0].startswith("4 captures before this one skipped")
    said = " ".join(capsys.readouterr().out.split())
    assert "2 captures drawn, 4 more skipped" in said


def test_what_was_asked_for_by_name_is_drawn_and_what_follows_pays(tmp_path):
    model = plain_network()
    model.optimizer.build(model.trainable_variables)

    def freeze(epoch, logs):
        model.get_layer("conv1").trainable = epoch > 0

    draw = without_grace(drawing(tmp_path, budget=1e-6))
    callback = keras.callbacks.LambdaCallback(on_epoch_end=freeze)
    fit(model, callback, draw, epochs=5)
    reasons = [c.reason for c in captures(tmp_path)]
    assert reasons == [
        "baseline",
        "trainable weights: fewer",
        "trainable weights: more",
        "schedule",
    ]


def test_a_part_of_the_filters_is_drawn_and_the_next_ones_follow(tmp_path):
    class Few(Budget):
        def quota(self, log_bytes, new=None):
            return 3

    draw = FilterPatterns(
        tmp_path,
        X[:4],
        layers=["conv1", "conv2"],
        filters=4,
        steps=2,
        verbose=0,
    )
    draw.recorder.budget = Few(None, None)
    draw.recorder._purse = Purse(draw.recorder.budget)
    draw.recorder._purse.num_pictures = 8
    fit(network(), draw, epochs=4)
    records = captures(tmp_path)
    drawn = [
        {layer.path: layer.filters for layer in capture.patterns}
        for capture in records
    ]
    everything = {"conv1": (0, 1, 2, 3), "conv2": (0, 1, 3, 4)}
    assert drawn[0] == drawn[-1] == everything
    assert drawn[1] == {"conv1": (0, 2), "conv2": (0,)}
    assert drawn[2] == {"conv1": (1,), "conv2": (1, 3)}
    assert drawn[3] == {"conv1": (0, 3), "conv2": (4,)}
    assert records[1].notes[-1].startswith("5 of 8 filters not drawn anew")
    for capture in records[1:]:
        for layer in capture.patterns:
            for since in ("previous", "baseline"):
                changes = layer.measures[f"weight_change_{since}"]
                assert min(changes) > 0
                assert layer.layer_measures[f"cka_{since}"] is not None
    again = records[3].patterns[0].measures
    # Filter 0 was drawn two captures ago, filter 3 at the baseline.
    assert (
        again["weight_change_previous"][1]
        == (again["weight_change_baseline"][1])
    )
    assert (
        again["weight_change_previous"][0]
        < (again["weight_change_baseline"][0])
    )


def test_filters_of_a_frozen_layer_that_came_late_are_all_shown(tmp_path):
    class Few(Budget):
        def quota(self, log_bytes, new=None):
            return 1 if new is None else 0

    model = plain_network()
    model.get_layer("conv1").trainable = False
    draw = FilterPatterns(
        tmp_path, layers="conv1", filters=3, steps=2, verbose=0
    )
    draw.recorder.budget = Few(None, None)
    draw.recorder._purse = Purse(draw.recorder.budget)
    draw.recorder.budget.price = Price(0.0)
    draw._options = replace(draw._options, baseline=False)
    fit(model, draw, epochs=4)
    layers = [capture.patterns[0] for capture in captures(tmp_path)]
    assert [layer.filters for layer in layers] == [
        (0,),
        (0, 1),
        (0, 1, 2),
        (0, 1, 2),
    ]
    origins = [layer.origin for layer in layers]
    assert origins[1] == ("unchanged", "fresh")
    assert layers[1].origin_step == (4, None)
    assert origins[3] == ("unchanged",) * 3
    assert layers[3].origin_step == (12,) * 3
    for layer in layers[1:]:
        assert layer.objective[0] == layers[0].objective[0]
        # The weights are those of the baseline, whenever it was drawn.
        assert layer.measures["weight_change_baseline"][0] == 0


def test_captures_without_news_are_never_left_out(tmp_path):
    model = plain_network()
    for layer in model.layers:
        layer.trainable = layer.name == "head"
    model.compile("sgd", "mse")
    slow = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: time.sleep(0.1)
    )

    class Dear(Budget):
        def learn(self, price, *, is_whole):
            super().learn(replace(price, fixed_s=1e6), is_whole=is_whole)

    draw = drawing(tmp_path)
    draw.recorder.budget = Dear(0.5, None)
    draw.recorder._purse = Purse(draw.recorder.budget)
    fit(model, slow, draw, epochs=6)
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
    draw.recorder.budget = Budget(None, None, clock=clock)
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
    draw.recorder.budget = Budget(None, None, clock=clock)
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


def test_price_is_told_before_training_and_what_is_left_out_after_an_epoch(
    tmp_path, capsys
):
    draw = without_grace(drawing(tmp_path, verbose=1, budget=1e-3))
    fit(plain_network(), draw, epochs=7)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100 + len(str(tmp_path))
    said = " ".join(out.split()).split("FilterPatterns ")
    _, before, price, forecast, summary = said
    limits = before.rpartition("at the end ")[2]
    assert limits.startswith("budget 0.1%")
    assert re.search(r"~\d+\.\d s and 0\.\d\d MB a capture; at", price)
    assert "at most 8 by the clock" in price
    assert "about 2 of 8 captures whole, 6 skipped" in forecast
    assert "budget=None draws all" in forecast
    assert "skipped to stay within budget=0.001" in summary


def test_where_nothing_is_left_out_nothing_is_told(tmp_path, capsys):
    fit(plain_network(), drawing(tmp_path, verbose=1, budget=None), epochs=2)
    assert "skipped" not in capsys.readouterr().out


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
