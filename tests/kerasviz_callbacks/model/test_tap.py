"""A tap sees what a layer answers and leaves no trace in the model."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import filter_patterns
from kerasviz_callbacks.model.layers import find_layer, walk
from kerasviz_callbacks.model.tap import TapError, forward

L = keras.layers
IMAGE = np.random.default_rng(0).uniform(size=(2, 12, 12, 3)).astype("float32")


def test_tap_gives_what_the_layer_answers():
    model = lively()
    conv = model.get_layer("conv")
    run = forward(model, IMAGE, [conv])
    [seen] = run.calls[0]
    np.testing.assert_array_equal(seen, conv(IMAGE))
    np.testing.assert_array_equal(run.outputs, model(IMAGE, training=False))


def test_call_is_restored_after_early_exit():
    model = lively()
    before = state_of(model)
    run = forward(model, IMAGE, [model.get_layer("conv")], stop_after=[1])
    assert run.outputs is None
    assert state_of(model) == before


def test_call_is_restored_after_an_exception_in_the_layer():
    model = keras.Sequential([keras.Input((12, 12, 3)), Failing(name="f")])
    model.get_layer("f").fails = True
    before = state_of(model)
    with pytest.raises(ZeroDivisionError):
        forward(model, IMAGE, [model.get_layer("f")])
    assert state_of(model) == before


def test_call_set_on_the_instance_by_the_user_is_put_back():
    model = lively()
    conv = model.get_layer("conv")
    own = conv.call
    object.__setattr__(conv, "call", own)
    forward(model, IMAGE, [conv])
    assert vars(conv)["call"] is own


def test_nothing_of_the_model_changes():
    model = lively()
    conv = model.get_layer("conv")
    model(IMAGE, training=True)  # every lazily made thing is there
    before = everything(model)
    forward(model, IMAGE, [conv])
    forward(model, IMAGE, [conv], stop_after=[1])
    tf.function(lambda x: forward(model, x, [conv]).calls[0][0])(IMAGE)
    assert everything(model) == before


def test_random_layers_and_batch_norm_stay_in_inference():
    model = lively()
    norm = model.get_layer("norm")
    run = forward(model, IMAGE, [norm])
    expected = norm(model.get_layer("conv")(IMAGE), training=False)
    np.testing.assert_array_equal(run.calls[0][0], expected)


def test_call_context_does_not_leak_out_of_an_early_exit():
    model = lively()
    forward(model, IMAGE, [model.get_layer("conv")], stop_after=[1])
    ones = np.ones((1, 1000), "float32")
    dropped = L.Dropout(0.5, seed=0)(ones, training=True)
    assert np.any(dropped == 0)
    assert np.all(L.Dropout(0.5, seed=0)(ones) == 1)


def test_activity_losses_of_a_traced_pass_do_not_stay():
    model = keras.Sequential(
        [keras.Input((12, 12, 3)), L.Conv2D(2, 3, activity_regularizer="l2")]
    )
    tf.function(lambda x: forward(model, x, model.layers).outputs)(IMAGE)
    assert model.losses == []


def test_early_exit_does_not_trace_the_rest_of_the_model():
    model = deep()
    first = [model.get_layer("conv0")]
    whole = num_operations(lambda x: forward(model, x, first).calls[0][0])
    cut = num_operations(
        lambda x: forward(model, x, first, stop_after=[1]).calls[0][0]
    )
    assert cut < whole / 5


def test_every_call_of_a_shared_layer_is_seen():
    conv, inputs = L.Conv2D(3, 3, padding="same"), keras.Input((12, 12, 3))
    model = keras.Model(inputs, conv(conv(inputs)))
    first, second = forward(model, IMAGE, [conv]).calls[0]
    np.testing.assert_array_equal(first, conv(IMAGE))
    np.testing.assert_array_equal(second, conv(first))


def test_early_exit_waits_for_as_many_calls_as_asked():
    conv, inputs = L.Conv2D(3, 3, padding="same"), keras.Input((12, 12, 3))
    model = keras.Model(inputs, conv(conv(inputs)))
    for wanted in (1, 2):
        run = forward(model, IMAGE, [conv], stop_after=[wanted])
        assert len(run.calls[0]) == wanted


def test_tensor_of_the_highest_rank_is_taken_of_several():
    inputs = keras.Input((12, 12, 3))
    layer = Several(name="several")
    model = keras.Model(inputs, layer(inputs)["mean"])
    [seen] = forward(model, IMAGE, [layer]).calls[0]
    assert seen.shape == (2, 12, 12, 3)


def test_other_threads_pass_through_an_open_tap():
    model, answers = lively(), []
    conv = model.get_layer("conv")

    def elsewhere(*_):
        answers.append(model(IMAGE, training=False))

    def in_between(index, answer):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    run = forward(model, IMAGE, [conv], stop_after=[1], on_call=in_between)
    assert len(run.calls[0]) == len(answers) == 1
    np.testing.assert_array_equal(answers[0], model(IMAGE, training=False))


def test_threads_that_draw_at_once_leave_no_wrapper():
    model = lively()
    before = state_of(model)

    def draw():
        for _ in range(10):
            forward(model, IMAGE, [model.get_layer("conv")], stop_after=[1])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state_of(model) == before


@pytest.mark.parametrize("kind", ["Branch", "OwnFunction"])
def test_layer_in_an_inner_graph_is_a_named_error(kind):
    model = {"Branch": Branch, "OwnFunction": OwnFunction}[kind]()
    model(IMAGE)
    with pytest.raises(TapError, match="'hidden' runs inside an inner graph"):
        filter_patterns(model, "hidden", [0])


def test_layer_around_an_inner_graph_can_be_drawn():
    model = OwnFunction()
    model(IMAGE)
    patterns = filter_patterns(model, "outer", [0], steps=2, preset="recipe")
    assert patterns.status == ("live",)


def test_layer_that_is_never_called_is_a_named_error():
    model = Unused()
    model(IMAGE)
    with pytest.raises(TapError, match="'unused' is part of the model but is"):
        filter_patterns(model, "unused", [0])


def test_python_condition_on_a_tensor_is_a_named_error():
    model = DataDependent()
    model(IMAGE)
    with pytest.raises(TapError, match=r"'data_dependent.*keras\.ops\.cond"):
        filter_patterns(model, "c", [0], start=IMAGE[:1])


def test_gradient_reaches_a_rematerialised_layer():
    with keras.RematScope(mode="full"):
        conv = L.Conv2D(2, 3, name="conv")
    model = keras.Sequential([keras.Input((12, 12, 3)), conv, L.ReLU()])
    mode = conv._remat_mode

    @tf.function
    def gradient(x):
        run = forward(model, x, [conv])
        return tf.gradients(run.outputs, run.calls[0][0])[0]

    expected = np.asarray(conv(IMAGE)) > 0
    np.testing.assert_array_equal(gradient(IMAGE), expected)
    assert mode is not None and conv._remat_mode is mode


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own
def test_quantised_layer_is_reached():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, L.Dense(3, name="dense")(inputs))
    model.get_layer("dense").quantize("int8")
    dense = model.get_layer("dense")
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    np.testing.assert_array_equal(
        forward(model, x, [dense]).calls[0][0], model(x)
    )


def test_walk_yields_every_layer_once():
    layers = [located.layer for located in walk(deep())]
    assert len({id(layer) for layer in layers}) == len(layers) == 13


def state_of(model: keras.Model) -> list[tuple[str, ...]]:
    """Return the attribute names of every layer, and which calls it has."""
    return [
        (*sorted(vars(layer)), str(layer.call))
        for layer in model._flatten_layers()
    ]


def everything(model: keras.Model) -> list[object]:
    """Return all that a forward pass could change, in comparable form."""
    layers = model._flatten_layers()
    return [
        *state_of(model),
        [v.numpy().tobytes() for v in model.variables],
        [(layer.trainable, layer.built) for layer in layers],
        [len(layer._inbound_nodes) for layer in layers],
        [len(layer._loss_ids) for layer in layers],
        model.losses,
    ]


def num_operations(function) -> int:
    spec = tf.TensorSpec([None, 12, 12, 3], tf.float32)
    graph = tf.function(function).get_concrete_function(spec).graph
    return len(graph.get_operations())


def lively() -> keras.Model:
    """Return a model that would change at each step of training."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            L.RandomFlip(seed=1),
            L.Conv2D(4, 3, name="conv"),
            L.BatchNormalization(name="norm"),
            L.Dropout(0.5, seed=2),
            L.GlobalAveragePooling2D(),
            L.Dense(2),
        ]
    )
    assert find_layer(model, "conv").path == "conv"
    return model


