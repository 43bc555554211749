"""Steps are counted right whatever the optimizer and the data do."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import EveryEpochs, EverySteps
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    drawing,
    fit,
    plain_network,
)


def told(log_dir) -> list[tuple[int, int, int]]:
    return [(c.step, c.iterations, c.epoch) for c in captures(log_dir)]


def test_steps_go_on_where_the_optimizer_skips_them(tmp_path):
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
    model = plain_network(optimizer=optimizer, loss=infinite)
    fit(model, drawing(tmp_path, every=EveryEpochs()))
    assert told(tmp_path) == [(0, 0, 0), (4, 0, 1), (8, 0, 2)]


def test_steps_are_batches_under_gradient_accumulation(tmp_path):
    optimizer = keras.optimizers.SGD(gradient_accumulation_steps=2)
    model = plain_network(optimizer=optimizer)
    fit(model, drawing(tmp_path, every=EverySteps(2)), epochs=1)
    steps = [(step, count) for step, count, _ in told(tmp_path)]
    assert steps == [(0, 0), (2, 1), (4, 2)]


def test_optimizer_that_is_never_used_does_not_stop_the_count(tmp_path):
    # As in Keras' GAN example: compile makes one, train_step has its own.
    inputs = keras.Input(X.shape[1:])
    features = keras.layers.Conv2D(4, 3, name="conv2")(inputs)
    outputs = keras.layers.GlobalAveragePooling2D()(features)
    model = OwnTraining(inputs, outputs)
    model.compile()
    fit(model, drawing(tmp_path))
    assert told(tmp_path) == [(0, 0, 0), (4, 0, 1), (8, 0, 2)]


@pytest.mark.parametrize(
    ("per_execution", "is_known"),
    [(1, False), (2, True), (3, True), (3, False)],
)
def test_data_is_counted_to_its_end(tmp_path, is_known, per_execution):
    model = plain_network(steps_per_execution=per_execution)
    fit_dataset(model, is_known, drawing(tmp_path))
    steps = [(step, epoch) for step, _, epoch in told(tmp_path)]
    assert steps == [(0, 0), (5, 1), (10, 2)]


@pytest.mark.parametrize("is_known", [True, False])
def test_no_step_is_drawn_twice_in_an_execution_cut_short(tmp_path, is_known):
    model = plain_network(steps_per_execution=2)
    fit_dataset(model, is_known, drawing(tmp_path, every=EverySteps(1)))
    steps = [step for step, _, _ in told(tmp_path)]
    assert steps == [0, 2, 4, 5, 7, 9, 10]


def test_epoch_that_is_stopped_is_counted_to_there(tmp_path):
    def stop(batch, logs):
        model.stop_training = batch == 1

    model = plain_network()
    stopping = keras.callbacks.LambdaCallback(on_train_batch_end=stop)
    fit(model, stopping, drawing(tmp_path), epochs=5)
    assert told(tmp_path) == [(0, 0, 0), (2, 2, 1)]


def test_loop_of_ones_own_is_drawn(tmp_path):
    # As Keras' guide writes it: no params, and no batch hooks either.
    model, draw = plain_network(), drawing(tmp_path)
    for first in (0, 2):
        callbacks = keras.callbacks.CallbackList([draw], model=model)
        callbacks.on_train_begin()
        for epoch in (first, first + 1):
            callbacks.on_epoch_begin(epoch)
            model.train_on_batch(X[:4], Y[:4])
            callbacks.on_epoch_end(epoch)
        callbacks.on_train_end()
    records = captures(tmp_path)
    assert [c.epoch for c in records] == [0, 1, 2, 3, 4]
    assert [c.iterations for c in records] == [0, 1, 2, 3, 4]
    assert [c.fit for c in records] == [0, 0, 0, 1, 1]
    assert np.all(np.diff([c.step for c in records]) > 0)


def infinite(y, predicted):
    return np.inf * keras.ops.mean(predicted)


def fit_dataset(model: keras.Model, is_known: bool, callback) -> None:
    """Train for two epochs of five batches; their number may be unknown."""
    data = tf.data.Dataset.from_tensor_slices((X[:5], Y[:5])).batch(1)
    if not is_known:
        data = data.filter(lambda x, y: True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Your input ran out of data")
        model.fit(
            data, epochs=2, verbose=0, shuffle=False, callbacks=[callback]
        )


class OwnTraining(keras.Model):
    """Trains with an optimizer of its own."""

    def train_step(self, data):
        x, _ = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self(x, training=True) ** 2)
        gradients = tape.gradient(loss, self.trainable_variables)
        for variable, gradient in zip(
            self.trainable_variables, gradients, strict=True
        ):
            variable.assign_sub(0.1 * gradient)
        return {"loss": loss}
