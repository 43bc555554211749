"""Where no weight that a picture depends on changed, nothing is computed."""

import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns
from kerasviz_callbacks.log.run_log import RunLog
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import fit, plain_network


def origins(log_dir, layer: int) -> list[tuple[str, int | None]]:
    layers = [capture.patterns[layer] for capture in captures(log_dir)]
    return [(one.origin[0], one.origin_step[0]) for one in layers]


def watcher(log_dir) -> FilterPatterns:
    layers = ["conv1", "conv2"]
    quick = {"filters": 2, "steps": 2, "preset": "recipe"}
    return FilterPatterns(
        log_dir, layers=layers, verbose=0, budget=None, **quick
    )


@pytest.fixture(scope="module")
def frozen_first(tmp_path_factory):
    """The log of a network whose first layer is frozen."""
    folder = tmp_path_factory.mktemp("log")
    model = plain_network()
    model.get_layer("conv1").trainable = False
    fit(model, watcher(folder))
    return folder


def test_frozen_layer_points_at_its_first_picture(frozen_first):
    assert origins(frozen_first, 0) == [
        ("fresh", None),
        ("unchanged", 0),
        ("unchanged", 0),
    ]
    steps = all_steps(frozen_first, "python")
    assert steps["kerasviz/filter_patterns/conv1"] == [0]
    assert steps["filter_patterns/conv1"] == [0]


def test_layer_above_a_frozen_one_is_drawn_at_every_capture(frozen_first):
    assert origins(frozen_first, 1) == [("fresh", None)] * 3


def test_unfrozen_layer_is_drawn_again(tmp_path):
    model, callback = plain_network(), watcher(tmp_path)
    model.get_layer("conv1").trainable = False
    fit(model, callback, epochs=1)
    model.get_layer("conv1").trainable = True
    model.compile("sgd", "mse")
    fit(model, callback, epochs=1)
    assert [name for name, _ in origins(tmp_path, 0)] == [
        "fresh",
        "unchanged",
        "fresh",
    ]


def test_weights_of_the_head_do_not_count(tmp_path):
    model, callback = plain_network(), watcher(tmp_path)
    for name in ("conv1", "conv2"):
        model.get_layer(name).trainable = False
    fit(model, callback)
    assert captures(tmp_path)[-1].size_bytes == 0
    assert origins(tmp_path, 1)[-1] == ("unchanged", 0)


def test_lost_picture_is_not_pointed_at(tmp_path, monkeypatch):
    model, callback = plain_network(), watcher(tmp_path)
    model.get_layer("conv1").trainable = False
    write, calls = RunLog.write, []

    def fails_once(*args):
        calls.append(args)
        if len(calls) == 1:
            raise OSError("no space left")
        write(*args)

    monkeypatch.setattr(RunLog, "write", fails_once)
    fit(model, callback)
    assert origins(tmp_path, 0) == [("fresh", None), ("unchanged", 4)]


def test_numbers_of_an_unchanged_layer_are_those_of_its_picture(frozen_first):
    records = captures(frozen_first)
    values = [capture.patterns[0].objective for capture in records]
    np.testing.assert_array_equal(values[1:], [values[0]] * 2)
