"""The fingerprint tells whether any weight differs, and nothing else."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks.model.structure import Digests, fingerprint

L = keras.layers


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((4,)),
            L.Dense(3),
            L.BatchNormalization(),
            L.Dropout(0.5, seed=1),
            L.Dense(2, dtype="mixed_bfloat16"),
        ]
    )


def test_same_weights_give_the_same_digest(model):
    before = fingerprint(model)
    model.set_weights(model.get_weights())
    assert fingerprint(model) == before


def test_last_bit_of_any_weight_changes_the_digest(model):
    weights = model.get_weights()
    seen = {fingerprint(model)}
    for index, weight in enumerate(weights):
        changed = [w.copy() for w in weights]
        up = np.nextafter(weight.flat[0], np.float32(9), dtype="float32")
        changed[index].flat[0] = up
        model.set_weights(changed)
        seen.add(fingerprint(model))
    assert len(seen) == 1 + len(weights) == 9


def test_weights_swapped_between_layers_change_the_digest():
    layers = [
        L.Dense(2, kernel_initializer=value) for value in ("zeros", "ones")
    ]
    model = keras.Sequential([keras.Input((2,)), *layers])
    before = fingerprint(model)
    first, second = (layer.get_weights() for layer in layers)
    layers[0].set_weights(second)
    layers[1].set_weights(first)
    assert fingerprint(model) != before


def test_moving_statistics_count(model):
    before = fingerprint(model)
    model(np.ones((3, 4), "float32"), training=True)
    assert fingerprint(model) != before


def test_random_seeds_and_metrics_do_not_count():
    model = keras.Sequential(
        [keras.Input((4,)), L.Dropout(0.5, seed=1), L.Dense(1)]
    )
    model.compile("sgd", "mse", metrics=["mae"])
    before = fingerprint(model)
    model(np.ones((3, 4), "float32"), training=True)
    model.evaluate(np.ones((3, 4)), np.ones((3, 1)), verbose=0)
    assert fingerprint(model) == before


def test_digests_of_sets_differ_where_any_weight_does():
    one, other = (keras.Variable([1.0, 2.0], name=name) for name in "ab")
    before = Digests().of([one, other])
    assert Digests().of([one, other]) == before
    assert Digests().of([one]) != before
    other.assign([1.0, 2.0000002])
    assert Digests().of([one, other]) != before


def test_digests_are_of_one_moment():
    weight = keras.Variable([1.0])
    digests = Digests()
    before = digests.of([weight])
    weight.assign([2.0])
    assert digests.of([weight]) == before  # read once
    assert Digests().of([weight]) != before
