"""What happens in training is drawn, and the record says why."""

import logging
import os
import signal

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    AtSteps,
    BestValue,
    EveryEpochs,
    EverySteps,
    Interrupted,
    LearningRateDropped,
    LossJumped,
    LossNotFinite,
    Moment,
    TrainableChanged,
)
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    drawing,
    fit,
    plain_network,
)


def told(log_dir) -> list[tuple[int, str]]:
    return [(c.step, c.reason) for c in captures(log_dir)]


def at_end_of(epoch: int, action) -> keras.callbacks.Callback:
    def end(number, logs):
        if number == epoch:
            action()

    return keras.callbacks.LambdaCallback(on_epoch_end=end)


def reasons(schedule, name: str, values) -> list[str | None]:
    """Return what a schedule answers to values at the ends of epochs."""
    return [
        schedule.reason(Moment("epoch", i, i, i, {name: value}))
        for i, value in enumerate(values)
    ]


def test_unfreezing_is_told_by_the_next_capture(tmp_path):
    model = plain_network()
    model.optimizer.build(model.trainable_variables)
    model.get_layer("conv1").trainable = False

    def unfreeze():
        model.get_layer("conv1").trainable = True
        model.make_train_function(force=True)

    draw = drawing(tmp_path)
    fit(model, draw, at_end_of(0, unfreeze), epochs=3)
    assert told(tmp_path) == [
        (0, "baseline"),
        (4, "schedule"),
        (8, "trainable weights: more"),
        (12, "schedule"),
    ]


def test_unfreezing_between_fits_is_told(tmp_path):
    model, draw = plain_network(), drawing(tmp_path, every=TrainableChanged())
    model.get_layer("conv1").trainable = False
    fit(model, draw, epochs=1)
    model.get_layer("conv1").trainable = True
    model.compile("sgd", "mse")
    fit(model, draw, epochs=1)
    assert told(tmp_path) == [
        (0, "baseline"),
        (4, "last"),
        (8, "last, trainable weights: more"),
    ]


def test_event_says_where_it_happened_if_a_later_capture_records_it(tmp_path):
    model = plain_network()
    model.get_layer("conv2").trainable = False
    model.compile("sgd", "mse")
    viz = drawing(tmp_path, every=EverySteps(6) | TrainableChanged())
    fit(model, viz, epochs=1)
    model.get_layer("conv2").trainable = True
    model.compile("sgd", "mse")
    fit(model, viz, initial_epoch=1, epochs=3)
    at = next(each for each in captures(tmp_path) if "more" in each.reason)
    assert at.step > 4
    found = {each.reason: each for each in at.happened}
    event = found["trainable weights: more"]
    assert (event.step, event.epoch, event.batch) == (4, 1, 0)
    assert found["new fit"].step == 4
    others = [each for each in captures(tmp_path) if each.step > at.step]
    assert not any(each.happened for each in others)


def test_event_alone_draws_where_the_clock_does_not(tmp_path):
    model = plain_network(optimizer=keras.optimizers.SGD(0.01))

    def drop():
        model.optimizer.learning_rate = 0.001

    every = AtSteps(2) | LearningRateDropped()
    draw = drawing(tmp_path, every=every)
    # Its callback comes first: the drop is seen at the end of that epoch.
    fit(model, at_end_of(1, drop), draw, epochs=4)
    assert told(tmp_path) == [
        (0, "baseline"),
        (2, "schedule"),
        (8, "learning rate drop"),
        (16, "last"),
    ]


def test_rate_that_decays_all_the_time_is_told_at_its_halves():
    optimizer = keras.optimizers.SGD(1.0)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    schedule, seen = LearningRateDropped(), []
    for rate in (0.5, 1.0, 0.9, 0.6, 0.5, 0.3, 0.25):
        optimizer.learning_rate = rate
        seen.append(schedule.reason(Moment("epoch", 1, 0, 1, {}, model)))
    drop = "learning rate drop"
    assert seen == [None, None, None, None, drop, None, drop]


def test_best_values_are_told_and_others_not():
    found = reasons(BestValue(), "val_loss", [2.0, 3.0, 1.0, np.nan, 1.0, 0.5])
    best = "best val_loss"
    assert found == [best, None, best, None, None, best]


@pytest.mark.parametrize("name", ["accuracy", "val_auc", "Recall"])
def test_larger_is_better_where_the_name_says_so(name):
    found = reasons(BestValue(name), name, [0.5, 0.4, 0.6])
    assert found == [f"best {name}", None, f"best {name}"]


