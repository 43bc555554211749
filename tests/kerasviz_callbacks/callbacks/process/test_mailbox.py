"""At most one copy waits, the newest wins, and what is passed over is counted.

Neither processes nor models: a folder and what is asked for.
"""

from pathlib import Path

import pytest

from kerasviz_callbacks.callbacks.process.mailbox import (
    Mailbox,
    Occurrence,
    Request,
)
from kerasviz_callbacks.captures import TrainingPlace
from kerasviz_callbacks.log import Reasons


def place(step: int) -> TrainingPlace:
    return TrainingPlace(step, 0, step)


def due(step: int, **more) -> Request:
    return Request("", place(step), "by_share", **more)


def named(step: int, reason: str = "", **more) -> Request:
    return Request(reason, place(step), "afterwards", **more)


def put(mailbox: Mailbox, request: Request) -> int | None:
    words = str(request.at.step)
    return mailbox.put(request, lambda path: Path(path).write_text(words))


def taken(mailbox: Mailbox) -> tuple[Request, str] | None:
    found = mailbox.take()
    return found and (found[0], Path(found[1]).read_text())


@pytest.fixture
def mailbox(tmp_path) -> Mailbox:
    return Mailbox(str(tmp_path / "box"))


def test_nothing_is_taken_where_nothing_waits(mailbox):
    assert mailbox.take() is None
    assert mailbox.waits_since is None


def test_what_waits_is_taken_once_with_its_copy(mailbox):
    assert put(mailbox, due(4)) == 0
    assert mailbox.waits_since is not None
    assert taken(mailbox) == (due(4), "4")
    assert taken(mailbox) is None


def test_newest_of_three_wins_and_says_what_was_passed_over(mailbox):
    assert [put(mailbox, due(step)) for step in (4, 8, 12)] == [0, 1, 1]
    request, copy = taken(mailbox)
    assert (request.at.step, copy) == (12, "12")
    assert request.num_passed_over == 2
    assert taken(mailbox) is None


def test_copy_that_is_being_drawn_is_not_replaced(mailbox):
    put(mailbox, due(4))
    _, path = mailbox.take()
    assert put(mailbox, due(8)) == 0
    assert Path(path).read_text() == "4"
    assert taken(mailbox) == (due(8), "8")


def test_what_was_asked_for_by_name_is_not_replaced_by_a_schedule(mailbox):
    put(mailbox, named(4))
    assert put(mailbox, due(8)) is None
    assert taken(mailbox) == (named(4), "4")


def test_what_was_asked_for_by_name_replaces_what_is_due(mailbox):
    put(mailbox, due(4))
    assert put(mailbox, named(8)) == 1
    assert taken(mailbox)[1] == "8"


@pytest.mark.parametrize(
    ("paid", "reason", "is_named"),
    [
        ("by_share", "", False),
        ("afterwards", "interrupt", True),
        ("aside", "baseline", True),
        ("aside", "asked", False),  # draw(), as often as a loop calls it
        ("last", "", True),
    ],
)
def test_what_is_asked_for_by_name(paid, reason, is_named):
    assert Request(reason, place(1), paid).is_named == is_named


def test_end_at_the_same_step_passes_nothing_over(mailbox):
    put(mailbox, due(8))
    assert put(mailbox, Request("last", place(8), "last")) == 0
    request, _ = taken(mailbox)
    assert (request.reason, request.num_passed_over) == ("last", 0)


def test_what_was_passed_over_passes_its_events_on(mailbox):
    event = Occurrence("unfreezing", place(4), is_reason=True)
    later = Occurrence("schedule", place(8), is_reason=True)
    put(mailbox, named(4, occurred=(event,), num_skipped=2, notes=("a",)))
    put(mailbox, named(8, occurred=(later,), num_skipped=1, notes=("b",)))
    request, _ = taken(mailbox)
    assert request.occurred == (event, later)
    assert (request.num_skipped, request.notes) == (3, ("a", "b"))
    reasons = Reasons()
    for one in request.occurred:
        one.replay(reasons)
    assert [x.reason for x in reasons.before(8)] == ["unfreezing"]
    assert "unfreezing" in reasons.words("")


def test_copy_that_cannot_be_written_leaves_what_waits(mailbox):
    def fail(path: str) -> None:
        raise OSError("No space left on device")

    put(mailbox, due(4))
    with pytest.raises(OSError, match="No space left"):
        mailbox.put(due(8), fail)
    assert taken(mailbox) == (due(4), "4")
    assert put(mailbox, due(12)) == 0


def test_another_mailbox_of_the_same_folder_takes_it(tmp_path):
    """The two sides have nothing in common but the folder."""
    ours, theirs = Mailbox(str(tmp_path)), Mailbox(str(tmp_path))
    put(ours, due(4))
    assert taken(theirs) == (due(4), "4")
    assert taken(ours) is None
