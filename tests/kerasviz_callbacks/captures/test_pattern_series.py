"""What captures of patterns say of the captures before them."""

import importlib

import keras
import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns
from kerasviz_callbacks.captures.drawing import Drawing, Slot
from kerasviz_callbacks.captures.filters.ascents import floor_filters
from kerasviz_callbacks.log.run_log import RunLog
from kerasviz_callbacks.model.structure import Digests
from kerasviz_callbacks.patterns.ascent.ascent import Ascent
from kerasviz_callbacks.patterns.excitation_graph import ExcitationGraph
from tests.kerasviz_callbacks.logs.written import all_steps, captures, tags_of
from tests.kerasviz_callbacks.networks.training import (
    X,
    arranged,
    fit,
    plain_network,
)

run_log = importlib.import_module("kerasviz_callbacks.log.run_log")

FLOOR = [
    f"{kind}correlation_{what}"
    for kind in ("", "spectrum_")
    for what in ("floor", "seed")
]
CHANGES = [
    f"{name}_{since}"
    for name in (
        "correlation",
        "spectrum_correlation",
        "weight_change",
        "held_out_change",
    )
    for since in ("previous", "baseline")
]
NATURE = [f"held_out_{name}" for name in ("mean", "best", "peak")] + [
    f"crop_{name}" for name in ("image", "left", "upper", "right", "lower")
]
EXEMPLARS = ["active_share", "class_selectivity"]


def watcher(log_dir, layers=("conv1", "conv2"), **options) -> FilterPatterns:
    settings = {"steps": 3, "verbose": 0, "on_error": "raise", "images": X[:6]}
    settings |= {"budget": None, "filters": 2, "preset": "recipe"}
    return FilterPatterns(
        log_dir, layers=list(layers), **arranged({**settings, **options})
    )


def drawn(draw: FilterPatterns, model: keras.Model, step: int) -> Drawing:
    """Draw a capture as the log would take it, without a log."""
    slot = Slot("filter_patterns", step, step)
    drawing = draw.series.draw(model, slot, Digests())
    draw.series.keep()
    return drawing


def layers_of(log_dir, index: int) -> list:
    """Return the records of one layer, capture by capture."""
    return [capture.patterns[index] for capture in captures(log_dir)]


@pytest.fixture(scope="module")
def log_dir(tmp_path_factory):
    """A log of a network whose first layer is frozen."""
    folder = tmp_path_factory.mktemp("log")
    keras.utils.set_random_seed(0)
    model = plain_network()
    model.get_layer("conv1").trainable = False
    fit(model, watcher(folder, preset="steady"))
    return folder


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """Count what is computed."""
    made: list[str] = []
    watched = [(Ascent, "__call__"), (ExcitationGraph, "activations")]
    watched.append((ExcitationGraph, "sources"))
    for owner, name in watched:
        original = getattr(owner, name)

        def counted(*args, original=original, name=name):
            made.append(name)
            return original(*args)

        monkeypatch.setattr(owner, name, counted)
    return made


def test_record_has_every_measure_of_the_contract(log_dir):
    for capture, layer in enumerate(layers_of(log_dir, 1)):
        floor = FLOOR if capture else []
        assert sorted(layer.measures) == sorted(
            ["peak", *floor, *CHANGES, *NATURE, *EXEMPLARS]
        )
        assert set(layer.layer_measures) == {"cka_previous", "cka_baseline"}


def test_first_capture_changed_from_nothing(log_dir):
    first = layers_of(log_dir, 1)[0]
    assert all(set(first.measures[name]) == {None} for name in CHANGES)
    assert set(first.layer_measures.values()) == {None}


def test_second_capture_changed_alike_from_the_first_and_the_previous(log_dir):
    second = layers_of(log_dir, 1)[1]
    for name in CHANGES[::2]:
        other = name.replace("previous", "baseline")
        assert None not in second.measures[name]
        assert second.measures[name] == second.measures[other]
    assert second.layer_measures["cka_previous"] < 1


def test_third_capture_is_compared_with_both(log_dir):
    third = layers_of(log_dir, 1)[2].measures
    assert third["weight_change_previous"] != third["weight_change_baseline"]
    assert min(third["weight_change_baseline"]) > 0