def test_metric_that_is_not_there_is_told_once(caplog):
    with caplog.at_level(logging.WARNING):
        assert reasons(BestValue("val_f1"), "loss", [1.0, 2.0]) == [None, None]
    [record] = caplog.records
    assert "'val_f1', which is not in the logs — there are loss" in (
        record.message
    )


def test_best_value_of_a_fit_is_in_the_record(tmp_path):
    draw = drawing(tmp_path, every=BestValue("val_loss"))
    fit(plain_network(), draw, validation_data=(X, Y), epochs=2)
    assert told(tmp_path)[1] == (4, "best val_loss")


def test_jump_of_the_loss_is_told():
    found = reasons(LossJumped(), "loss", [1.0, 1.9, 4.0, 4.0, np.nan, 9.0])
    assert found == [None, None, "loss jump", None, None, "loss jump"]


def test_loss_that_breaks_is_drawn_once_at_the_next_chance(tmp_path):
    def broken(y, predicted):
        return keras.ops.mean(predicted) * keras.ops.where(
            model.optimizer.iterations >= 5, np.nan, 1.0
        )

    model = plain_network()
    model.compile("sgd", broken)
    fit(model, drawing(tmp_path), epochs=3)
    found = told(tmp_path)
    assert found[:2] == [(0, "baseline"), (4, "schedule")]
    assert [why for _, why in found].count("loss not finite") == 1
    [step] = [step for step, why in found if why == "loss not finite"]
    # Keras tells the loss from a thread: a batch later, at times.
    assert step in (6, 7)
    status = captures(tmp_path)[-1].patterns[0].status
    assert status == ("not_finite", "not_finite")


def test_loss_that_recovers_may_break_again():
    schedule = LossNotFinite()
    found = reasons(schedule, "loss", [1.0, np.inf, np.nan, 1.0, -np.inf])
    broken = "loss not finite"
    assert found == [None, broken, None, None, broken]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_is_drawn_and_then_goes_its_way(tmp_path, number):
    def send(batch, logs):
        if batch == 1:
            os.kill(os.getpid(), number)

    def end(*_):
        raise KeyboardInterrupt

    before = signal.signal(number, end)
    sending = keras.callbacks.LambdaCallback(on_train_batch_begin=send)
    draw = drawing(tmp_path, every=EveryEpochs() | Interrupted())
    try:
        with pytest.raises(KeyboardInterrupt):
            fit(plain_network(), draw, sending)
        assert signal.getsignal(number) == end
    finally:
        signal.signal(number, before)
    assert told(tmp_path) == [(0, "baseline"), (2, "interrupt")]


def test_signals_are_as_before_after_a_fit(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    fit(plain_network(), drawing(tmp_path, every=Interrupted()), epochs=1)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture
def handler():
    """Python's own handler of Ctrl+C: a shell may start us without one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_signal_after_training_ended_badly_is_not_held_back(tmp_path, handler):
    def fail(epoch, logs):
        raise ValueError("in training")

    failing = keras.callbacks.LambdaCallback(on_epoch_end=fail)
    with pytest.raises(ValueError, match="in training"):
        fit(plain_network(), drawing(tmp_path, every=Interrupted()), failing)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is handler


def test_schedule_of_ones_own_that_fails_does_not_end_training(
    tmp_path, caplog
):
    class Failing(TrainableChanged):
        def reason(self, moment):
            raise ArithmeticError("in the schedule")

    draw = drawing(tmp_path, every=Failing(), on_error="log")
    fit(plain_network(), draw, epochs=1)
    assert told(tmp_path) == [(0, "baseline"), (4, "last")]
    assert "Asking the schedule failed" in caplog.text


def test_baseline_that_is_refused_is_not_drawn(tmp_path):
    draw = drawing(tmp_path, every=EverySteps(2), baseline=False)
    fit(plain_network(), draw, epochs=1)
    assert told(tmp_path) == [(2, "schedule"), (4, "schedule")]


@pytest.mark.parametrize("factor", [1, 0.5, "2", float("inf")])
@pytest.mark.parametrize("schedule", [LossJumped, LearningRateDropped])
def test_factor_must_be_above_one(schedule, factor):
    with pytest.raises(ValueError, match="factor must be a number above 1"):
        schedule(factor)


def test_mode_must_be_known():
    with pytest.raises(ValueError, match="mode must be"):
        BestValue(mode="best")
