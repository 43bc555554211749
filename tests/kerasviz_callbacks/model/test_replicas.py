"""Replicas share the work, and draw what one of them would."""

import logging
from dataclasses import fields, replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns, grad_cam
from kerasviz_callbacks.callbacks.optimizer import averaged_weights
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.trust.sanity import ShuffledWeights
from kerasviz_callbacks.model.devices.replicas import (
    num_replicas,
    traced_on_replicas,
)
from kerasviz_callbacks.patterns.excitation import Excitation
from kerasviz_callbacks.patterns.preparation import (
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.request import PatternRequest
from kerasviz_callbacks.presets.objective import Diversity
from kerasviz_callbacks.presets.preset import find_preset
from tests.kerasviz_callbacks.captures.test_unchanged import origins
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.model.test_smaller_chunks import network as hungry
from tests.kerasviz_callbacks.networks.training import (
    LOSS,
    X,
    drawing,
    fit,
    network,
    plain_network,
)
from tests.kerasviz_callbacks.networks.two_replicas import (
    replicated,
    trained_twins,
)

L = keras.layers
PAIRS = tf.TensorSpec([None, 2], tf.float32)


@pytest.fixture(scope="module")
def twins() -> tuple[keras.Model, keras.Model]:
    return trained_twins(network, epochs=1)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_spread_function_gives_what_the_function_gives(count):
    def function(weights, rows, factor, others):
        [(_, kernel), (_, bias)] = weights
        result = rows["x"] @ kernel * factor + bias + others
        return {"one": result[:, 0], "two": [tf.repeat(result, 3, axis=0)]}

    model = replicated(
        lambda: keras.Sequential([keras.Input((2,)), L.Dense(2)])
    )
    signature = {"x": PAIRS}, tf.TensorSpec([], tf.float32), PAIRS
    spread = traced_on_replicas(function, model, signature)
    x = np.random.default_rng(count).normal(size=(2, count, 2))
    given = {"x": np.float32(x[0])}, np.float32(3), np.float32(x[1])
    here = function([(v, v.value) for v in model.weights], *given)
    found = spread(*tf.nest.map_structure(tf.constant, given))
    tf.nest.map_structure(np.testing.assert_allclose, found, here)


def test_statistics_of_the_replicas_differ_and_the_first_ones_count(twins):
    model, plain = twins
    mean = model.get_layer("norm").moving_mean.value
    first, second = (part.numpy() for part in mean.values)
    assert np.abs(first - second).max() > 1e-5
    np.testing.assert_array_equal(plain.get_layer("norm").moving_mean, first)


@pytest.mark.parametrize(
    ("preset", "filters"),
    [("recipe", [3]), ("steady", [0, 1]), ("recipe", [4, 0, 2])],
)
def test_patterns_are_those_of_one_device(twins, preset, filters):
    ours, one = (
        filter_patterns(model, "conv2", filters, steps=4, preset=preset)
        for model in twins
    )
    np.testing.assert_allclose(ours.raw, one.raw, atol=1e-5)
    np.testing.assert_allclose(ours.objective, one.objective, atol=1e-5)
    assert ours.status == one.status


@pytest.mark.parametrize("count", [1, 2, 5])
def test_heatmaps_are_those_of_one_device(twins, count):
    ours, one = (grad_cam(model, X[:count]) for model in twins)
    np.testing.assert_allclose(ours.maps, one.maps, atol=1e-5)
    np.testing.assert_allclose(ours.scores, one.scores, atol=1e-5)
    np.testing.assert_array_equal(ours.targets, one.targets)


def test_excitations_are_those_of_one_device(twins):
    request = PatternRequest("conv2", [3, 0, 5], find_preset("steady"))
    request = replace(request, images=X[:5])
    ours, one = (excited(model, request) for model in twins)
    for field in fields(ours):
        if field.name != "hashes":
            found = getattr(ours, field.name)
            expected = getattr(one, field.name)
            np.testing.assert_allclose(found, expected, atol=1e-5)


def excited(model: keras.Model, request: PatternRequest) -> Excitation:
    images = load_images(model, request)
    prepared = prepare_patterns(model, request, images)
    layer = prepared.layers[0]
    activations = prepared.activations()
    return prepared.excitation(layer, activations, layer.filters, {})


def test_every_replica_computes_its_share(caplog):
    model = replicated(lambda: hungry(most=3))
    with caplog.at_level(logging.WARNING):
        filter_patterns(model, "conv2", 6, steps=2, preset="recipe")
        grad_cam(model, X[:6])
    assert "no memory" not in caplog.text


def test_convolutions_run_on_the_device_of_their_share(twins):
    request = PatternRequest("conv2", 2, find_preset("steady"))
    [layer] = prepare_patterns(twins[0], request, None).layers
    calls = [
        operation.device[-5:]
        for operation in layer.engine._ascent._climb.graph.get_operations()
        if operation.type == "PartitionedCall"  # of no state: at once
    ]
    assert calls == ["CPU:0", "CPU:1"]


def test_images_that_climb_together_stay_together(twins):
    preset = replace(find_preset("recipe"), objective=Diversity(weight=4.0))
    ours, one = (
        filter_patterns(model, "conv2", [2, 2, 2], steps=4, preset=preset)
        for model in twins
    )
    np.testing.assert_allclose(ours.raw, one.raw, atol=1e-5)


def test_copies_of_the_weights_count_on_all_replicas(twins):
    model, plain = twins
    request = HeatmapRequest(X[:3])
    prepared = prepare_heatmaps(model, request, "conv2")
    copies = ShuffledWeights(model.weights, 3)
    twin = prepared.engine.with_weights(copies.pairs)
    copies.shuffle(model.weights)
    other = keras.models.clone_model(plain)
    other.set_weights([copy.numpy() for _, copy in copies.pairs])
    found = twin(X[:3], np.array([0, 1, 2])).maps["conv2"]
    expected = grad_cam(other, X[:3], layer="conv2", target=[0, 1, 2])
    np.testing.assert_allclose(found, expected.maps, atol=1e-5)


def test_averaged_weights_count_on_all_replicas():
    model, plain, found = replicated(averaging), averaging(), []

    def drawn(model):
        return filter_patterns(model, "conv2", 3, steps=4, preset="recipe")

    def draw(*_):  # at the end of training Keras keeps the averages alone
        found.append(drawn(model))
        with averaged_weights(model):
            plain.set_weights(model.get_weights())
            found.append(drawn(model))

    drawing_last = keras.callbacks.LambdaCallback(on_epoch_end=draw)
    fit(model, drawing_last, epochs=1)
    one = drawn(plain)
    live, ours = (patterns.objective for patterns in found)
    np.testing.assert_allclose(ours, one.objective, atol=1e-5)
    assert np.abs(ours - live).max() > 1e-3


def averaging() -> keras.Model:
    optimizer = keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.5)
    model = plain_network(optimizer=optimizer)
    model.optimizer.build(model.trainable_variables)  # else traced twice
    return model


