"""Another process draws the same captures, and training is the same.

One process draws for all of these trainings: it takes seconds to start.
"""

import contextlib
import io
import signal
import time
from dataclasses import replace

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    EveryEpochs,
    GradCAM,
    Interrupted,
    KerasViz,
)
from kerasviz_callbacks.callbacks.process.drawing_process import (
    drawing_process,
)
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    fit,
    network,
    plain_network,
)

STREAMS = ["filter_patterns", "grad_cam"]


def watching(log_dir, **options) -> KerasViz:
    settings = {"faithfulness": False, "on_error": "raise", **options}
    return KerasViz(
        log_dir,
        X[:4],
        Y[:4, 0],
        filter_patterns={"filters": 2, "steps": 2, "layers": "conv2"},
        budget=None,
        options=CaptureOptions(**settings),
    )


def state_after(*callbacks) -> list[object]:
    """Train from the same beginning; return all that training leaves."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    model = network()
    history = fit(model, *callbacks)
    return [
        [v.numpy().tobytes() for v in model.variables],
        [v.numpy().tobytes() for v in model.optimizer.variables],
        history.history,
        np.asarray(keras.random.normal((3,))).tobytes(),
        float(np.random.random()),
    ]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Train without callback, drawing in the fit, and drawing beside it."""
    folder = tmp_path_factory.mktemp("runs")
    told, said = [], io.StringIO()
    states = {
        "without": state_after(),
        "fit": state_after(watching(folder / "fit")),
    }
    with contextlib.redirect_stdout(said):
        beside = watching(
            folder / "process",
            where="process",
            on_capture=lambda result, step: told.append((result, step)),
        )
        states["process"] = state_after(beside)
    return states, folder, told, said.getvalue()


def test_training_is_the_same_to_the_bit(runs):
    states, *_ = runs
    assert states["process"] == states["without"] == states["fit"]


@pytest.mark.parametrize("place", [0, -1], ids=["baseline", "last"])
@pytest.mark.parametrize("stream", STREAMS)
def test_same_is_drawn_as_in_fit(runs, stream, place):
    _, folder, *_ = runs
    ours, theirs = (
        [c for c in captures(folder / where) if c.stream == stream][place]
        for where in ("process", "fit")
    )
    assert ours.step == theirs.step
    other = ["wall_time", "cost_s", "overhead"]
    if place:  # depends on what was drawn before
        other += ["index", "size_bytes", "skipped", "reason", "notes"]
        other += ["maps", "patterns"]
    like = {name: getattr(theirs, name) for name in other}
    assert replace(ours, **like) == theirs


def test_results_come_back_to_the_training(runs):
    _, _, told, _ = runs
    kinds = {type(result).__name__ for result, _ in told}
    assert kinds == {"Heatmaps", "Patterns"}
    assert {0, 8} <= {step for _, step in told}


def test_what_is_said_names_the_process_and_what_training_paid(runs):
    said = runs[-1]
    assert "in another process, budget none" in said
    assert "waiting for the last captures" in said
    assert "drawn in another process in" in said
    assert "training waited" in said


def test_record_says_what_training_paid_not_what_drawing_took(runs):
    _, folder, *_ = runs
    last = captures(folder / "process")[-1]
    assert last.overhead is not None and last.cost_s > 0


def test_second_fit_goes_on_in_the_same_process_and_log(tmp_path):
    model = plain_network()
    draw = GradCAM(
        tmp_path, X[:2], verbose=0, options=CaptureOptions(where="process")
    )
    fit(model, draw, epochs=1)
    process = drawing_process()
    model.compile("sgd", model.loss)  # an optimizer that counts from 0
    fit(model, draw, epochs=1)
    assert drawing_process() is process
    first, *_, last = captures(tmp_path)
    assert (first.step, first.fit, last.step, last.fit) == (0, 0, 8, 1)
    assert "new fit" in [x.reason for x in last.happened] + [last.reason]


def test_what_cannot_work_is_raised_before_the_first_batch(tmp_path):
    draw = GradCAM(
        tmp_path,
        X[:2],
        layers="absent",
        options=CaptureOptions(where="process"),
        verbose=0,
    )
    with pytest.raises(ValueError, match=r"absent(.|\n)*conv1"):
        fit(plain_network(), draw)
    assert not (tmp_path / "kerasviz").exists()


def test_averages_are_what_is_drawn(tmp_path):
    pairs = []
    for where in ("fit", "process"):
        keras.utils.set_random_seed(3)
        model = plain_network(optimizer=keras.optimizers.SGD(0.5, use_ema=True))
        options = CaptureOptions(
            where=where, weights="averaged", faithfulness=False
        )
        draw = GradCAM(tmp_path / where, X[:2], options=options, verbose=0)
        fit(model, draw, epochs=1)
        weights = [w.tobytes() for w in model.get_weights()]
        pairs.append((captures(tmp_path / where)[-1].outcome, weights))
    assert pairs[0] == pairs[1]


def test_heatmaps_are_checked_at_the_end_if_asked(tmp_path):
    options = CaptureOptions(where="process", sanity_check=True)
    draw = GradCAM(tmp_path, X[:2], options=options, verbose=0)
    fit(plain_network(), draw, epochs=1)
    *_, last, checked = captures(tmp_path)
    assert (last.step, checked.step, checked.reason) == (4, 5, "sanity check")
    assert any("anity" in note for note in checked.notes), checked.notes


def test_interrupt_is_drawn_before_it_ends_the_training(tmp_path):
    draw = GradCAM(
        tmp_path,
        X[:2],
        every=EveryEpochs(9) | Interrupted(),
        options=CaptureOptions(where="process"),
        verbose=0,
    )
    interrupt = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: (
            epoch and signal.raise_signal(signal.SIGINT)
        )
    )
    # Where tests run in the background, it may be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            fit(plain_network(), interrupt, draw)
    finally:
        signal.signal(signal.SIGINT, before)
    last = captures(tmp_path)[-1]
    assert (last.step, last.reason) == (4, "interrupt")


def test_event_of_a_copy_that_is_passed_over_is_recorded(tmp_path):
    model = plain_network()

    def freeze(epoch, logs):
        model.get_layer("conv1").trainable = epoch != 1

    freezing = keras.callbacks.LambdaCallback(on_epoch_end=freeze)
    draw = GradCAM(
        tmp_path, X[:2], options=CaptureOptions(where="process"), verbose=0
    )
    fit(model, freezing, draw, epochs=6)
    found = captures(tmp_path)
    said = [x.reason for c in found for x in c.happened]
    said += [c.reason for c in found]
    assert any("weights: fewer" in words for words in said), said
    assert any("weights: more" in words for words in said), said


def test_fit_returns_before_all_is_drawn_if_asked(tmp_path):
    draw = GradCAM(
        tmp_path,
        X[:2],
        options=CaptureOptions(where="process", wait=False),
        verbose=0,
    )
    fit(plain_network(), draw)
    deadline = time.monotonic() + 120
    while not (found := steps(tmp_path)) or found[-1] < 8:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def steps(log_dir) -> list[int]:
    if not (log_dir / "kerasviz").exists():
        return []
    return [c.step for c in captures(log_dir)]
