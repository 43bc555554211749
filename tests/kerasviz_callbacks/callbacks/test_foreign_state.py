"""State that Keras does not keep is as it would be without drawing."""

import random

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks import (
    EverySteps,
    FilterPatterns,
    GradCAM,
    filter_patterns,
    grad_cam,
    sanity_check,
)
from tests.kerasviz_callbacks.networks.training import (
    CLASSES,
    SIZE,
    X,
    Y,
    arranged,
    fit,
)
from tests.kerasviz_callbacks.networks.two_replicas import two_replicas

L = keras.layers
HELD = ("count", "rows", "generator", "seeds")


class Stateful(L.Layer):
    """Keeps something of its own, and changes it at every call."""

    def __init__(self, kind: str) -> None:
        super().__init__(name=kind)
        self.kind = kind
        self.count = tf.Variable(0.0, trainable=False)
        self.rows = tf.Variable(tf.zeros((3, 2)), trainable=False)
        self.generator = tf.random.Generator.from_seed(3)
        self.seeds = keras.random.SeedGenerator(5)
        self.built = True

    def call(self, inputs):
        return inputs * (1 + 0.01 * getattr(self, self.kind)())

    def variable(self):
        return self.count.assign_add(1.0)

    def scattered(self):
        self.rows.scatter_nd_add([[1]], [[1.0, 2.0]])
        return tf.reduce_sum(self.rows)

    def inside_a_function(self):
        @tf.function(autograph=False)
        def add():
            return tf.cond(
                self.count < 100, lambda: self.count.assign_add(1.0), add_none
            )

        def add_none():
            return tf.identity(self.count)

        return add()

    def tensorflow(self):
        return self.generator.normal(())

    def seed_generator(self):
        return keras.random.normal((), seed=self.seeds)

    def numpy(self):
        drawn = tf.numpy_function(
            lambda: np.float32(np.random.rand()), [], tf.float32
        )
        return tf.ensure_shape(drawn, ())

    def python(self):
        drawn = tf.py_function(random.random, [], tf.float32)
        return tf.ensure_shape(drawn, ())

    def variable_in_python(self):
        counted = tf.py_function(
            lambda: self.count.assign_add(1.0), [], tf.float32
        )
        return tf.ensure_shape(counted, ())

    def numpy_as_traced(self):
        return np.random.rand()

    def python_as_traced(self):
        return random.random()

    def variable_as_traced(self):
        with tf.init_scope():
            self.count.assign_add(1.0)
        return 0.0

    def generator_as_traced(self):
        with tf.init_scope():
            self.generator.normal(())
        return 0.0


KINDS = [
    "variable",
    "scattered",
    "inside_a_function",
    "tensorflow",
    "seed_generator",
    "numpy",
    "python",
    "variable_in_python",
    "numpy_as_traced",
    "python_as_traced",
    "variable_as_traced",
    "generator_as_traced",
]


def test_training_with_foreign_state_is_the_same_to_the_bit(tmp_path):
    without = state_after(seeded(stateful))
    draws = watchers(tmp_path)
    assert state_after(seeded(stateful), *draws) == without
    assert all(draw.recorder.num_recorded == 5 for draw in draws)


def test_one_drawing_leaves_foreign_state_alone():
    model = seeded(stateful)
    model(X[:2])
    before = state_of(model)
    grad_cam(model, X[:2])
    sanity_check(model, X[:2])
    filter_patterns(model, "conv", 2, steps=3, images=X[:2])
    assert state_of(model) == before


def test_variable_of_every_replica_is_put_back(tmp_path):
    without = state_after(seeded(replicated))
    draws = watchers(tmp_path)
    assert state_after(seeded(replicated), *draws) == without
    assert all(draw.recorder.num_recorded == 5 for draw in draws)


def test_patterns_do_not_depend_on_how_often_was_drawn():
    model = seeded(lambda: network(Stateful("variable")))
    first, second = (
        filter_patterns(model, "conv_after", 2, steps=3) for _ in range(2)
    )
    np.testing.assert_array_equal(first.raw, second.raw)


def test_common_model_runs_its_traced_functions_themselves():
    from kerasviz_callbacks.model.devices import traced

    model = keras.Sequential([keras.Input((2,)), L.Dropout(0.5), L.Dense(2)])
    spec = tf.TensorSpec([None, 2], tf.float32)
    function = traced(lambda _, x: model(x, training=False), model, [spec])
    assert hasattr(function, "captured_inputs")  # no wrapper around it


def test_generators_that_no_layer_draws_from_are_left_alone(tmp_path):
    """Another thread may draw from them for the training's data."""

    class Draws(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            np.random.seed(epoch)

    states = []
    for callbacks in ([], watchers(tmp_path)):
        fit(seeded(lambda: network(Stateful("variable"))), Draws(), *callbacks)
        states.append(np.random.rand())
    assert states[0] == states[1]


def test_what_is_traced_beside_the_model_leaves_generators_alone():
    """A preprocessing, a score: Python of the user's own."""
    from kerasviz_callbacks.model.devices import traced

    def scaled(_, images):
        return images * np.random.rand() * random.random()

    model = keras.Sequential([keras.Input((2,)), L.Dense(2)])
    before = random.getstate(), np.random.get_state()[1].tobytes()
    traced(scaled, model, [tf.TensorSpec([None, 2], tf.float32)])
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before


def network(*layers: L.Layer) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            L.Conv2D(4, 3, name="conv", activation="relu"),
            *layers,
            L.Conv2D(4, 3, name="conv_after", activation="relu"),
            L.GlobalAveragePooling2D(),
            L.Dense(CLASSES, activation="softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy"
    model.compile("sgd", loss, jit_compile=False)
    return model


def stateful() -> keras.Model:
    return network(*(Stateful(kind) for kind in KINDS))


def replicated() -> keras.Model:
    with two_replicas().scope():
        return network(Replicated())


class Replicated(L.Layer):
    """Counts its calls on each replica."""

    def __init__(self) -> None:
        super().__init__()
        self.count = tf.Variable(
            0.0,
            trainable=False,
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )
        self.built = True

    def call(self, inputs):
        return inputs * (1 + 0.01 * self.count.assign_add(1.0))


def seeded(build) -> keras.Model:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    return build()


def watchers(tmp_path) -> list[keras.callbacks.Callback]:
    options = arranged(
        {
            "every": EverySteps(2),
            "on_error": "raise",
            "verbose": 0,
            "budget": None,
        }
    )
    return [
        FilterPatterns(
            tmp_path,
            layers=["conv", "conv_after"],
            filters=2,
            steps=2,
            preset="recipe",
            images=X[:2],
            **options,
        ),
        GradCAM(tmp_path, X[:2], Y[:2, 0], **options),
    ]


def state_after(model, *callbacks) -> list[object]:
    history = fit(model, *callbacks)
    return [history.history, *state_of(model)]


def state_of(model) -> list[object]:
    weights = [v.numpy().tobytes() for v in model.variables]
    held = [(layer.name, held_by(layer)) for layer in model.layers]
    numpy = np.random.get_state()[1].tobytes()
    return [weights, held, random.getstate(), numpy]


def held_by(layer: L.Layer) -> list[bytes]:
    """Return what the layer keeps past Keras, of every replica."""
    values = [getattr(layer, name, None) for name in HELD]
    values = [getattr(value, "state", value) for value in values]
    replicas = [getattr(value, "values", (value,)) for value in values]
    return [
        np.asarray(one).tobytes()
        for some in replicas
        for one in some
        if one is not None
    ]
