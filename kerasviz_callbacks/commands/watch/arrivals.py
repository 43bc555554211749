"""Finds checkpoints of a run that is being trained, as they come.

| what lies there                       | what happens                         |
|---------------------------------------|--------------------------------------|
| a file that is still being written    | waits until its size and time stay   |
| a file that cannot be read            | is tried again, then left out        |
| a step that Orbax did not commit      | waits until it is committed          |
| a file that was deleted meanwhile     | is missed; the next one is taken     |
| more than two that wait               | every other one is passed over       |
| a file that is written over           | counts as a new checkpoint           |

Whatever was not drawn is told at the end.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kerasviz_callbacks.commands.backfill.checkpoints import orbax
from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    Checkpoint,
    find_checkpoints,
)
from kerasviz_callbacks.commands.backfill.checkpoints.order import (
    Ordering,
    Placed,
    in_order,
)
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    UnreadableCheckpointError,
)
from kerasviz_callbacks.commands.watch import waiting
from kerasviz_callbacks.commands.watch.waiting import Until

_PATIENCE_S = 10.0  # with a file that cannot be read and does not change
_MOST_WAITING = 2  # more than that: drawing is slower than training
_Signature = tuple[int, int]  # size in bytes, time of change in ns


@dataclass
class Arrivals:
    """The checkpoints of one run, each once it is whole.

    Args:
        patterns: as `find_checkpoints` takes them.
        how: How they are ordered.
        until: When to stop.
        sleep: Waits some seconds.
        clock: Tells seconds.

    Attributes:
        left_out: What was not drawn, by path, and why, in sentences.
        saved_at: Unix time at which each path was saved.
    """

    patterns: Sequence[str]
    how: Ordering
    until: Until
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    left_out: dict[str, str] = field(default_factory=dict)
    saved_at: dict[str, float] = field(default_factory=dict)
    _seen: dict[str, _Signature] = field(default_factory=dict)
    _gone_through: dict[str, _Signature] = field(default_factory=dict)
    _failed: dict[tuple[str, _Signature], float] = field(default_factory=dict)
    _begin: int = -1  # the step up to which another process drew
    _step: int = -1  # of the newest that is drawn

    def wait(self) -> None:
        """Wait until it is time to look again."""
        self.sleep(waiting.POLL_S)

    def skip_to(self, step: int) -> None:
        """Take only checkpoints after that step: those before are drawn."""
        self._begin = self._step = step

    def first(self) -> tuple[Placed, ...]:
        """Wait until there are some, and return them; they stay to be drawn."""
        return next(self._looks(), ())

    def __iter__(self) -> Iterator[Placed]:
        for ahead in self._looks():
            yield self._next(ahead)

    def _looks(self) -> Iterator[tuple[Placed, ...]]:
        """Yield what waits, whenever something does, until it is over."""
        since = self.clock()
        while True:
            is_last = self.until.is_told()
            found = self.look(is_settled=is_last)
            if found:
                yield found
                since = self.clock()
            elif is_last or self.until.is_idle(self.clock() - since):
                return
            else:
                self.wait()

    def look(self, *, is_settled: bool = False) -> tuple[Placed, ...]:
        """Return what is whole and was not gone through, in order.

        Args:
            is_settled: Whether nothing is being written any more, so that a
                file need not be seen twice.

        Raises:
            ValueError: The order of the checkpoints is not clear.
        """
        now = self._signatures()
        self._miss({one.path for one in now})
        whole = {
            checkpoint: signature
            for checkpoint, signature in now.items()
            if is_settled or self._seen.get(checkpoint.path) == signature
        }
        self._seen = {one.path: signature for one, signature in now.items()}
        if not any(self._is_new(*item) for item in whole.items()):
            return ()
        patience_s = 0.0 if is_settled else _PATIENCE_S
        placed, unreadable = self._ordered(tuple(whole))
        for error in unreadable:
            signature = whole[error.checkpoint]
            self._try_again(error.checkpoint, signature, str(error), patience_s)
        return tuple(one for one in placed if self._is_ahead(one, whole))

    def _ordered(
        self, whole: Sequence[Checkpoint]
    ) -> tuple[Sequence[Placed], Sequence[UnreadableCheckpointError]]:
        try:
            ordered = in_order(whole, self.how)
        except UnreadableCheckpointError as error:  # all of them are
            return (), (error,)
        return ordered.all, ordered.unreadable

    def told(self, one: Placed, problem: str | None) -> None:
        """Note that a checkpoint was drawn, or what is wrong with it."""
        path = one.checkpoint.path
        if problem is None:
            self._step = one.place.step
            self.left_out.pop(path, None)
        elif not os.path.exists(one.checkpoint.file):
            self._leave_out(one, _deleted(path))
        else:
            signature = self._gone_through.pop(path)
            self._try_again(one.checkpoint, signature, problem, _PATIENCE_S)
            self.wait()

    def _next(self, ahead: Sequence[Placed]) -> Placed:
        """Return what to draw now; passes over one if too many wait."""
        is_behind = len(ahead) > _MOST_WAITING and self._step >= 0
        if is_behind:
            self._leave_out(
                ahead[0],
                f"{ahead[0].checkpoint.path!r} was passed over: drawing "
                "takes longer than the training from one to the next.",
            )
        chosen = ahead[is_behind]
        self._go_through(chosen)
        return chosen

    def _go_through(self, one: Placed) -> None:
        path = one.checkpoint.path
        self._gone_through[path] = self._seen[path]
        self.saved_at[path] = self._seen[path][1] / 1e9

    def _leave_out(self, one: Placed, why: str) -> None:
        self._go_through(one)
        self.left_out[one.checkpoint.path] = why

    def _miss(self, paths: Collection[str]) -> None:
        """Say what was there at the last look and is not, and was not drawn."""
        for path in self._seen:
            if path not in paths and path not in self._gone_through:
                self.left_out[path] = _deleted(path)

    def _signatures(self) -> dict[Checkpoint, _Signature]:
        found = {}
        for checkpoint in self._found():
            path, words = checkpoint.path, None
            try:
                found[checkpoint] = _signature(checkpoint)
            except OSError as error:  # not committed; deleted since
                words = f"{path!r} cannot be read — {error}"
            if path in self._gone_through:
                continue
            self.left_out.pop(path, None)
            if words is not None:
                self.left_out[path] = words
        return found

    def _found(self) -> tuple[Checkpoint, ...]:
        try:
            return find_checkpoints(self.patterns)
        except FileNotFoundError:  # not yet
            return ()

    def _is_new(self, checkpoint: Checkpoint, signature: _Signature) -> bool:
        return self._gone_through.get(checkpoint.path) != signature

    def _is_ahead(
        self, one: Placed, whole: Mapping[Checkpoint, _Signature]
    ) -> bool:
        """Return whether it can be drawn; says what comes too late."""
        if not self._is_new(one.checkpoint, whole[one.checkpoint]):
            return False
        step = one.place.step
        if step > self._step:
            return True
        if step > self._begin:
            path = one.checkpoint.path
            self._leave_out(
                one, f"{path!r} came after a checkpoint of a later step."
            )
        else:
            self._go_through(one)
        return False

    def _try_again(
        self,
        checkpoint: Checkpoint,
        signature: _Signature,
        why: str,
        patience_s: float,
    ) -> None:
        """Take it for one that is being written, for some time more."""
        path, now_s = checkpoint.path, self.clock()
        since_s = self._failed.setdefault((path, signature), now_s)
        if now_s - since_s >= patience_s:
            self._gone_through[path] = signature
            self.left_out[path] = why


def _signature(checkpoint: Checkpoint) -> _Signature:
    """Return what changes as long as a checkpoint is being written."""
    if checkpoint.kind == "orbax":
        return orbax.signature(checkpoint.path)
    status = os.stat(checkpoint.file)
    return status.st_size, status.st_mtime_ns


def _deleted(path: str) -> str:
    return f"{path!r} was deleted before it was read."