def test_unchanged_layer_says_that_nothing_changed(log_dir):
    for layer in layers_of(log_dir, 0)[1:]:
        for name in CHANGES:
            expected = 1.0 if "correlation" in name else 0.0
            assert layer.measures[name] == (expected, expected)
        assert set(layer.layer_measures.values()) == {1.0}


def test_floor_is_measured_once_and_told_from_then_on(log_dir):
    layers = layers_of(log_dir, 1)[1:]
    for name in FLOOR:
        first, *others = [layer.measures[name] for layer in layers]
        assert others == [first] * len(others)
        assert None not in first
    nudged, reseeded = (layers[0].measures[name] for name in FLOOR[:2])
    assert min(nudged) > 0.99 > max(reseeded)


def test_some_filters_stand_for_all_in_the_floor(tmp_path):
    draw = watcher(tmp_path, ["conv2"], filters=6)
    fit(plain_network(), draw, epochs=2)
    for layer in layers_of(tmp_path, 0)[1:]:
        assert layer.filters == (0, 1, 2, 3, 4, 5)
        for name in FLOOR:
            is_known = [value is not None for value in layer.measures[name]]
            assert is_known == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("count", "expected"), [(1, 1), (2, 2), (3, 3), (4, 2), (8, 2), (32, 8)]
)
def test_one_filter_in_four_and_at_least_two_are_drawn_again(count, expected):
    assert len(floor_filters(tuple(range(count)))) == expected


def test_held_out_images_are_stored_once(log_dir):
    steps = all_steps(log_dir, "python")
    assert steps["kerasviz/held_out/filter_patterns"] == [0]


def test_charts_count_dead_and_stuck_filters_too(log_dir):
    found = set(all_steps(log_dir, "rust"))
    names = ("dead_filters", "stuck_filters", "cka_baseline")
    expected = tags_of("conv1", "conv2") | {
        f"kerasviz/{name}/{path}"
        for name in names
        for path in ("conv1", "conv2")
    }
    assert found == expected | {"kerasviz/held_out/filter_patterns"}


def test_frozen_network_computes_nothing_after_the_first_capture(
    tmp_path, calls
):
    model = plain_network()
    for name in ("conv1", "conv2"):
        model.get_layer(name).trainable = False
    draw = watcher(tmp_path)
    draw.series.prepare(model)
    calls.clear()
    counts = []
    for step in range(3):
        drawn(draw, model, step)
        counts.append(len(calls))
    # 2 ascents, 1 pass, 2 receptive fields, which tell the crops, too
    assert counts == [5, 5, 5]


def test_layer_drawn_again_costs_one_ascent_and_one_pass(tmp_path, calls):
    model = plain_network()
    draw = watcher(tmp_path)
    draw.series.prepare(model)
    made = []
    for step in range(3):
        calls.clear()
        drawn(draw, model, step)
        model.get_layer("conv2").kernel.assign_add(0.1 * np.ones((3, 3, 4, 6)))
        made.append(calls.count("__call__"))
    assert made == [2, 3, 1]  # of two layers; of one, with its noise floor
    # The receptive fields of both layers, and the crops of one.
    assert calls == ["__call__", "activations", *["sources"] * 3]


def test_floor_may_be_left_out(tmp_path, calls):
    model, draw = plain_network(), watcher(tmp_path, noise_floor=False)
    draw.series.prepare(model)
    calls.clear()
    drawn(draw, model, 0)
    model.get_layer("conv2").kernel.assign_add(0.1 * np.ones((3, 3, 4, 6)))
    layer = drawn(draw, model, 1).patterns[1]
    assert calls.count("__call__") == 3
    assert not set(FLOOR) & set(layer.measures)


