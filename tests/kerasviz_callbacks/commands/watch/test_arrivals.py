"""Checkpoints are taken once they are whole, and none is lost in silence."""

import os
import shutil

import h5py
import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.order import Ordering
from kerasviz_callbacks.commands.watch.arrivals import Arrivals
from kerasviz_callbacks.commands.watch.waiting import POLL_S, Until
from tests.kerasviz_callbacks.commands.backfill.orbax_steps import (
    write_empty,
)


class Training:
    """A folder of checkpoints, and a clock that only sleeping moves."""

    def __init__(self, folder):
        self.folder = folder
        self.now_s = 0.0
        self.plans = []  # what happens at each sleep

    def save(self, step, count=None):
        path = self.folder / f"step_{step}.weights.h5"
        with h5py.File(path, "w") as file:
            file["layers/dense/vars/0"] = [0.0] * (1 + (count or step))
        return path

    def save_step(self, step, **how):
        return write_empty(self.folder / str(step), **how)

    def sleep(self, seconds):
        assert seconds == POLL_S
        self.now_s += seconds
        if self.plans:
            self.plans.pop(0)()

    def arrivals(self, pattern="*.weights.h5", **until):
        return Arrivals(
            [str(self.folder / pattern)],
            Ordering(),
            Until(**until),
            sleep=self.sleep,
            clock=lambda: self.now_s,
        )

    def finish(self):
        (self.folder / "done").touch()


@pytest.fixture
def training(tmp_path):
    return Training(tmp_path)


def drawn(arrivals, problem=lambda one: None):
    """Draw all that comes, and return the steps."""
    steps = []
    for one in arrivals:
        arrivals.told(one, problem(one))
        steps.append(one.place.step)
    return steps


def test_each_is_drawn_once_in_order_until_the_file_is_there(training):
    training.save(0)
    training.plans = [
        lambda: training.save(10),
        lambda: training.save(20),
        training.finish,
    ]
    arrivals = training.arrivals(file=str(training.folder / "done"))
    assert drawn(arrivals) == [0, 10, 20]
    assert arrivals.left_out == {}


def test_a_file_that_still_grows_waits(training):
    path = training.save(0)
    arrivals = training.arrivals(idle_s=4 * POLL_S)
    assert arrivals.look() == ()
    training.save(0, count=50)
    os.utime(path, ns=(1, 1))
    assert arrivals.look() == ()
    assert [one.place.step for one in arrivals.look()] == [0]


def test_it_ends_after_a_time_without_a_new_one(training):
    training.save(0)
    training.plans = [lambda: None] * 3 + [lambda: training.save(1)]
    assert drawn(training.arrivals(idle_s=3 * POLL_S)) == [0]
    assert drawn(training.arrivals(idle_s=9 * POLL_S)) == [0, 1]


def test_one_that_is_behind_passes_over_every_other_and_says_so(training):
    training.save(0)

    def save_all():
        for step in range(1, 8):
            training.save(step)

    training.plans = [lambda: None, save_all]
    arrivals = training.arrivals(idle_s=4 * POLL_S)
    assert drawn(arrivals) == [0, 2, 4, 6, 7]
    assert len(arrivals.left_out) == 3
    assert all("passed over" in one for one in arrivals.left_out.values())


def test_what_cannot_be_read_is_tried_again_and_then_said(training):
    training.save(0)
    torn = training.folder / "step_1.weights.h5"
    torn.write_bytes(b"torn")
    arrivals = training.arrivals(idle_s=9 * POLL_S)
    assert drawn(arrivals) == [0]
    assert [*arrivals.left_out] == [str(torn)]


def test_a_torn_one_that_is_mended_is_drawn(training):
    training.save(0)
    (training.folder / "step_1.weights.h5").write_bytes(b"torn")
    training.plans = [lambda: None] * 2 + [lambda: training.save(1)]
    arrivals = training.arrivals(idle_s=6 * POLL_S)
    assert drawn(arrivals) == [0, 1]
    assert arrivals.left_out == {}


def test_one_that_was_deleted_before_it_was_read_is_missed(training):
    training.save(0)
    training.save(1)
    arrivals = training.arrivals(idle_s=3 * POLL_S)

    def problem(one):
        if one.place.step == 1:
            os.remove(one.checkpoint.file)
            return "cannot be read"
        return None

    assert drawn(arrivals, problem) == [0, 1]
    [(path, words)] = arrivals.left_out.items()
    assert "step_1" in path and "deleted" in words


