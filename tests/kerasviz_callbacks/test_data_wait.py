"""An epoch that begins late because of a drawing is part of its cost."""

import re
import time

import keras
import pytest

from kerasviz_callbacks.budget import Budget
from kerasviz_callbacks.data_wait import DataWait
from tests.kerasviz_callbacks.clock import Clock, spend
from tests.kerasviz_callbacks.training import drawing, fit, plain_network
from tests.kerasviz_callbacks.written import captures

USUAL_S = 0.5


class Training:
    """Epochs on a clock, drawn by some of a fit's callbacks."""

    def __init__(self, *shares: float | None) -> None:
        self.clock = Clock()
        self.budgets = [Budget(share, None, self.clock) for share in shares]
        for budget in self.budgets:
            budget.begin(self.budgets)
        self.waits = [DataWait(budget) for budget in self.budgets]

    def epoch(self, *drawn: int, gap_s: float = USUAL_S) -> None:
        """Train for 10 s, after a gap; then draw for 1 s each."""
        for wait in self.waits:
            wait.begin()
        self.clock.now += gap_s
        for wait in self.waits:
            wait.end()
        self.clock.now += 10
        for index in drawn:
            spend(self.budgets[index], self.clock, 1.0)
            self.budgets[index].learn(1.0, 100, 1.0)

    @property
    def spent_s(self) -> list[float]:
        return [budget.spent_s for budget in self.budgets]


def test_what_an_epoch_comes_late_after_a_drawing_is_charged():
    training = Training(0.05)
    training.epoch(0)
    training.epoch(gap_s=USUAL_S + 3)
    assert training.spent_s == [pytest.approx(4.0)]
    assert training.budgets[0].trained_s == pytest.approx(21.0)


def test_what_an_epoch_takes_to_begin_anyway_is_not():
    training = Training(0.05)
    training.epoch()
    training.epoch(0, gap_s=7.0)  # its validation left TensorFlow to wait
    training.epoch(gap_s=7.0)
    assert training.spent_s == [pytest.approx(1.0)]


def test_epoch_that_begins_early_gives_nothing_back():
    training = Training(0.05)
    training.epoch(0)
    training.epoch(gap_s=0.1)
    assert training.spent_s == [pytest.approx(1.0)]


def test_two_callbacks_count_a_wait_once():
    training = Training(0.05, 0.05)
    training.epoch(0, 1)
    training.epoch(1, gap_s=USUAL_S + 3)
    training.epoch(gap_s=USUAL_S + 2)
    assert training.spent_s == [pytest.approx(4.0), pytest.approx(4.0)]


@pytest.mark.parametrize("late_s", [0.0, 1.0])
def test_wait_makes_a_capture_dearer(late_s):
    training = Training(0.1)
    training.epoch(0)
    training.epoch(gap_s=USUAL_S + late_s)
    for _ in range(3):
        training.epoch()
    # 5.2 s may be spent; spent, and set aside twice, are 3 s or 6 s.
    assert training.budgets[0].affords(0, 1.0) == (not late_s)


def test_fit_charges_the_wait_to_the_callback_that_drew(tmp_path, capsys):
    late = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: time.sleep(2.0 * (epoch == 1))
    )
    fit(plain_network(), drawing(tmp_path, verbose=1), late)
    last_line = capsys.readouterr().out.splitlines()[-1]
    took_s = float(re.search(r"took ([\d.]+) s", last_line)[1])
    assert took_s > 1.9 + sum(c.cost_s for c in captures(tmp_path))
