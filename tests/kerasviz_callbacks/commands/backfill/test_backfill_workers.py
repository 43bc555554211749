"""Several processes draw what one does, though one of them is killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import keras
import pytest

from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.logs.finished_run import (
    HERE,
    WORDS,
    train_saving,
)
from tests.kerasviz_callbacks.logs.log_content import assert_same_content
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import network

ROOT = Path(__file__).parents[4]
EPOCHS = 3
DIARY = "KERASVIZ_TEST_DIARY"
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train_saving(tmp_path_factory.mktemp("run"), EPOCHS, is_frozen=True)


def mortal_network() -> keras.Model:
    """Return the network; the second process that asks for it is killed."""
    diary = Path(os.environ[DIARY])
    with diary.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(diary.read_text().split()) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return network()


def test_a_killed_workers_share_is_redone_and_nothing_is_doubled(run, tmp_path):
    diary, log_dir = tmp_path / "diary", tmp_path / "log"
    words = ["--model", f"{__name__}:mortal_network", "--workers", "2"]
    done = called(run, log_dir, *words, **{DIARY: str(diary)})
    assert done.returncode == 0, done.stderr
    processes = diary.read_text().split()
    assert len(set(processes)) > 3  # this one, two, and one in its place
    steps = Counter((c.stream, c.step) for c in captures(log_dir))
    assert len(steps) == 2 * (EPOCHS + 1)
    assert set(steps.values()) == {1}
    assert_same_content(log_dir, run / "live")


def called(run, log_dir, *words, **environment):
    """Call the command in a process of its own."""
    return subprocess.run(
        [
            *[sys.executable, "-m", "kerasviz_callbacks", "backfill"],
            *["--checkpoints", str(run), "--log-dir", str(log_dir)],
            *["--images", f"{HERE}:watched", "--steps-per-epoch", "2"],
            *["--quiet", *WORDS, *words],
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_engine_it_says_what_to_install(
    run, tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "ray", None)
    words = ["--model", "m.keras", "--checkpoints", str(run), "--workers", "2"]
    assert main(["backfill", *words, "--log-dir", str(tmp_path)]) == 2
    assert (
        "pip install 'kerasviz-callbacks[backfill]'" in capsys.readouterr().err
    )
    assert not list(tmp_path.iterdir())
