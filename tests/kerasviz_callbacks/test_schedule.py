"""When something is drawn, as a function of the moments asked about."""

import pytest

from kerasviz_callbacks.schedule import (
    EveryEpochs,
    EverySteps,
    Moment,
    as_schedule,
)


def due_steps(schedule, moments) -> list[int]:
    """Return the steps drawn; a moment is (event, step, epochs finished)."""
    previous, due = 0, []
    for event, step, epoch in moments:
        if schedule.is_due(Moment(event, step, previous, epoch)):
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
    assert not EverySteps(5).is_due(Moment("batch", 11, 10, 0))
    assert EverySteps(5).is_due(Moment("batch", 15, 14, 0))


def test_int_counts_epochs():
    assert as_schedule(3) == EveryEpochs(3)


def test_schedule_of_ones_own_is_taken_as_it_is():
    class Never:
        def is_due(self, moment):
            return False

        def describe(self):
            return "never"

    never = Never()
    assert as_schedule(never) is never


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


@pytest.mark.parametrize("every", [1.5, "epoch", True, None, [1]])
def test_every_of_another_kind_is_refused(every):
    with pytest.raises(TypeError, match="number of epochs or a schedule"):
        as_schedule(every)
