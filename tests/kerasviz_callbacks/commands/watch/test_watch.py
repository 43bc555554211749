"""A watched run's log is the log of the run itself."""

import shutil
import signal
import subprocess
import sys

import pytest

from kerasviz_callbacks.commands.main import main
from kerasviz_callbacks.commands.watch import arrivals as module
from kerasviz_callbacks.commands.watch import waiting
from tests.kerasviz_callbacks.logs.finished_run import (
    HERE,
    WORDS,
    assert_alike,
    comparable,
    train_saving,
)
from tests.kerasviz_callbacks.logs.written import captures

EPOCHS = 3
MODEL = "tests.kerasviz_callbacks.networks.training:network"
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train_saving(tmp_path_factory.mktemp("run"), EPOCHS)


def watch(folder, *words):
    given = ["--model", MODEL, "--images", f"{HERE}:watched", *WORDS]
    given += ["--checkpoints", str(folder / "ckpt/*.weights.h5")]
    given += ["--log-dir", str(folder / "log"), "--steps-per-epoch", "2"]
    return main(["watch", *given, *map(str, words)])


def arrive(monkeypatch, run, folder, steps):
    """Let one checkpoint come whenever another one is drawn."""
    (folder / "ckpt").mkdir()
    ahead = list(steps)

    def come():
        if ahead:
            name = f"w.{ahead.pop(0)}.weights.h5"
            shutil.copy(run / name, folder / "ckpt")
        else:
            (folder / "done").touch()

    original = module.Arrivals.told

    def told(self, one, problem):
        original(self, one, problem)
        come()

    monkeypatch.setattr(module.Arrivals, "told", told)
    monkeypatch.setattr(waiting, "POLL_S", 0.01)
    come()


def test_a_watched_run_equals_the_live_run(run, tmp_path, monkeypatch, capsys):
    arrive(monkeypatch, run, tmp_path, [0, 2, 4, 6])
    assert watch(tmp_path, "--until", tmp_path / "done") == 0
    ours, theirs = captures(tmp_path / "log"), captures(run / "live")
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    said = capsys.readouterr().out
    assert said.count("s after it was saved") == 4


def test_a_torn_checkpoint_is_said_and_the_code_is_3(
    run, tmp_path, monkeypatch, capsys
):
    arrive(monkeypatch, run, tmp_path, [0, 4])
    (tmp_path / "ckpt" / "w.2.weights.h5").write_bytes(b"torn")
    words = ["--until", tmp_path / "done", "--no-patterns", "--quiet"]
    assert watch(tmp_path, *words) == 3
    assert [c.step for c in captures(tmp_path / "log")] == [0, 4]
    assert "w.2.weights.h5" in capsys.readouterr().err


def test_nothing_that_comes_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(waiting, "POLL_S", 0.01)
    assert watch(tmp_path, "--idle", "0.05s") == 2
    assert "none did before" in capsys.readouterr().err


def test_a_model_that_does_not_come_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(waiting, "POLL_S", 0.01)
    words = ["--model", str(tmp_path / "model.keras"), "--idle", "0.05s"]
    words += ["--checkpoints", str(tmp_path / "*.h5")]
    assert main(["watch", *words, "--log-dir", str(tmp_path / "log")]) == 2
    assert "model.keras" in capsys.readouterr().err


def test_a_time_that_is_none_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as raised:
        watch(tmp_path, "--idle", "soon")
    assert raised.value.code == 2
    assert "such as 90s" in capsys.readouterr().err


def test_sigterm_ends_it_as_ctrl_c_does(tmp_path):
    words = ["--model", MODEL, "--checkpoints", str(tmp_path / "*.h5")]
    words += ["--log-dir", str(tmp_path / "log")]
    process = subprocess.Popen(
        [sys.executable, "-m", "kerasviz_callbacks", "watch", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("Waiting for")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on" in errors
