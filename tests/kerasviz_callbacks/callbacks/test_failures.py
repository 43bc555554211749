"""What cannot work fails before the first batch; later nothing ends a fit."""

import copy
import logging
import pickle

import keras
import pytest
import tensorflow as tf

from kerasviz_callbacks import FilterPatterns, KerasViz
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

resource = pytest.importorskip("resource")
L = keras.layers


def test_drawing_that_fails_is_logged_and_the_next_record_says_so(
    tmp_path, caplog
):
    model = fragile_network()
    failing = breaking(model, epochs=(1,))
    history = fit(model, failing, drawing(tmp_path, on_error="log"), epochs=4)
    assert len(history.history["loss"]) == 4
    assert [c.step for c in captures(tmp_path)] == [0, 4, 12, 16]
    [note] = captures(tmp_path)[2].notes
    assert note.startswith("The capture at step 8 failed: InvalidArgument")
    assert captures(tmp_path)[3].notes == ()
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "training goes on" in record.message
    assert "it is broken" in caplog.text  # the cause, with its traceback


def test_drawing_that_fails_ends_training_if_asked(tmp_path):
    model = fragile_network()
    failing = breaking(model, epochs=(0, 1))
    with pytest.raises(tf.errors.InvalidArgumentError, match="it is broken"):
        fit(model, failing, drawing(tmp_path, on_error="raise"))
    assert [c.step for c in captures(tmp_path)] == [0]


def test_training_with_drawings_that_fail_is_the_same(tmp_path):
    results = []
    for callbacks in ([], [drawing(tmp_path, on_error="log")]):
        keras.utils.set_random_seed(0)
        model = fragile_network()
        failing = breaking(model, epochs=(0, 1))
        losses = fit(model, failing, *callbacks).history
        results.append([losses, *[w.tobytes() for w in model.get_weights()]])
    assert results[0] == results[1]


def test_log_that_cannot_be_written_does_not_end_training(tmp_path, caplog):
    (tmp_path / "kerasviz").write_text("a file where a folder should be")
    draw = drawing(tmp_path, on_error="log")
    history = fit(plain_network(), draw, epochs=3)
    assert len(history.history["loss"]) == 3
    assert "The capture at step 4 failed" in caplog.text


def test_disk_that_is_full_for_a_while_does_not_end_training(tmp_path, caplog):
    def room(epoch, logs):
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = hard
        if epoch == 1:  # the next capture stops in the middle of a write
            [file] = (tmp_path / "kerasviz").iterdir()
            limit = file.stat().st_size + 300
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))

    filling = keras.callbacks.LambdaCallback(on_epoch_begin=room)
    history = fit(
        plain_network(), filling, drawing(tmp_path, on_error="log"), epochs=4
    )
    assert len(history.history["loss"]) == 4
    assert [c.step for c in captures(tmp_path)] == [0, 4, 12, 16]
    note, *_ = captures(tmp_path)[2].notes
    assert note.startswith("The capture at step 8 failed")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": "conv9"}, "no layer 'conv9'"),
        ({"layers": []}, "at least one layer"),
        ({"layers": "conv2", "filters": [6]}, "'conv2', which has 6"),
        ({"layers": "head"}, "feature maps"),
        ({"size": 2}, "take, such as 16 x 16 px — got 2 x 2"),
        ({"input": "nobody"}, "input must name"),
    ],
)
def test_what_the_model_cannot_do_fails_before_the_first_batch(
    tmp_path, options, message
):
    model = plain_network()
    before = [weight.tobytes() for weight in model.get_weights()]
    with pytest.raises(ValueError, match=message):
        fit(model, FilterPatterns(tmp_path, **arranged(options)))
    assert [weight.tobytes() for weight in model.get_weights()] == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"layers": 5}, TypeError, "layers must be"),
        ({"layers": [5]}, TypeError, "layers must be"),
        ({"filters": 0}, ValueError, "filters must be"),
        ({"filters": 1.5}, TypeError, "filters must be"),
        ({"every": 0}, ValueError, "every must be"),
        ({"every": "batch"}, TypeError, "every must be"),
        ({"preset": "best"}, ValueError, "preset must be"),
        ({"steps": 0}, ValueError, "steps must be"),
        ({"size": "big"}, ValueError, "size must be"),
        ({"value_range": (1, 0)}, ValueError, "value_range must be"),
        ({"preprocess": 3}, TypeError, "preprocess must be"),
        ({"on_error": "ignore"}, ValueError, "on_error must be"),
    ],
)
def test_wrong_argument_fails_where_it_is_written(
    tmp_path, options, error, message
):
    with pytest.raises(error, match=message):
        FilterPatterns(tmp_path, **arranged(options))


