"""A copy holds every weight bit by bit, and is not written twice."""

import os

import keras
import numpy as np
import pytest

from kerasviz_callbacks.callbacks.process.copies import (
    WeightCopies,
    load_copy,
    weight_list,
)
from tests.kerasviz_callbacks.networks.training import network, plain_network


def values(model: keras.Model) -> list[bytes]:
    return [weight.numpy().tobytes() for weight in model.weights]


def test_copy_gives_another_model_the_same_weights(tmp_path):
    copied, other = network(), network()
    copied.weights[0].assign(copied.weights[0] * np.nan)
    assert values(other) != values(copied)
    copy = str(tmp_path / "copy")
    WeightCopies(str(tmp_path)).write(copied.weights, copy)
    load_copy(other, copy)
    assert values(other) == values(copied)


def test_copy_holds_weights_of_two_bytes(tmp_path):
    policies = "bfloat16", "float16"
    layers = [keras.layers.Dense(3, dtype=policy) for policy in policies]
    models = [keras.Sequential([keras.Input((2,)), *layers])]
    models.append(keras.models.clone_model(models[0]))
    copy = str(tmp_path / "copy")
    WeightCopies(str(tmp_path)).write(models[0].weights, copy)
    load_copy(models[1], copy)
    assert values(models[1]) == values(models[0])


def test_same_weights_are_one_file_and_others_another(tmp_path):
    model, copies = plain_network(), WeightCopies(str(tmp_path))
    paths = [str(tmp_path / name) for name in "abc"]
    copies.write(model.weights, paths[0])
    copies.write(model.weights, paths[1])
    copies.write(model.weights, paths[1])  # over what is there
    before = values(model)
    model.weights[-1].assign(model.weights[-1] + 1.0)
    copies.write(model.weights, paths[2])
    assert os.path.samefile(paths[0], paths[1])
    assert not os.path.samefile(paths[0], paths[2])
    load_copy(model, paths[1])  # a later copy has not changed it
    assert values(model) == before


def test_file_of_another_size_is_no_copy(tmp_path):
    copy = tmp_path / "copy"
    copy.write_bytes(b"1234")
    with pytest.raises(ValueError, match="bytes — it has 4"):
        load_copy(plain_network(), str(copy))


def test_weight_list_does_not_depend_on_what_was_made_before():
    lists = []
    for _ in range(2):
        layers = [keras.layers.Dense(3), keras.layers.Dense(3)]
        model = keras.Sequential([keras.Input((3,)), *layers])
        lists.append(weight_list(model))
    assert lists[0] == lists[1]
    assert lists[0][0] == ("dense", "kernel", (3, 3), "float32")


def test_weight_list_tells_layers_with_names_apart():
    found = [
        weight_list(
            keras.Sequential(
                [
                    keras.Input((3,)),
                    *(keras.layers.Dense(3, name=n) for n in names),
                ]
            )
        )
        for names in ("ab", "ba")
    ]
    assert found[0] != found[1]