def test_restart_compares_with_nothing_from_before_it(tmp_path, monkeypatch):
    model = plain_network()
    fit(model, watcher(tmp_path, ["conv2"]))
    monkeypatch.setattr(run_log, "_logs", {})  # as in a new process
    fit(model, watcher(tmp_path, ["conv2"]))
    _, _, first, second, _ = layers_of(tmp_path, 0)  # step 8 was replaced
    baseline = [name for name in CHANGES if name.endswith("baseline")]
    assert all(set(first.measures[name]) == {None} for name in CHANGES)
    assert all(set(second.measures[name]) == {None} for name in baseline)
    assert None not in second.measures["weight_change_previous"]
    assert None not in second.measures["correlation_floor"]
    notes = [capture.notes for capture in captures(tmp_path)]
    told = ["before the restart" in " ".join(note) for note in notes]
    assert told == [False, False, True, False, False]


def test_second_fit_of_one_callback_goes_on_comparing(tmp_path):
    model, draw = plain_network(), watcher(tmp_path, ["conv2"])
    fit(model, draw, epochs=1)
    fit(model, draw, epochs=1)
    last = layers_of(tmp_path, 0)[-1]
    assert None not in last.measures["weight_change_baseline"]


def test_lost_capture_is_not_compared_with(tmp_path, monkeypatch):
    model = plain_network()
    draw = watcher(tmp_path, ["conv2"], on_error="log")
    write, lost = RunLog.write, []

    def fails_once(*args):
        if not lost:
            lost.append(args)
            raise OSError("no space left")
        write(*args)

    monkeypatch.setattr(RunLog, "write", fails_once)
    fit(model, draw)
    first, second = layers_of(tmp_path, 0)
    assert set(first.measures["correlation_baseline"]) == {None}
    assert None not in second.measures["correlation_baseline"]


def test_notes_name_filters_that_need_a_word(tmp_path):
    keras.utils.set_random_seed(0)  # a filter may be dead by chance
    model = plain_network()
    conv = model.get_layer("conv2")
    conv.bias.assign([0.0, 0, 0, -1e4, 0, 0])
    conv.trainable = False
    fit(model, watcher(tmp_path), epochs=2)
    (note,), *later = [each.notes for each in captures(tmp_path)]
    assert note.startswith("conv2: filter 3 dead, no image activates it")
    assert set(later) == {()}  # not once more
    assert {layer.status for layer in layers_of(tmp_path, 1)} == {
        ("live", "dead")
    }


def test_notes_say_which_filters_became_dead_or_live_again(tmp_path):
    model = plain_network()
    draw = watcher(tmp_path, ("conv2",))
    draw.series.prepare(model)
    bias = model.get_layer("conv2").bias
    told = []
    for step, value in enumerate([0.0, -1e4, -1e4, 0.0]):
        bias.assign([0.0, 0, 0, value, 0, 0])
        told.append(drawn(draw, model, step).notes)
    first, died, same, back = told
    assert (first, same) == ((), ())
    assert died[0].startswith("conv2: filter 3 became dead, no image")
    assert back == ("conv2: filter 3 is live again.",)


def test_memory_is_flat_over_many_captures(tmp_path):
    draw = watcher(tmp_path, noise_floor=False, steps=1)
    model = plain_network()
    draw.series.prepare(model)
    kernel = model.get_layer("conv1").kernel
    sizes = []
    for step in range(20):  # exact, so that one too many would show
        kernel.assign_add(1e-3 * np.ones(kernel.shape))
        drawn(draw, model, step)
        memory = draw.series._layers._memory
        sizes.append(len(memory._first) + len(memory._newest))
    assert set(sizes[1:]) == {4}


def test_exemplars_of_a_pool_are_in_the_record_and_beside_the_sheet(tmp_path):
    pool = (np.concatenate([X, 1 - X]), np.arange(2 * len(X)) % 2)
    draw = watcher(tmp_path, pool=pool, class_names=["a", "b"])
    model = plain_network()
    draw.set_model(model)
    draw.draw(0)
    [capture] = captures(tmp_path)
    for layer in capture.patterns:
        found = layer.exemplars
        assert (found.is_of_pool, found.num_images) == (True, 2 * len(X))
        assert [len(row) for row in found.image] == [9, 9]
        assert set(found.classes) == {"a", "b"}
        assert [sum(row) for row in found.histogram] == [2 * len(X)] * 2
        assert all(0 < share <= 1 for share in layer.measures["active_share"])
    assert len(capture.to_json()) < 20_000
