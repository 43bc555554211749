"""Drawing heatmaps changes nothing, and traces once."""

import logging

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.heatmaps.draw import grad_cam
from kerasviz_callbacks.model.layers import walk
from kerasviz_callbacks.model.probe.signature import TRACES
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.heatmap_reference import (
    assert_close,
    engine_for,
    reference_maps,
)
from tests.kerasviz_callbacks.networks.zoo import images, one_hot

layers = keras.layers
DATA = tf.data.Dataset.from_tensor_slices((images(8), one_hot(8))).batch(4)


def test_nothing_of_the_model_changes():
    model = _eventful_model()
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)  # else traced twice
    model.fit(DATA, verbose=0, shuffle=False)
    model(images(2))  # leaves the regulariser's loss behind
    before = _state(model)
    losses = [float(loss) for loss in model.losses]
    grad_cam(model, images())
    grad_cam(model, images(), layer="conv", target=1)
    after = _state(model)

    assert after.keys() == before.keys()
    for name, value in before.items():
        assert np.array_equal(after[name], value), name
    assert [float(loss) for loss in model.losses] == losses != []


def test_training_goes_on_as_if_nothing_had_been_drawn():
    with_maps, without = _trained(True), _trained(False)
    for one, other in zip(with_maps, without, strict=True):
        np.testing.assert_array_equal(one, other)


def test_one_trace_serves_a_whole_fit():
    specimen, calls = _counting_calls()
    fed, model = images(), specimen
    spec = engine_for(zoo.Specimen(model, "counted", None), fed)
    traced = len(calls)
    for _ in range(3):
        model.trainable = not model.trainable
        model.compile("sgd", "categorical_crossentropy", jit_compile=False)
        spec(fed)
        spec(images(5))
    assert len(calls) == traced


def test_weights_are_read_live():
    specimen, fed = zoo.functional(), images()
    engine = engine_for(specimen, fed)
    engine(fed)
    specimen.model.compile("sgd", "categorical_crossentropy")
    specimen.model.fit(DATA, epochs=3, verbose=0, shuffle=False)
    after = engine(fed).maps["conv2"]
    assert_close(after, reference_maps(specimen, fed), 1e-5)


def test_a_changed_structure_is_traced_anew_and_said(caplog):
    model, fed = _with_two_dense(), images()
    engine = engine_for(zoo.Specimen(model, "conv", None), fed)
    engine(fed)
    dense = model.get_layer("hidden")
    dense.enable_lora(2)
    dense.lora_kernel_b.assign(np.ones(dense.lora_kernel_b.shape))
    with caplog.at_level(logging.INFO):
        found = engine(fed)
    assert "traced anew" in caplog.text
    fresh = engine_for(zoo.Specimen(model, "conv", None), fed)(fed)
    assert_close(found.maps["conv"], fresh.maps["conv"], 1e-6)
    np.testing.assert_allclose(
        found.outputs, model(fed, training=False), rtol=1e-5
    )


def _state(model: keras.Model) -> dict[str, object]:
    """Return every variable, and what each layer holds besides."""
    state: dict[str, object] = {
        f"{index} {variable.path}": variable.numpy()
        for index, variable in enumerate(
            [*model.variables, *model.optimizer.variables]
        )
    }
    for located in walk(model):
        layer = located.layer
        state[f"{located.path} attributes"] = sorted(vars(layer))
        state[f"{located.path} trainable"] = layer.trainable
        state[f"{located.path} built"] = layer.built
        state[f"{located.path} nodes"] = len(layer._inbound_nodes)
    state["attributes"] = sorted({*vars(model)} - {TRACES})
    return state


def _eventful_model() -> keras.Model:
    """Have everything that a forward pass could change."""
    return keras.Sequential(
        [
            keras.Input((20, 20, 3)),
            layers.RandomFlip(seed=1),
            layers.Conv2D(4, 3, name="conv", activity_regularizer="l2"),
            layers.BatchNormalization(),
            layers.SpectralNormalization(layers.Conv2D(4, 3)),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.5, seed=2),
            layers.Dense(4, activation="softmax"),
        ]
    )


def _trained(has_maps: bool) -> list[np.ndarray]:
    keras.utils.set_random_seed(7)
    model = _eventful_model()
    model.compile("adam", "categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # else traced twice
    draw = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: grad_cam(model, images())
    )
    callbacks = [draw] if has_maps else []
    options = {"verbose": 0, "shuffle": False, "callbacks": callbacks}
    model.fit(DATA, epochs=2, **options)
    return [
        *model.get_weights(),
        *(v.numpy() for v in model.optimizer.variables),
    ]


def _counting_calls() -> tuple[keras.Model, list[None]]:
    calls: list[None] = []

    class Counted(layers.Conv2D):
        def call(self, x):
            calls.append(None)
            return super().call(x)

    inputs = keras.Input((20, 20, 3))
    x = Counted(4, 3, name="counted")(inputs)
    pooled = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(4, activation="softmax")(pooled)
    return keras.Model(inputs, outputs), calls


def _with_two_dense() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    x = layers.Conv2D(4, 3, name="conv", kernel_initializer="ones")(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(6, name="hidden", kernel_initializer="ones")(x)
    return keras.Model(inputs, layers.Dense(4, activation="softmax")(x))