def test_one_that_fails_to_load_is_tried_again(training):
    training.save(0)
    training.save(1)
    arrivals = training.arrivals(idle_s=6 * POLL_S)
    tries = []

    def problem(one):
        tries.append(one.place.step)
        return "torn" if one.place.step == 1 and tries.count(1) < 2 else None

    assert drawn(arrivals, problem) == [0, 1, 1]
    assert arrivals.left_out == {}


def test_what_comes_after_a_later_one_is_said(training):
    training.save(5)
    training.plans = [lambda: None, lambda: training.save(3)]
    arrivals = training.arrivals(idle_s=4 * POLL_S)
    assert drawn(arrivals) == [5]
    [words] = arrivals.left_out.values()
    assert "later step" in words


def test_what_is_drawn_already_is_not_drawn_again(training):
    for step in (0, 1, 2):
        training.save(step)
    arrivals = training.arrivals(idle_s=3 * POLL_S)
    assert [one.place.step for one in arrivals.first()] == [0, 1, 2]
    arrivals.skip_to(1)
    assert drawn(arrivals) == [2]
    assert arrivals.left_out == {}


def test_the_first_look_waits_for_a_folder_to_come(training):
    training.plans = [lambda: training.save(0)]
    arrivals = training.arrivals(idle_s=5 * POLL_S)
    assert [one.place.step for one in arrivals.first()] == [0]
    assert training.now_s == 2 * POLL_S


def test_one_that_was_deleted_as_it_failed_is_missed(training):
    """Of a directory that is being deleted, some files are still there."""
    training.save_step(0)
    training.save_step(1)
    training.plans = [lambda: None, lambda: training.save_step(2)]
    arrivals = training.arrivals("*", idle_s=5 * POLL_S)

    def problem(one):
        if one.place.step == 1:
            training.plans.insert(0, lambda: shutil.rmtree(one.checkpoint.path))
            return "cannot be read"
        return None

    assert drawn(arrivals, problem) == [0, 1, 2]
    [(path, words)] = arrivals.left_out.items()
    assert path == str(training.folder / "1") and "was deleted" in words


def test_those_that_are_deleted_before_their_turn_are_missed(training):
    """`OrbaxCheckpoint` keeps the newest one unless told otherwise."""
    training.save_step(0)
    training.plans = [lambda: None, lambda: training.save_step(1)]
    arrivals = training.arrivals("", idle_s=4 * POLL_S)

    def problem(one):
        if one.place.step == 1:
            training.save_step(4)
            for step in (0, 2, 3):
                shutil.rmtree(training.folder / str(step))
        return None

    def save_two_more():
        training.save_step(2)
        training.save_step(3)

    training.plans += [save_two_more]
    assert drawn(arrivals, problem) == [0, 1, 4]
    assert [*arrivals.left_out] == [
        str(training.folder / name) for name in ("2", "3")
    ]
    assert all("was deleted" in one for one in arrivals.left_out.values())


def test_a_step_of_orbax_waits_until_it_is_committed(training):
    training.save_step(0)
    under_way = training.folder / "1.orbax-checkpoint-tmp"
    write_empty(under_way, is_committed=False)

    def commit():
        write_empty(under_way)
        os.rename(under_way, training.folder / "1")

    training.plans = [lambda: None] * 3 + [commit]
    arrivals = training.arrivals("", idle_s=6 * POLL_S)
    assert drawn(arrivals) == [0, 1]
    assert arrivals.left_out == {}


def test_a_step_of_orbax_that_is_never_committed_is_said(training):
    training.save_step(0)
    training.save_step(1, is_committed=False)
    arrivals = training.arrivals("", file=str(training.folder / "done"))
    training.plans = [lambda: None] * 3 + [training.finish]
    assert drawn(arrivals) == [0]
    [words] = arrivals.left_out.values()
    assert "not committed" in words


def test_a_step_of_orbax_that_is_being_copied_waits(training):
    step = training.save_step(0)
    arrivals = training.arrivals("", idle_s=4 * POLL_S)
    assert arrivals.look() == ()
    (step / "pytree/more").write_bytes(b"data")
    assert arrivals.look() == ()
    assert [one.place.step for one in arrivals.look()] == [0]
