"""Whatever becomes of one of the two processes, the other does its part."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import pytest

from kerasviz_callbacks import CaptureOptions, GradCAM
from kerasviz_callbacks.callbacks.process.drawing_process import (
    ProcessEndedError,
    drawing_process,
)
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import X, fit, plain_network

ROOT = Path(__file__).parents[4]
PATIENCE_S = 240
TRAINING = """
import os, signal, sys
from kerasviz_callbacks import CaptureOptions, GradCAM
from tests.kerasviz_callbacks.networks.training import X, plain_network

options = CaptureOptions(where="process", wait=sys.argv[2] == "killed")
draw = GradCAM(sys.argv[1], X[:2], options=options, verbose=0)
draw.set_model(plain_network())
draw.draw(1)
draw.on_train_end()
draw.draw(2)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
draw.on_train_end()
"""


def beside(log_dir, **options) -> GradCAM:
    settings = {"where": "process", "faithfulness": False, **options}
    return GradCAM(
        log_dir, X[:2], options=CaptureOptions(**settings), verbose=0
    )


def at_end_of_epoch(epoch: int, act) -> keras.callbacks.Callback:
    def end(now, logs):
        if now == epoch:
            act()

    return keras.callbacks.LambdaCallback(on_epoch_end=end)


def send(number: signal.Signals) -> None:
    os.kill(drawing_process().pid, number)


def kill() -> None:
    process = drawing_process()
    send(signal.SIGKILL)
    while process.is_alive:
        time.sleep(0.01)


def weights_after(*callbacks, **options) -> list[bytes]:
    keras.utils.set_random_seed(1)
    model = plain_network()
    fit(model, *callbacks, epochs=4, **options)
    return [weight.tobytes() for weight in model.get_weights()]


def test_training_goes_on_where_the_process_is_killed(tmp_path, caplog):
    draw = beside(tmp_path)
    weights = weights_after(draw, at_end_of_epoch(1, kill))
    assert weights == weights_after()
    [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "signal 9 ended it, as where memory runs out" in record.message
    last = captures(tmp_path)[-1]
    assert last.step == 16  # another one drew it
    said = [note for c in captures(tmp_path) for note in c.notes]
    assert any("has ended (signal 9" in note for note in said)


def test_process_that_is_killed_twice_is_not_started_a_third_time(
    tmp_path, caplog
):
    draw = beside(tmp_path)
    kills = [at_end_of_epoch(epoch, kill) for epoch in (0, 2)]
    # The second one is waited for: else it has not been asked for yet.
    assert weights_after(draw, *kills) == weights_after()
    errors = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "ended before training did" in draw.recorder.summary()


def test_death_ends_a_training_that_wants_errors_raised(tmp_path):
    draw = beside(tmp_path, on_error="raise")
    with pytest.raises(ProcessEndedError, match="signal 9"):
        weights_after(draw, at_end_of_epoch(3, kill))


def test_process_that_stands_still_holds_no_training_up(tmp_path):
    draw = beside(tmp_path, wait=False)
    stop = at_end_of_epoch(0, lambda: send(signal.SIGSTOP))
    begin = time.monotonic()
    try:
        weights = weights_after(draw, stop)
        assert time.monotonic() - begin < PATIENCE_S
        assert weights == weights_after()
        waiting = Path(drawing_process().folder).glob("*/waiting")
        assert len(list(waiting)) == 1
    finally:
        send(signal.SIGCONT)
    wait_for(lambda: [c.step for c in captures(tmp_path)][-1:] == [16])


def test_capture_that_fails_there_is_logged_here_and_noted(tmp_path, caplog):
    draw, run = beside(tmp_path), tmp_path / "kerasviz"
    draw.set_model(plain_network())
    draw.draw(1)
    draw.on_train_end()
    run.rename(tmp_path / "aside")
    run.write_text("in the way")
    draw.draw(2)
    draw.on_train_end()
    assert "failed; training goes on" in caplog.text
    run.unlink()
    (tmp_path / "aside").rename(run)
    draw.draw(3)
    draw.on_train_end()
    last = captures(tmp_path)[-1]
    assert last.step == 3
    assert any("failed" in note for note in last.notes)


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_what_waits_is_drawn_after_the_training(tmp_path, end):
    folder = tmp_path / "temporary"
    folder.mkdir()
    training = subprocess.run(
        [sys.executable, "-c", TRAINING, str(tmp_path / "log"), end],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    code = -signal.SIGKILL if end == "killed" else 0
    assert training.returncode == code, training.stderr[-3000:]
    wait_for(lambda: not list(folder.glob("kerasviz_*")))
    assert [c.step for c in captures(tmp_path / "log")][-1] == 2


def wait_for(is_so) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
