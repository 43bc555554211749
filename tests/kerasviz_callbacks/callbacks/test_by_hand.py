"""Whatever way a model is trained, it is drawn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import (
    CaptureOptions,
    EverySteps,
    FilterPatterns,
    GradCAM,
)
from kerasviz_callbacks.model.devices.trainer import check_trainer, is_chief
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    arranged,
    drawing,
    fit,
    network,
    plain_network,
)


def told(log_dir) -> list[tuple[int, int, str]]:
    return [(c.step, c.epoch, c.reason) for c in captures(log_dir)]


def test_loop_of_ones_own_draws_with_one_call(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    draw.set_model(model)
    for step in range(5):
        if step % 2 == 0:
            draw.draw(step, epoch=step // 2)
        model.train_on_batch(X[:4], Y[:4])
    draw.on_train_end()
    assert told(tmp_path) == [
        (0, 0, "baseline"),
        (2, 1, "asked"),
        (4, 2, "asked"),
        (5, 2, "last"),
    ]


@pytest.mark.parametrize("step", [-1, 2**53, 1.5, True, "3", np.nan])
def test_a_step_that_no_log_can_hold_is_refused(tmp_path, step):
    draw = drawing(tmp_path)
    draw.set_model(plain_network())
    with pytest.raises(ValueError, match=r"step must be a whole number from 0"):
        draw.draw(step)
    with pytest.raises(ValueError, match="epoch must be a whole number"):
        draw.draw(0, epoch=step)
    draw.draw(np.int64(2**53 - 1), epoch=np.int32(3))
    draw.on_train_end()
    assert told(tmp_path) == [(2**53 - 1, 3, "baseline")]


def test_step_is_the_optimizers_count_if_not_given(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    draw.set_model(model)
    for _ in range(3):
        draw.draw()
        model.train_on_batch(X[:4], Y[:4])
    assert [step for step, _, _ in told(tmp_path)] == [0, 1, 2]


def test_draw_within_a_fit_counts_as_the_fit_does(tmp_path):
    def ask(batch, logs):
        if batch == 2:
            draw.draw()

    draw = drawing(tmp_path)
    asking = keras.callbacks.LambdaCallback(on_train_batch_begin=ask)
    fit(plain_network(), draw, asking, epochs=1)
    assert told(tmp_path) == [
        (0, 0, "baseline"),
        (2, 0, "asked"),
        (4, 1, "schedule"),
    ]


def test_two_models_in_turn_are_drawn_into_one_log(tmp_path):
    inputs = keras.Input(X.shape[1:])
    maker = keras.Model(
        inputs, keras.layers.Conv2D(3, 3, padding="same", name="make")(inputs)
    )
    judge = plain_network()
    maker.compile("sgd", "mse")
    draws = drawing(tmp_path, "make"), drawing(tmp_path, "conv2")
    for draw, model in zip(draws, (maker, judge), strict=True):
        draw.set_model(model)
    for step in range(3):
        for draw in draws:
            draw.draw(step)
        maker.train_on_batch(X[:4], X[:4])
        judge.train_on_batch(maker.predict_on_batch(X[:4]), Y[:4])
    for draw in draws:
        draw.on_train_end()
    by_stream = {}
    for c in captures(tmp_path):
        by_stream.setdefault(c.stream, []).append((c.patterns[0].path, c.step))
    steps = [0, 1, 2, 3]
    assert (
        by_stream["filter_patterns"]
        == [("make", s) for s in steps[:3]] + [("make", 3)]
        or [s for _, s in by_stream["filter_patterns"]] == steps[:3]
    )
    assert {p for p, _ in by_stream["filter_patterns.2"]} == {"conv2"}


@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # Keras' own
def test_data_of_unknown_length_is_drawn_within_the_epoch(tmp_path):
    def batches():
        for first in range(0, 12, 4):
            yield X[first : first + 4], Y[first : first + 4]

    data = tf.data.Dataset.from_generator(
        batches,
        output_signature=(
            tf.TensorSpec([None, *X.shape[1:]], tf.float32),
            tf.TensorSpec([None, 1], tf.int64),
        ),
    )
    draw = drawing(tmp_path, every=EverySteps(2))
    options = {"verbose": 0, "shuffle": False, "callbacks": [draw]}
    plain_network().fit(data, epochs=1, **options)
    assert [step for step, _, _ in told(tmp_path)] == [0, 2, 3]


def averaging() -> keras.Model:
    keras.utils.set_random_seed(3)
    optimizer = keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9)
    return network(optimizer=optimizer)


def state(model) -> list[bytes]:
    variables = [*model.variables, *model.optimizer.variables]
    return [variable.numpy().tobytes() for variable in variables]


def test_averaged_weights_are_drawn_and_training_is_the_same(tmp_path):
    without = averaging()
    fit(without)
    model = averaging()
    options = {"weights": "averaged", "every": EverySteps(1)}
    fit(
        model,
        drawing(tmp_path, **options),
        GradCAM(
            tmp_path,
            X[:3],
            verbose=0,
            budget=None,
            **arranged({**options, "on_error": "raise"}),
        ),
    )
    assert state(model) == state(without)
    # Keras puts the averages in place as training ends: one more capture.
    assert len(captures(tmp_path)) == 2 * (1 + 8 + 1)


def test_averaged_weights_are_those_that_the_optimizer_would_put(tmp_path):
    model = averaging()
    options = CaptureOptions(weights="averaged", on_error="raise")
    draw = GradCAM(tmp_path, X[:3], verbose=0, budget=None, options=options)
    fit(model, draw, epochs=1)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    answers = model(X[:3], training=False).numpy().max(axis=1)
    last = captures(tmp_path)[-1].outcome
    np.testing.assert_allclose(last.value, answers, rtol=1e-5)


def test_averaged_weights_need_an_optimizer_that_averages(tmp_path):
    draw = drawing(tmp_path, weights="averaged")
    with pytest.raises(ValueError, match="use_ema=True"):
        fit(plain_network(), draw)
    with pytest.raises(ValueError, match="'live' or 'averaged'"):
        FilterPatterns(tmp_path, options=CaptureOptions(weights="mean"))


@pytest.mark.parametrize(
    "kind",
    [tf.distribute.TPUStrategy, tf.distribute.ParameterServerStrategy],
)
def test_strategy_without_drawing_is_refused(kind):
    strategy = object.__new__(kind)  # neither can be made on one machine
    with pytest.raises(RuntimeError, match=f"this is {kind.__name__}"):
        is_chief(strategy)


def test_one_process_is_the_chief():
    devices = [d.name for d in tf.config.list_logical_devices("CPU")]
    assert is_chief(tf.distribute.get_strategy())
    assert is_chief(tf.distribute.MirroredStrategy(devices))
    assert is_chief(tf.distribute.OneDeviceStrategy(devices[0]))


def test_legacy_keras_is_refused_with_what_to_do():
    legacy = type("Model", (), {"__module__": "tf_keras.src.engine.training"})
    with pytest.raises(TypeError, match="must be of Keras 3"):
        check_trainer(legacy())
