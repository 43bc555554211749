"""Captures search for shortcuts, where there is time, and change nothing."""

import logging
from typing import Any

import keras
import numpy as np
import pytest

from kerasviz_callbacks import CaptureOptions, GradCAM, KerasViz
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.dots import dot_counter, dotted
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    explaining,
    fit,
    network,
    plain_network,
)

LABELS = Y[:, 0]
POOL = (np.repeat(X, 3, axis=0) ** 2, np.repeat(LABELS, 3))


def test_labels_are_enough_to_be_searched_and_charted(tmp_path):
    fit(plain_network(), explaining(tmp_path, X, labels=LABELS), epochs=1)
    searches = [each.shortcuts for each in captures(tmp_path)]
    assert [each.num_images for each in searches] == [16, 16]
    assert len(all_steps(tmp_path, "python")["kerasviz/shortcut/grad_cam"]) == 2


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"labels": LABELS, "shortcuts": False},
        {"labels": LABELS, "num_images": 6},
    ],
)
def test_no_search_without_labels_or_enough_images_or_if_unwanted(
    tmp_path, settings: dict[str, Any]
):
    fit(plain_network(), explaining(tmp_path, X, **settings), epochs=1)
    assert all(each.shortcuts is None for each in captures(tmp_path))


def test_a_search_is_announced_or_the_reason_why_there_is_none(
    tmp_path, capsys
):
    fit(plain_network(), GradCAM(tmp_path / "a", X, LABELS), epochs=1)
    words = " ".join(capsys.readouterr().out.split())
    assert "a search for shortcuts in 16 images" in words
    fit(plain_network(), GradCAM(tmp_path / "b", X, verbose=2), epochs=1)
    words = " ".join(capsys.readouterr().out.split())
    assert "no search for shortcuts: images have no labels" in words


def test_a_search_that_the_budget_has_no_time_for_is_skipped(tmp_path):
    options = CaptureOptions(grace_s=0)
    watching = GradCAM(
        tmp_path, X, LABELS, budget=1e-6, options=options, verbose=0
    )
    fit(plain_network(), watching, epochs=2)
    for each in captures(tmp_path):
        assert each.shortcuts.num_images == 0
        assert "no time left in budget=" in each.shortcuts.skipped


def test_training_is_unchanged_with_a_pool_to_search(tmp_path):
    watched, plain = network(), network()
    plain.set_weights(watched.get_weights())
    drawn = []
    for model, watching in (
        (plain, []),
        (watched, [explaining(tmp_path, X, labels=LABELS, pool=POOL)]),
    ):
        np.random.seed(1)
        fit(model, *watching)
        drawn.append(np.random.uniform())
    assert drawn[0] == drawn[1]
    for one, other in zip(plain.weights, watched.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert captures(tmp_path)[-1].shortcuts.num_images == 16 + 48


def test_keras_viz_hands_the_pool_to_both(tmp_path):
    both = KerasViz(tmp_path, X, pool=POOL, budget=None, verbose=0)
    fit(plain_network(), both, epochs=1)
    for each in captures(tmp_path):
        if each.kind == "grad_cam":
            assert each.shortcuts.num_images == 16 + 48
        else:
            assert all(layer.exemplars.is_of_pool for layer in each.patterns)


def test_a_pool_of_another_size_is_refused_before_training(tmp_path):
    parts = [keras.Input((None, None, 3)), keras.layers.Conv2D(4, 3)]
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)]
    model = keras.Sequential([*parts, *head])
    model.compile("sgd", "sparse_categorical_crossentropy")
    watching = explaining(tmp_path, X, pool=np.zeros((9, 20, 20, 3)))
    with pytest.raises(ValueError, match="pool must hold images of the size"):
        fit(model, watching)


def test_a_shortcut_is_reported_once_and_followed_until_it_is_gone(
    tmp_path, caplog
):
    model = dot_counter(only_corner=True)
    images = dotted([(2, 2)] * 6 + [None] * 6)
    watching = explaining(tmp_path, images, labels=[1] * 6 + [0] * 6)
    watching.set_model(model)
    with caplog.at_level(logging.WARNING, logger="kerasviz"):
        for step in range(2):
            watching.draw(step)
            bias = model.get_layer("dots").weights[1]
            bias.assign(bias - 0.1 * (step == 0))
        told = [r for r in caplog.records if "shortcut: " in r.getMessage()]
    model.layers[-1].weights[0].assign(np.zeros((1, 2), "float32"))
    watching.draw(2)
    watching.on_train_end()
    first, second, gone = captures(tmp_path)
    assert [len(each.shortcuts.places) for each in (first, gone)] == [1, 1]
    assert [
        each.shortcuts.places[0].is_shortcut for each in (first, second, gone)
    ] == [True, True, False]
    assert gone.shortcuts.places[0].turned == 0
    assert len(told) == 1
    assert any(note.startswith("Shortcut: Pasting") for note in first.notes)


class Tripwire(keras.layers.Layer):
    """Raises where it is called while it is armed."""

    is_armed = False

    def call(self, inputs):
        if self.is_armed:
            raise RuntimeError("out of memory")
        return inputs


def test_a_search_that_fails_is_logged_unless_it_shall_raise(tmp_path, caplog):
    counter, wire = dot_counter(only_corner=True), Tripwire()
    image = keras.Input(counter.input_shape[1:])
    model = keras.Model(image, counter(wire(image)))
    images = dotted([(2, 2)] * 6 + [None] * 6)
    for on_error in ("log", "raise"):
        bias = counter.get_layer("dots").weights[1]
        bias.assign([-9.0])  # nothing is hot, and nothing is pasted
        watching = explaining(
            tmp_path / on_error, images, labels=[1] * 12, on_error=on_error
        )
        watching.set_model(model)
        watching.draw(0)
        bias.assign([-2.0])
        wire.is_armed = True
        if on_error == "raise":
            with pytest.raises(RuntimeError, match="out of memory"):
                watching.draw(1)
        else:
            watching.draw(1)
        wire.is_armed = False
        watching.on_train_end()
    *_, last = captures(tmp_path / "log")
    assert last.maps
    assert "The search failed" in last.shortcuts.skipped
    assert any("search for shortcuts" in each for each in caplog.messages)
