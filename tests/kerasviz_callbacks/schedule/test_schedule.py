"""When something is drawn, as a function of the moments asked about."""

import pytest

from kerasviz_callbacks.callbacks.options import as_schedule
from kerasviz_callbacks.schedule.events import LossNotFinite, TrainableChanged
from kerasviz_callbacks.schedule.schedule import AnyOf, Moment, Schedule, joined
from kerasviz_callbacks.schedule.steps import (
    AtSteps,
    EveryEpochs,
    EverySteps,
    LogSpaced,
)


def due_steps(schedule, moments) -> list[int]:
    """Return the steps drawn; a moment is (event, step, epochs finished)."""
    previous, due = 0, []
    for event, step, epoch in moments:
        if schedule.reason(Moment(event, step, previous, epoch)):
            due.append(step)
        previous = step
    return due


def batches(*steps: int) -> list[tuple[str, int, int]]:
    return [("batch", step, 0) for step in steps]


def test_every_epoch_is_due_at_the_ends_of_epochs_alone():
    moments = [*batches(1, 2, 3), ("epoch", 4, 1), ("batch", 5, 1)]
    assert due_steps(EveryEpochs(), moments) == [4]


def test_every_third_epoch_counts_as_keras_counts():
    # A fit that goes on at initial_epoch=4: epochs 5, 6, 7 end.
    moments = [("epoch", 10 * epoch, epoch) for epoch in (5, 6, 7, 8, 9)]
    assert due_steps(EveryEpochs(3), moments) == [60, 90]


def test_every_second_step_is_due_at_its_multiples():
    assert due_steps(EverySteps(2), batches(*range(1, 8))) == [2, 4, 6]


def test_multiple_at_the_end_of_an_epoch_is_due_once():
    moments = [*batches(1, 2, 3), ("epoch", 4, 1), ("batch", 5, 1)]
    assert due_steps(EverySteps(4), moments) == [4]


def test_multiple_that_an_execution_jumps_over_is_due_after_it():
    assert due_steps(EverySteps(5), batches(3, 6, 9, 12, 15)) == [6, 12, 15]


def test_several_multiples_jumped_over_are_due_once():
    assert due_steps(EverySteps(2), batches(7, 14)) == [7, 14]


def test_run_that_goes_on_at_a_multiple_does_not_draw_it_again():
    assert EverySteps(5).reason(Moment("batch", 11, 10, 0)) is None
    assert EverySteps(5).reason(Moment("batch", 15, 14, 0)) == "schedule"


def test_int_counts_epochs_and_waits_for_rare_events():
    schedule = as_schedule(3)
    assert schedule.schedules[0] == EveryEpochs(3)
    events = [type(one) for one in schedule.schedules[1:]]
    assert events == [TrainableChanged, LossNotFinite]


def test_schedule_of_ones_own_is_used():
    class Odd(Schedule):
        def reason(self, moment):
            return "odd" if moment.step % 2 else None

        def describe(self):
            return "at odd steps"

    assert due_steps(as_schedule(Odd()), batches(1, 2, 3)) == [1, 3]


def test_schedules_of_two_callbacks_remember_apart():
    shared = LossNotFinite()
    first, second = as_schedule(shared), as_schedule(shared)
    broken = Moment("batch", 1, 0, 0, {"loss": float("nan")})
    assert first.reason(broken) == second.reason(broken) == "loss not finite"


def test_given_steps_are_due_once_at_the_first_chance():
    schedule = AtSteps(5, 2, 12)
    assert due_steps(schedule, batches(1, 2, 3, 6, 9, 12, 15)) == [2, 6, 12]


def test_log_spacing_is_dense_first_and_then_doubles():
    steps = due_steps(LogSpaced(), batches(*range(1, 41)))
    assert steps == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40]


@pytest.mark.parametrize("per_doubling", [1, 3, 7])
@pytest.mark.parametrize("steps", [1, 10])
def test_log_spacing_draws_as_many_as_it_says(steps, per_doubling):
    schedule = LogSpaced(steps, per_doubling)
    due = due_steps(schedule, batches(*range(1, 2000)))
    assert len(due) == schedule.count(1, 1999)
    assert all(step % steps == 0 for step in due)


def test_million_steps_bring_75_captures():
    assert LogSpaced().count(1, 10**6) == 75


def test_union_is_due_when_either_is():
    schedule = EverySteps(4) | AtSteps(3) | LogSpaced(6, 1)
    due = due_steps(schedule, batches(*range(1, 14)))
    assert due == [3, 4, 6, 8, 12]


def test_union_counts_all_and_says_all():
    schedule = EveryEpochs(2) | AtSteps(3, 30)
    assert schedule.count(10, 20) == 5 + 1
    assert schedule.describe() == "every 2 epochs, at steps 3, 30"


def test_event_goes_before_the_clock_in_the_reason():
    assert joined(["schedule", "", "best loss"]) == "best loss"
    assert joined(["last", "best loss, loss jump"]) == (
        "last, best loss, loss jump"
    )
    assert joined(["schedule", "schedule"]) == "schedule"
    assert joined(["", ""]) is None


def test_union_of_what_is_no_schedule_is_refused():
    with pytest.raises(TypeError, match="schedules such as"):
        AnyOf(EveryEpochs(), 3)
    with pytest.raises(TypeError, match="unsupported operand"):
        EveryEpochs() | 3


def test_schedules_say_when_in_words():
    assert EveryEpochs().describe() == "every epoch"
    assert EveryEpochs(2).describe() == "every 2 epochs"
    assert EverySteps(1).describe() == "every step"
    assert EverySteps(500).describe() == "every 500 steps"


@pytest.mark.parametrize("make", [EveryEpochs, EverySteps, as_schedule])
@pytest.mark.parametrize("count", [0, -1])
def test_count_must_be_positive(make, count):
    with pytest.raises(ValueError, match=f"whole number ≥ 1 — got {count}"):
        make(count)


@pytest.mark.parametrize("count", [1.5, "2", True, None])
def test_count_must_be_whole(count):
    with pytest.raises(ValueError, match="steps must be a whole number"):
        EverySteps(count)


@pytest.mark.parametrize("every", [1.5, "epochs", True, None, [1]])
def test_every_of_another_kind_is_refused(every):
    with pytest.raises(TypeError, match="must be a number of epochs"):
        as_schedule(every)
