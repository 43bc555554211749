"""One run for each training, whatever holds, breaks or replaces a lock."""

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import keras
import pytest

from kerasviz_callbacks.log import (
    check_directory,
    kept_captures,
    run_lock,
    run_log,
)
from kerasviz_callbacks.log.run_lock import claim_run
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import (
    drawing,
    fit,
    plain_network,
)

ROOT = Path(__file__).parents[3]
# A process that is killed while a child that it forked lives on.
KILLED = """
import os, signal, sys, time
from kerasviz_callbacks.log.run_lock import claim_run
lock = claim_run(sys.argv[1])
child = os.fork()
if not child:
    os.close(1), os.close(2)
    time.sleep(60)
    os._exit(0)
print(lock.run, child, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_lock_does_not_live_on_in_forked_workers(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    run, child = done.stdout.split()
    try:
        os.kill(int(child), 0)  # it is alive
        lock = claim_run(str(tmp_path))
        assert (run, lock.run) == ("kerasviz", "kerasviz")
        lock.release()
    finally:
        os.kill(int(child), 9)


def test_a_run_that_is_locked_is_left_to_its_owner(tmp_path):
    first, second = (claim_run(str(tmp_path)) for _ in range(2))
    assert (first.run, second.run) == ("kerasviz", "kerasviz_2")
    first.release()
    assert claim_run(str(tmp_path)).run == "kerasviz"


def test_a_lock_that_is_always_refused_leaves_no_files(tmp_path, monkeypatch):
    def refuse(descriptor, how):
        raise BlockingIOError

    monkeypatch.setattr(fcntl, "flock", refuse)
    lock = claim_run(str(tmp_path))
    assert lock.run == "kerasviz" and lock.is_there()
    lock.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_what_lies_in_the_place_of_the_lock_does_not_hinder(
    tmp_path, caplog, kind
):
    place, other = tmp_path / ".kerasviz.lock", tmp_path / "other"
    if kind == "fifo":
        os.mkfifo(place)
    elif kind == "link":
        place.symlink_to(other)
    else:
        place.mkdir()
    fit(plain_network(), drawing(tmp_path), epochs=1)
    assert [c.step for c in captures(tmp_path)] == [0, 4]
    assert "is no plain file, so nothing is locked" in caplog.text
    assert os.path.lexists(place) and not other.exists()


def test_descriptors_are_closed(tmp_path):
    before = set(run_lock._held)
    lock, other = claim_run(str(tmp_path)), claim_run(str(tmp_path))
    lock.release()
    other.release()
    assert run_lock._held == before


def test_two_threads_that_train_at_once_have_a_run_each(tmp_path, caplog):
    begun = threading.Barrier(2, timeout=60)
    failed = []

    def train(epochs):
        draw = drawing(tmp_path)
        meet = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: epoch == 0 and begun.wait()
        )
        try:
            fit(models.pop(), draw, meet, epochs=epochs)
        except Exception as error:
            failed.append(error)

    models = [plain_network(), plain_network()]
    threads = [threading.Thread(target=train, args=[n]) for n in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    runs = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert runs == ["kerasviz", "kerasviz_2"]
    found = [kept_captures(str(tmp_path / run)) for run in runs]
    counts = [len(one["filter_patterns"]) for one in found]
    assert sorted(counts) == [3, 4]
    assert "another thread draws into" in caplog.text


def test_a_thread_that_has_ended_leaves_its_run(tmp_path):
    for _ in range(2):
        thread = threading.Thread(
            target=lambda: fit(plain_network(), drawing(tmp_path), epochs=1)
        )
        thread.start()
        thread.join()
    assert [p.name for p in tmp_path.iterdir()] == ["kerasviz"]


def test_another_working_directory_does_not_split_a_log(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)

    def leave(epoch, logs):
        os.chdir(tmp_path / "elsewhere")

    draw = drawing(Path("logs"))
    away = keras.callbacks.LambdaCallback(on_epoch_begin=leave)
    fit(plain_network(), draw, away, epochs=2)
    fit(plain_network(), drawing(tmp_path / "logs"), epochs=1)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert [p.name for p in (tmp_path / "logs").iterdir()] == ["kerasviz"]


def test_a_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert drawing(Path("~/logs")).log_dir == str(tmp_path / "logs")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("nowhere"), "a link to what is not ther"),
        (lambda path: path.write_text("mine"), "no directory"),
    ],
)
def test_what_is_no_directory_is_said_before_the_first_batch(
    tmp_path, make, said
):
    make(tmp_path / "logs")
    for log_dir in (tmp_path / "logs", tmp_path / "logs" / "one"):
        with pytest.raises(ValueError, match=rf"log_dir must be.*{said}"):
            fit(plain_network(), drawing(log_dir))


def test_a_name_that_the_fast_loader_cannot_read_is_said(tmp_path, caplog):
    check_directory(str(tmp_path / "it's ü"))
    assert caplog.text == ""
    for name in ('a"b', "a\nb", "a\\b"):
        check_directory(str(tmp_path / name))
        assert "--load_fast=false" in caplog.messages.pop()
        caplog.clear()


def test_a_working_directory_that_is_gone_is_said(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(ValueError, match="is no longer there"):
        drawing(Path("logs"))


def test_a_log_knows_its_thread(tmp_path):
    mine = run_log(str(tmp_path))
    assert run_log(str(tmp_path)) is mine
    others = []
    thread = threading.Thread(
        target=lambda: others.append(run_log(str(tmp_path)))
    )
    thread.start()
    thread.join()
    assert others[0] is not mine
    assert others[0].directory == str(tmp_path / "kerasviz_2")
