"""What in a traced graph depends on what, and which layers a map can be of."""

import keras
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.dependence import (
    ancestors,
    beyond_codes,
    dependents,
)
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.maps import last_map
from kerasviz_callbacks.model.output import output_index
from kerasviz_callbacks.model.probe import Probe, probe_model

layers = keras.layers


def test_values_depend_and_shapes_do_not():
    with tf.Graph().as_default():
        source = tf.zeros([2, 3])
        value = tf.identity(source * 2)
        shape_only = tf.zeros(tf.shape(source)) + tf.ones_like(source)
        beside = tf.ones([2])
        names = dependents(source)
        behind = ancestors(value)
    assert value.op.name in names
    assert shape_only.op.name not in names
    assert beside.op.name not in names
    assert source.op.name in behind
    assert beside.op.name not in behind


def test_what_a_code_of_the_whole_image_unfolds_to_lies_beyond_it():
    with tf.Graph().as_default():
        images = tf.zeros([2, 4, 4, 3])
        code = tf.reshape(images, [2, 48]) @ tf.ones([48, 5])
        unfolded = tf.reshape(tf.nn.relu(code), [2, 1, 5])
        patches = tf.reshape(images, [32, 3]) @ tf.ones([3, 5])
        tokens = tf.reshape(patches, [2, 16, 5])
        skipped = unfolded + tokens
        names = beyond_codes(images)
    assert unfolded.op.name in names
    assert patches.op.name not in names
    assert tokens.op.name not in names
    assert skipped.op.name not in names


def test_last_spatial_layer_stands_before_the_chosen_output():
    probe = _probed(_two_headed())
    assert last_map(probe).located.path == "side"
    assert last_map(probe, "kind").located.path == "trunk"
    assert last_map(probe, "size").located.path == "side"


def test_last_spatial_layer_sees_the_named_image():
    model = _two_towers()
    for name in ("left", "right"):
        assert last_map(_probed(model, name)).located.path == f"{name}_conv"


def test_an_unknown_output_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"got 'x'.*'kind' \(None, 4\)"):
        last_map(_probed(_two_headed()), "x")
    with pytest.raises(ValueError, match="one of the model's 2 outputs"):
        output_index([("a", (None, 1)), ("b", (None, 2))], None)
    assert output_index([("a", (None, 1)), ("b", (None, 2))], 1) == 1


def _probed(model: keras.Model, name: str | None = None) -> Probe:
    return probe_model(model, model_input(model, name), (20, 20, 3))


def _two_headed() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    trunk = layers.Conv2D(4, 3, name="trunk")(inputs)
    side = layers.Conv2D(4, 3, name="side")(trunk)
    pool = layers.GlobalAveragePooling2D()
    kind = layers.Dense(4)(pool(trunk))
    return keras.Model(inputs, {"kind": kind, "size": pool(side)})


def _two_towers() -> keras.Model:
    inputs = [keras.Input((20, 20, 3), name=n) for n in ("left", "right")]
    pooled = [
        layers.GlobalAveragePooling2D()(
            layers.Conv2D(4, 3, name=f"{x.name}_conv")(x)
        )
        for x in inputs
    ]
    return keras.Model(inputs, layers.Dense(2)(pooled[0] * pooled[1]))
