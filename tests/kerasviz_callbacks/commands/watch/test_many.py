"""Several runs are watched at once, each as if it were alone."""

import os
import shutil

import pytest

from kerasviz_callbacks.commands.main import main
from kerasviz_callbacks.commands.watch.many import Runs, find_runs
from kerasviz_callbacks.commands.watch.waiting import POLL_S, Until
from tests.kerasviz_callbacks.logs.finished_run import (
    HERE,
    WORDS,
    train_saving,
)
from tests.kerasviz_callbacks.logs.written import captures

MODEL = "tests.kerasviz_callbacks.networks.training:network"
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


def save(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    ("pattern", "names", "found"),
    [
        ("{run}/ckpt/*.h5", ["a/ckpt/1.h5", "b/ckpt/1.h5"], ["a", "b"]),
        ("{run}/ckpt/*.h5", ["a/ckpt/1.h5", "b/other/1.h5"], ["a"]),
        ("run_{run}/{epoch:02d}.h5", ["run_1/01.h5", "x_2/01.h5"], ["1"]),
        ("{run}.h5", ["one.h5", "two.txt"], ["one"]),
        ("{run}/{run}-{epoch}.h5", ["a/a-1.h5", "b/a-1.h5"], ["a"]),
        ("{run}/*.h5", ["[a]/1.h5"], ["[a]"]),
        ("*.h5", ["a.h5"], []),
    ],
)
def test_runs_are_those_that_have_a_checkpoint(tmp_path, pattern, names, found):
    save(tmp_path, *names)
    assert find_runs([os.path.join(tmp_path, pattern)]) == found


class Watched:
    """A process that runs for some looks, then ends with a code."""

    def __init__(self, looks=3, code=0):
        self.looks, self.code, self.was_ended = looks, code, False

    def poll(self):
        self.looks -= 1
        return self.code if self.looks < 0 else None

    def terminate(self):
        self.was_ended = True

    def wait(self):
        return self.code


class Many:
    """A folder of runs, and a clock that only sleeping moves."""

    def __init__(self, folder, at_once=2, code=0, **until):
        self.folder, self.now_s, self.plans = folder, 0.0, []
        self.begun, self.most_at_once, self.code = {}, 0, code
        self.runs = Runs(
            [str(folder / "{run}/*.h5")],
            self.begin,
            at_once,
            Until(**until),
            self.sleep,
            lambda: self.now_s,
        )

    def begin(self, name):
        process = self.begun[name] = Watched(code=self.code)
        running = [one for one in self.begun.values() if one.looks >= 0]
        self.most_at_once = max(self.most_at_once, len(running))
        return process

    def sleep(self, seconds):
        self.now_s += seconds
        if self.plans:
            self.plans.pop(0)()


def test_a_few_runs_at_a_time_are_watched_until_all_have_ended(tmp_path):
    save(tmp_path, *(f"{name}/1.h5" for name in "abcde"))
    many = Many(tmp_path, idle_s=POLL_S)
    many.runs.follow()
    assert list(many.begun) == list("abcde")
    assert many.most_at_once == 2
    assert many.runs.codes == dict.fromkeys("abcde", 0)


def test_a_run_that_begins_later_is_watched_too(tmp_path):
    save(tmp_path, "a/1.h5")
    many = Many(tmp_path, idle_s=3 * POLL_S)
    later = [lambda: save(tmp_path, "b/1.h5")]
    many.plans = [lambda: None] * 5 + later
    many.runs.follow()
    assert set(many.runs.codes) == {"a", "b"}


def test_nothing_begins_anew_while_runs_are_watched(tmp_path):
    """A long run is no idleness, and it is not watched twice."""
    save(tmp_path, "a/1.h5")
    many = Many(tmp_path, idle_s=2 * POLL_S)
    many.plans = [lambda: setattr(many.begun["a"], "looks", 20)]
    many.runs.follow()
    assert many.now_s > 20 * POLL_S and list(many.begun) == ["a"]


def test_the_file_that_ends_it_lets_runs_end_first(tmp_path):
    save(tmp_path, "a/1.h5", "done")
    many = Many(tmp_path, file=str(tmp_path / "done"), code=3)
    many.runs.follow()
    assert many.runs.codes == {"a": 3}


def test_runs_end_with_the_command(tmp_path):
    save(tmp_path, "a/1.h5")
    many = Many(tmp_path)

    def interrupt():
        raise KeyboardInterrupt

    many.plans = [interrupt]
    with pytest.raises(KeyboardInterrupt):
        many.runs.follow()
    many.runs.end()
    assert many.begun["a"].was_ended


def test_a_name_that_only_one_place_takes_is_refused(tmp_path, capsys):
    words = ["--model", MODEL, "--checkpoints", str(tmp_path / "{run}/*.h5")]
    assert main(["watch", *words, "--log-dir", str(tmp_path / "log")]) == 2
    assert "must both have {run}" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "two"])
def test_a_number_of_runs_that_is_none_is_refused(capsys, count):
    with pytest.raises(SystemExit) as stopped:
        main(["watch", f"--runs-at-once={count}"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "--runs-at-once: must be a whole number from 1" in said
    assert f"got {count!r}" in said


def test_no_run_at_all_is_an_error(tmp_path, capsys):
    words = ["--model", MODEL, "--checkpoints", str(tmp_path / "{run}/*.h5")]
    words += ["--log-dir", str(tmp_path / "{run}"), "--idle", "0s"]
    assert main(["watch", *words]) == 2
    assert "no run had one" in capsys.readouterr().err


def test_each_run_has_its_own_log(tmp_path, capfd):
    (tmp_path / "saved" / "run").mkdir(parents=True)
    saved = train_saving(tmp_path / "saved" / "run", 1)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for step in (0, 2):
            shutil.copy(saved / f"w.{step}.weights.h5", tmp_path / name)
    (tmp_path / "two" / "w.2.weights.h5").write_bytes(b"torn")
    (tmp_path / "done").touch()
    words = ["--model", MODEL, "--images", f"{HERE}:watched", *WORDS]
    words += ["--checkpoints", str(tmp_path / "{run}/*.weights.h5")]
    words += ["--log-dir", str(tmp_path / "logs/{run}")]
    words += ["--steps-per-epoch", "2", "--no-patterns"]
    assert main(["watch", *words, "--until", str(tmp_path / "done")]) == 3
    steps = {
        name: [one.step for one in captures(tmp_path / "logs" / name)]
        for name in ("one", "two")
    }
    assert steps == {"one": [0, 2], "two": [0]}
    said = capfd.readouterr()
    assert "one: step 2: drawn" in said.out
    assert "kerasviz: two: exit code 3" in said.err