def test_weights_that_keras_does_not_know_are_read_where_they_lie():
    class Raw(L.Layer):
        def build(self, shape):
            self.raw = [tf.Variable(2.0)]

        def call(self, x):
            return x * self.raw[0]

    def build():
        below = [keras.Input(X.shape[1:]), Raw(), L.Conv2D(6, 3, name="conv2")]
        return keras.Sequential([*below, L.Flatten(), L.Dense(3)])

    model, plain = replicated(build), build()
    plain.set_weights(model.get_weights())
    ours, one = (grad_cam(m, X[:3]) for m in (model, plain))
    np.testing.assert_allclose(ours.maps, one.maps, atol=1e-5)


def test_layer_that_did_not_change_is_not_drawn_again(tmp_path):
    model = replicated(plain_network)
    model.get_layer("conv1").trainable = False
    layers = ["conv1", "conv2"]
    fit(model, drawing(tmp_path, layers))
    assert origins(tmp_path, 0)[1:] == [("unchanged", 0)] * 2
    assert origins(tmp_path, 1) == [("fresh", None)] * 3


class Fragile(L.Layer):
    """Breaks on an image that is very bright, when it is not trained on."""

    def call(self, x, training=False):
        if training:
            return x
        checked = tf.debugging.assert_less(x, 9.0, "too bright")
        with tf.control_dependencies([checked]):
            return tf.identity(x)


def fragile() -> keras.Model:
    layers = [L.Conv2D(6, 3, name="conv2"), L.Flatten(), L.Dense(3)]
    model = keras.Sequential([keras.Input(X.shape[1:]), Fragile(), *layers])
    model.compile("sgd", LOSS)
    return model


def test_replica_that_fails_fails_the_capture_and_nothing_else(tmp_path):
    images = X[:4].copy()
    images[3] = 10.0  # the second replica's
    model = replicated(fragile)
    prepared = prepare_heatmaps(model, HeatmapRequest(images), "conv2")
    with pytest.raises(tf.errors.InvalidArgumentError, match="too bright"):
        prepared.draw()
    fit(model, drawing(tmp_path), epochs=1)
    assert [capture.step for capture in captures(tmp_path)] == [0, 4]
    assert np.isfinite(grad_cam(model, X[:4]).maps).all()


def test_one_device_draws_alone():
    assert num_replicas(plain_network()) == 1
    assert num_replicas(replicated(plain_network)) == 2
