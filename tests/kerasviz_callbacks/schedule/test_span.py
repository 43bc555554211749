"""How many captures a fit brings is what playing its moments counts."""

import pytest

from kerasviz_callbacks import EverySteps
from kerasviz_callbacks.callbacks.options import as_schedule
from kerasviz_callbacks.schedule import (
    AtSteps,
    EveryEpochs,
    LogSpaced,
    Moment,
    Schedule,
    Span,
)
from tests.kerasviz_callbacks.networks.training import (
    drawing,
    fit,
    plain_network,
)

SPANS = [
    Span(0, 7, 0, 4),
    Span(3, 7, 12, 4),
    Span(3, 3, 12, 4),
    Span(0, 2, 9, 4),  # another fit, whose epochs begin at 0 again
    Span(6, 9, 5, 1),
]
SCHEDULES = [
    EveryEpochs(),
    EveryEpochs(2),
    EverySteps(3),
    EverySteps(500),
    AtSteps(1, 10, 28),
    LogSpaced(),
    EverySteps(5) | AtSteps(12),
    as_schedule(3),
]


def played(schedule: Schedule, span: Span) -> tuple[int, int]:
    """Return how many are due in a fit, and how many of them at its end."""
    parts = getattr(schedule, "schedules", (schedule,))
    step, due, at_end = span.first_step, 0, 0
    for epoch in range(span.first_epoch, span.last_epoch):
        for batch in range(span.steps_per_epoch):
            step += 1
            is_end = batch == span.steps_per_epoch - 1
            moments = [Moment("batch", step, step - 1, epoch)]
            if is_end:
                moments = [Moment("epoch", step, step - 1, epoch + 1)]
            hits = [s.reason(m) is not None for s in parts for m in moments]
            due += sum(hits)
            at_end = sum(hits)
    return due, at_end


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.describe())
def test_count_is_that_of_the_moments(schedule, span):
    due, at_end = played(schedule, span)
    assert span.num_due(schedule) == due
    most = span.most(schedule, has_first=True)
    assert most == due + 1 + (not at_end)
    assert span.most(schedule, has_first=False) == most - 1


def test_steps_of_an_unknown_number_are_not_counted():
    span = Span(0, 5, 0, None)
    assert span.num_due(EveryEpochs()) == 5
    assert span.num_due(EverySteps(2)) is None
    assert span.most(EveryEpochs() | EverySteps(2), has_first=True) is None


def test_epochs_before_the_first_of_a_fit_are_not_counted(tmp_path, capsys):
    draw = drawing(tmp_path, every=2, verbose=1)
    fit(plain_network(), draw, initial_epoch=3, epochs=8)
    out = capsys.readouterr().out
    assert "at most 4 by the clock" in out  # first, epochs 4, 6, 8
    assert "4 captures drawn" in out
