"""Training with the callbacks is training without them, to the bit."""

import contextlib

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
from tests.kerasviz_callbacks.networks.training import X, Y, fit, network

OPTIONS = [
    {"jit_compile": True},
    {"run_eagerly": True},
    {"steps_per_execution": 2},
]


def fit_arrays(model, *callbacks):
    """Train as most users do: on arrays that are shuffled, and validated."""
    options = {"batch_size": 4, "epochs": 2, "verbose": 0}
    options["validation_data"] = X[:4], Y[:4]
    return model.fit(X, Y, callbacks=list(callbacks), **options)


def test_training_on_arrays_is_the_same_to_the_bit(tmp_path):
    draws = watchers(tmp_path, preset="steady")
    assert_same(draws, lambda: network(optimizer="adam"), fit_arrays)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_training_is_the_same_to_the_bit(tmp_path, options):
    assert_same(watchers(tmp_path), lambda: network(**options))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_training_in_half_precision_is_the_same_to_the_bit(tmp_path, policy):
    with dtype_policy(policy):
        assert_same(watchers(tmp_path), network)


def test_training_on_two_replicas_is_the_same_to_the_bit(tmp_path):
    devices = [d.name for d in tf.config.list_logical_devices("CPU")[:2]]

    def build():
        with tf.distribute.MirroredStrategy(
            devices,
            # Collectives of two strategies in one process collide.
            cross_device_ops=tf.distribute.ReductionToOneDevice(),
        ).scope():
            return network()

    assert_same(watchers(tmp_path), build)


def test_training_that_is_frozen_in_between_is_the_same_to_the_bit(tmp_path):
    def freeze(epoch, logs):
        model.get_layer("conv1").trainable = False
        model.make_train_function(force=True)

    states = []
    for callbacks in ([], watchers(tmp_path)):
        model = seeded(network)
        freezing = keras.callbacks.LambdaCallback(on_epoch_end=freeze)
        states.append(state_after(model, fit, freezing, *callbacks))
    assert states[0] == states[1]


def test_order_of_the_data_is_the_same(tmp_path):
    seen = []
    for callbacks in ([], watchers(tmp_path)):
        keras.utils.set_random_seed(5)
        seen.append([])
        fit_arrays(recorder(seen[-1]), *callbacks)
    assert len(seen[0]) == 8
    assert seen[0] == seen[1]


def assert_same(draws, build, train=fit) -> None:
    """Train without and with callbacks that draw at every second step."""
    without = state_after(seeded(build), train)
    assert state_after(seeded(build), train, *draws) == without
    assert all(draw.recorder.num_recorded == 5 for draw in draws)


def watchers(tmp_path, preset="recipe") -> list[keras.callbacks.Callback]:
    options = {
        "every": EverySteps(2),
        "verbose": 0,
        "options": CaptureOptions(on_error="raise"),
    }
    options["budget"] = None
    return [
        FilterPatterns(
            tmp_path,
            layers="conv2",
            filters=2,
            steps=2,
            preset=preset,
            images=X[:2],
            pool=(X, Y[:, 0]),
            **options,
        ),
        GradCAM(tmp_path, X[:2], Y[:2, 0], **options),
    ]


def seeded(build) -> keras.Model:
    # Keras before 3.12 leaves its global generator where it is otherwise.
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    return build()


def state_after(model, train, *callbacks) -> list[object]:
    """Return all that training leaves, as bytes, and what it said."""
    history = train(model, *callbacks)
    numbers = keras.random.normal((3,))  # the global generators go on alike
    return [
        [v.numpy().tobytes() for v in model.variables],
        [v.numpy().tobytes() for v in model.optimizer.variables],
        history.history,
        np.asarray(numbers).tobytes(),
        tf.random.uniform((3,)).numpy().tobytes(),
        float(np.random.random()),
    ]


def recorder(seen: list[float]) -> keras.Model:
    """Return a model that notes the mean of each batch that it trains on."""

    class Recorder(keras.Sequential):
        def train_step(self, data):
            seen.append(float(tf.reduce_mean(data[0])))
            return super().train_step(data)

    layers = network().layers
    model = Recorder([keras.Input(X.shape[1:]), *layers])
    loss = "sparse_categorical_crossentropy"
    model.compile("adam", loss, run_eagerly=True)
    return model


@contextlib.contextmanager
def dtype_policy(name: str):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
