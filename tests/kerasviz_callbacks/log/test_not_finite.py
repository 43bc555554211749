"""A training whose weights become NaN says so, and nothing false beside it."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import KerasViz, filter_patterns
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    drawing,
    fit,
    plain_network,
)

L = keras.layers
ALL_WEIGHTS = ["kernel", "bias"]


class Exploding(keras.callbacks.Callback):
    """Sets a learning rate that explodes in the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.model.optimizer.learning_rate.assign(1e30)


def deep() -> keras.Model:
    """Return a network whose ReLUs make 0 of NaN."""
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            L.Conv2D(4, 3, name="conv1", activation="relu"),
            L.Conv2D(6, 3, name="conv2", activation="relu"),
            L.GlobalAveragePooling2D(),
            L.Dense(3, name="head", activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


@pytest.fixture(scope="module")
def exploded(tmp_path_factory):
    """Return the captures of a real fit that explodes in its second epoch."""
    log_dir = tmp_path_factory.mktemp("exploded")
    viz = KerasViz(
        log_dir,
        X[:6],
        Y[:6, 0],
        filter_patterns={"steps": 2, "layers": ["conv1", "conv2"]},
    )
    fit(deep(), Exploding(), viz, epochs=3)
    return captures(log_dir)


def test_weights_that_became_nan_are_named_with_their_counts(exploded):
    first, last = exploded[0], exploded[-1]
    assert (first.not_finite, first.num_not_finite) == ((), 0)
    paths = [each.path.split("/")[-2:] for each in last.not_finite]
    layers = ["conv1", "conv2", "head"]
    assert paths == [[a, b] for a in layers for b in ALL_WEIGHTS]
    assert all(each.num_nan == each.size for each in last.not_finite)
    assert last.num_not_finite == 6


def test_filter_whose_weights_are_nan_has_no_number_and_no_exemplar(exploded):
    last = [each for each in exploded if each.patterns][-1]
    for layer in last.patterns:
        assert set(layer.status) == {"not_finite"}
        assert set(layer.objective) == {None}
        changing = [
            name
            for name, values in layer.measures.items()
            if not name.endswith(("_floor", "_seed"))
            and any(value is not None for value in values)
        ]
        assert changing == []
        assert layer.exemplars is not None
        assert not any(layer.exemplars.image)
        assert not any(map(any, layer.exemplars.histogram))


def test_prediction_of_nan_is_neither_right_nor_wrong(exploded):
    outcome = [each.outcome for each in exploded if each.outcome][-1]
    assert set(outcome.prediction) == set(outcome.correct) == {None}


def test_one_weight_that_is_nan_is_of_one_filter_of_one_layer():
    model = deep()
    conv1 = model.get_layer("conv1")
    kernel = conv1.kernel.numpy()
    kernel[0, 0, 0, 1] = np.nan
    conv1.kernel.assign(kernel)
    first = filter_patterns(model, "conv1", [0, 1, 2], images=X, steps=2)
    words = [word == "not_finite" for word in first.status]
    assert words == [False, True, False]
    above = filter_patterns(model, "conv2", 3, images=X, steps=2)
    assert "not_finite" not in above.status
    assert np.isfinite(above.objective).all()


def test_filter_that_recovers_is_compared_with_nothing_that_was_nan(tmp_path):
    model = plain_network()
    kept = model.get_weights()
    spoiled = [np.full_like(each, np.nan) for each in kept]
    setting = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: model.set_weights(
            spoiled if epoch == 1 else kept
        )
    )
    fit(model, setting, drawing(tmp_path), epochs=3)
    layers = [each.patterns[0] for each in captures(tmp_path)]
    before, recovered = layers[-2:]
    assert set(before.status) == {"not_finite"}
    assert "not_finite" not in recovered.status
    assert set(recovered.measures["correlation_previous"]) == {None}
    assert None not in recovered.measures["correlation_baseline"]