def deep() -> keras.Model:
    layers = [
        L.Conv2D(3, 3, padding="same", name=f"conv{i}") for i in range(12)
    ]
    return keras.Sequential([keras.Input((12, 12, 3)), *layers])


class Failing(keras.Layer):
    """Fails when told to."""

    fails = False

    def call(self, x):
        return x / 0 if self.fails and 1 / 0 else x


class Several(keras.Layer):
    """Answers with tensors of two ranks."""

    def call(self, x):
        return {"mean": keras.ops.mean(x, axis=(1, 2)), "whole": x + 1}


class Branch(keras.Model):
    """Calls its layer in a branch of the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = L.Conv2D(2, 3, name="hidden")
        self.other = L.Conv2D(2, 3, name="other")

    def call(self, x):
        positive = tf.reduce_mean(x) > 0
        return tf.cond(positive, lambda: self.hidden(x), lambda: self.other(x))


class OwnFunction(keras.Model):
    """Holds a layer whose call is a tf.function."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = Compiled(name="outer")

    def call(self, x):
        return self.outer(x)


class Compiled(keras.Layer):
    """A layer around a convolution, compiled by its author."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.hidden = L.Conv2D(2, 3, name="hidden")

    def build(self, shape) -> None:
        self.hidden.build(shape)

    @tf.function
    def call(self, x):
        return self.hidden(x)


class Unused(keras.Model):
    """Has a layer that nobody calls."""

    def __init__(self) -> None:
        super().__init__()
        self.used = L.Conv2D(2, 3, name="used")
        self.unused = L.Conv2D(2, 3, name="unused")

    def build(self, shape) -> None:
        self.used.build(shape)
        self.unused.build(shape)

    def call(self, x):
        return self.used(x)


class DataDependent(keras.Model):
    """Decides in Python what to do with the values of a tensor."""

    def __init__(self) -> None:
        super().__init__(name="data_dependent")
        self.c = L.Conv2D(2, 3, name="c")

    def build(self, shape) -> None:
        self.c.build(shape)

    def call(self, x):
        return self.c(x + 1 if tf.reduce_mean(x) > 0 else x)
