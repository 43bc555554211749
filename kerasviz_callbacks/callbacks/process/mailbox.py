"""Hands copies of the weights to another process: at most one waits.

A folder is the mailbox. Renaming a directory is one step for the operating
system, so no lock is needed, and neither side ever waits for the other:

| name      | made by       | holds                                           |
|-----------|---------------|-------------------------------------------------|
| `new`     | the training  | a copy that is being written                    |
| `waiting` | the training  | the copy that waits, and what is asked of it    |
| `back`    | the training  | what waited, and is passed over for a newer one |
| `taken`   | the drawer    | what is being drawn                             |

The newest copy wins, with one exception: what was asked for by name (the
baseline, an event, an interrupt, the end) is only replaced by what was asked
for by name as well. What is passed over passes its events on to the next copy.
A drawer that stands still, or has died, leaves one copy waiting and no more.
"""

import contextlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kerasviz_callbacks.callbacks.purse import BESIDE, Paid
from kerasviz_callbacks.captures import TrainingPlace
from kerasviz_callbacks.log import Reasons

_BY_HAND = "asked"


@dataclass(frozen=True)
class Occurrence:
    """A reason for the next capture, or what happened before it.

    Attributes:
        words: The reason, or the event.
        at: Where training stood.
        is_reason: Whether it is a reason for a capture.
    """

    words: str
    at: TrainingPlace
    is_reason: bool

    def replay(self, reasons: Reasons) -> None:
        """Have the next capture name it."""
        if self.is_reason:
            reasons.add(self.words, self.at)
        else:
            reasons.happened(self.words, self.at)


class Occurrences:
    """Keeps reasons and events until a copy takes them along."""

    def __init__(self) -> None:
        self._kept: list[Occurrence] = []

    def add(self, reason: str, at: TrainingPlace) -> None:
        """Have the next capture name a reason, and where it arose."""
        self._kept.append(Occurrence(reason, at, is_reason=True))

    def happened(self, event: str, at: TrainingPlace) -> None:
        """Have the next capture say that something happened before it."""
        self._kept.append(Occurrence(event, at, is_reason=False))

    def __iter__(self) -> Iterator[Occurrence]:
        return iter(self._kept)

    def clear(self) -> None:
        """Forget all: a copy took them along."""
        self._kept.clear()


@dataclass(frozen=True)
class Request:
    """What is asked of a copy of the weights; see `Recorder.record_if_new`.

    Attributes:
        reason: Why a capture is made, beside what occurred.
        at: Where training stands.
        paid: What pays for the capture.
        occurred: Reasons and events since the last request.
        overhead: What training has paid so far, as a share of its time.
        num_skipped: Captures that the budget has skipped since.
        num_passed_over: Copies that were passed over since.
        notes: What else the record should say, a sentence each.
    """

    reason: str
    at: TrainingPlace
    paid: Paid
    occurred: tuple[Occurrence, ...] = ()
    overhead: float | None = None
    num_skipped: int = 0
    num_passed_over: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether it was asked for by name, and not by a schedule."""
        is_beside = self.paid in BESIDE and self.reason != _BY_HAND
        return is_beside or self.paid == "afterwards"

    def after(self, earlier: "Request") -> "Request":
        """Return this request with what an earlier one would have said."""
        is_other = earlier.at.step != self.at.step
        passed_over = earlier.num_passed_over + is_other
        return replace(
            self,
            occurred=earlier.occurred + self.occurred,
            num_skipped=earlier.num_skipped + self.num_skipped,
            num_passed_over=passed_over + self.num_passed_over,
            notes=earlier.notes + self.notes,
        )


class Mailbox:
    """A folder in which at most one copy of the weights waits.

    Args:
        folder: Of this mailbox alone; made if it is missing.
    """

    def __init__(self, folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        self._new = os.path.join(folder, "new")
        self._waiting = os.path.join(folder, "waiting")
        self._back = os.path.join(folder, "back")
        self._taken = os.path.join(folder, "taken")

    def put(
        self, request: Request, write: Callable[[str], object]
    ) -> int | None:
        """Let a copy wait, in place of one that waits already.

        Args:
            request: What is asked of it.
            write: Writes the copy to a path.

        Returns:
            Number of captures that are passed over for it, 0 or 1; None if it
            is passed over itself, for what waits was asked for by name.

        Raises:
            OSError: It cannot be written; what waited still does.
        """
        if self.waits_by_name and not request.is_named:
            return None
        shutil.rmtree(self._new, ignore_errors=True)
        os.mkdir(self._new)
        write(_weights_in(self._new))
        _write(self._new, request)  # there is room: nothing waits for it
        num_passed_over = 0
        if _renamed(self._waiting, self._back):
            earlier = _read(self._back)
            if earlier is not None:
                num_passed_over = int(earlier.at.step != request.at.step)
                _write(self._new, request.after(earlier))
        os.rename(self._new, self._waiting)
        shutil.rmtree(self._back, ignore_errors=True)
        return num_passed_over

    @property
    def waits_by_name(self) -> bool:
        """Whether a copy waits that was asked for by name."""
        waiting = _read(self._waiting)
        return waiting is not None and waiting.is_named

    @property
    def waits_since(self) -> float | None:
        """Unix time since when a copy waits; None if there is none."""
        with contextlib.suppress(OSError):
            return os.stat(_request_in(self._waiting)).st_mtime
        return None

    def take(self) -> tuple[Request, str] | None:
        """Return what waits, and the path of its copy; None if nothing does.

        The copy is there until the next one is taken.
        """
        shutil.rmtree(self._taken, ignore_errors=True)
        if not _renamed(self._waiting, self._taken):
            return None
        request = _read(self._taken)
        return None if request is None else (request, _weights_in(self._taken))


def _weights_in(directory: str) -> str:
    return os.path.join(directory, "weights")


def _request_in(directory: str) -> str:
    return os.path.join(directory, "request")


def _renamed(before: str, after: str) -> bool:
    """Rename a directory; return whether it was there."""
    shutil.rmtree(after, ignore_errors=True)
    try:
        os.rename(before, after)
    except FileNotFoundError:
        return False
    return True


def _write(directory: str, request: Request) -> None:
    with open(_request_in(directory), "wb") as file:
        pickle.dump(request, file)


def _read(directory: str) -> Request | None:
    """Return the request in a directory; None if it is gone."""
    try:
        with open(_request_in(directory), "rb") as file:
            request: Request = pickle.load(file)
    except FileNotFoundError:
        return None
    return request