@pytest.mark.parametrize("log_dir", [None, 3, ["logs"]])
def test_log_dir_must_be_a_path(log_dir):
    with pytest.raises(TypeError, match="log_dir must be a path"):
        FilterPatterns(log_dir)


def test_log_dir_must_not_be_empty():
    with pytest.raises(ValueError, match="log_dir must not be empty"):
        FilterPatterns("")


def test_layer_of_two_callbacks_fails_before_the_first_batch(tmp_path):
    model = plain_network()
    pair = [drawing(tmp_path, "conv1"), drawing(tmp_path, ["conv2", "conv1"])]
    with pytest.raises(ValueError, match=r"layer 'conv1'.*another log_dir"):
        fit(model, *pair)
    assert model.optimizer.iterations.numpy() == 0
    assert list(tmp_path.iterdir()) == []


def test_log_serves_the_next_fit_after_one_that_was_refused(tmp_path):
    model = plain_network()
    pair = [drawing(tmp_path, "conv1"), drawing(tmp_path, "conv1")]
    with pytest.raises(ValueError, match="layer 'conv1'"):
        fit(model, *pair)
    fit(model, pair[1], epochs=1)
    told = [(c.stream, c.step, c.fit) for c in captures(tmp_path)]
    assert told == [("filter_patterns", 0, 0), ("filter_patterns", 4, 0)]


def test_same_layer_in_two_log_directories_is_fine(tmp_path):
    pair = [drawing(tmp_path / name) for name in ("one", "two")]
    fit(plain_network(), *pair, epochs=1)
    for name in ("one", "two"):
        assert [c.step for c in captures(tmp_path / name)] == [0, 4]


def test_two_spellings_of_a_directory_are_one_log(tmp_path):
    there_and_back = tmp_path / "a" / ".." / "log"
    (tmp_path / "a").mkdir()
    pair = [drawing(tmp_path / "log", "conv1"), drawing(there_and_back)]
    fit(plain_network(), *pair, epochs=1)
    assert len(list((tmp_path / "log" / "kerasviz").iterdir())) == 1


def test_model_without_convolutions_says_so(tmp_path):
    model = keras.Sequential(
        [keras.Input(X.shape[1:]), L.Flatten(), L.Dense(1)]
    )
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="at least one layer — got 'auto'"):
        fit(model, FilterPatterns(tmp_path))


def in_one(log_dir) -> KerasViz:
    quick = {"filters": 2, "steps": 2}
    options = {"budget": None, "verbose": 0, "filter_patterns": quick}
    return KerasViz(log_dir, X[:2], layers="conv2", **options)


def test_copied_callbacks_share_the_log_of_the_process(tmp_path):
    draw, model = drawing(tmp_path), plain_network()
    fit(model, copy.deepcopy(draw), epochs=1)
    fit(model, copy.deepcopy(draw), epochs=1)
    assert [c.index for c in captures(tmp_path)] == [0, 1, 2, 3]


def pickled(callback):
    return pickle.loads(pickle.dumps(callback))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("make", [drawing, in_one])
def test_a_copy_after_a_fit_begins_anew(tmp_path, make, copied):
    draw, model = make(tmp_path / "one"), plain_network()
    before = copied(draw)
    fit(model, draw, epochs=1)
    after = copied(draw)
    for other in (before, after):
        assert other is not draw and type(other) is type(draw)
        fit(plain_network(), other, epochs=1)
    fit(model, draw, epochs=1)  # the first goes on as if nothing were


def test_fit_with_validation_and_metrics_is_drawn(tmp_path):
    model = network(metrics=["accuracy"])
    fit(model, drawing(tmp_path), epochs=1, validation_data=(X, Y))
    assert [c.step for c in captures(tmp_path)] == [0, 4]


class Fragile(keras.Layer):
    """Fails when it is broken, though never while it trains."""

    def build(self, shape) -> None:
        self.broken = self.add_weight(
            shape=(), initializer="zeros", trainable=False
        )

    def call(self, x, training=False):
        if training:
            return x
        check = tf.debugging.assert_equal(self.broken, 0.0, "it is broken")
        with tf.control_dependencies([check] if check is not None else []):
            return tf.identity(x)


def fragile_network() -> keras.Model:
    """Return a model whose inference, and only that, can be broken."""
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            Fragile(name="fragile"),
            L.Conv2D(4, 3, name="conv2"),
            L.GlobalAveragePooling2D(),
            L.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    return model


def breaking(model: keras.Model, epochs: tuple[int, ...]):
    """Return a callback that breaks the model for the ends of epochs."""
    fragile = model.get_layer("fragile")

    def end(epoch, logs):
        fragile.broken.assign(float(epoch in epochs))

    return keras.callbacks.LambdaCallback(on_epoch_end=end)
