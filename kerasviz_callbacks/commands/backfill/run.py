"""Draws the checkpoints of a job, in order, into a log like that of a live run.

The recorders draw and write as in a fit; see `streams.py`. With workers, the
ascents, which take nearly all of the time, are asked for some checkpoints
ahead, and this process goes through the checkpoints behind them.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kerasviz_callbacks.commands import ERRORS, StoppedError
from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint
from kerasviz_callbacks.commands.backfill.checkpoints.order import Placed
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    UnreadableCheckpointError,
)
from kerasviz_callbacks.commands.backfill.job import BackfillJob
from kerasviz_callbacks.commands.backfill.remaining import (
    needed_steps,
    newest_steps,
    remaining,
)
from kerasviz_callbacks.commands.backfill.streams import BackfillStream
from kerasviz_callbacks.commands.backfill.subject import Subject
from kerasviz_callbacks.commands.backfill.workers import (
    Turn,
    Workers,
    in_turn,
    looking_ahead,
)
from kerasviz_callbacks.log import run_log
from tb_plugin.contract import Capture

Tell = Callable[[int], None]
Followed = Callable[[Placed, str | None], None]


@dataclass(frozen=True)
class Report:
    """What a backfill did.

    Attributes:
        num_drawn: checkpoints, now.
        num_kept: that lay in the log.
        directory: of the run.
        left_out: what could not be drawn, in sentences.
    """

    num_drawn: int
    num_kept: int
    directory: str
    left_out: tuple[str, ...]


class Backfill:
    """Draws checkpoints into a log; begins by looking at both.

    Args:
        job: what is wanted.
        placed: the checkpoints, in the order of training.
        workers: that climb; None for this process.

    Attributes:
        what: what is left to do.

    Raises:
        ValueError, TypeError, RuntimeError: it cannot work, with what to do.
        OSError: a file cannot be read or the log not written.
    """

    def __init__(
        self,
        job: BackfillJob,
        placed: Sequence[Placed],
        workers: Workers | None = None,
    ) -> None:
        self._placed = tuple(placed)
        self._workers = workers
        self._left_out: list[str] = []
        self._num_drawn = 0
        self._subject = Subject(job)
        self._patterns = self._subject.patterns()
        self._heatmaps = self._subject.heatmaps()
        self._all: list[BackfillStream[Any]] = [
            one for one in (self._patterns, self._heatmaps) if one is not None
        ]
        self._directory = run_log(job.log_dir).directory
        streams = [one.kind for one in self._all]
        self.what = remaining(self._directory, streams, self._placed)

    def run(self, tell: Tell) -> Report:
        """Draw what is left.

        Args:
            tell: called with the number of checkpoints gone through, whenever
                one is finished.

        Raises:
            ValueError, TypeError, RuntimeError, OSError: it cannot begin.
            StoppedError: it has begun, and cannot go on.
        """
        ahead = self.what.ahead
        if ahead:
            with self._begun(ahead[0]):
                for count, one in self._turns():
                    self._draw(one)
                    tell(count)
        late = [
            f"{one.checkpoint.path!r} lies before what is drawn already; only "
            "a new --log-dir can take it in."
            for one in self.what.late
        ]
        return self._report(late)

    def follow(self, arrivals: Iterable[Placed], tell: Followed) -> Report:
        """Draw what comes, until nothing more does.

        Args:
            arrivals: checkpoints, each of a later step than the one before.
            tell: called with each checkpoint once it is drawn, and with what
                is wrong with it if it could not be.

        Raises:
            StoppedError: it has begun, and cannot go on.
        """
        coming = iter(arrivals)
        first = next(coming, None)
        if first is not None:
            with self._begun(first):
                for one in itertools.chain([first], coming):
                    is_loaded = self._load(one.checkpoint)
                    if is_loaded:
                        self._draw(one)
                    tell(one, None if is_loaded else self._left_out.pop())
        return self._report()

    def _draw(self, one: Placed) -> None:
        for stream in self._all:
            stream.draw_at(one.place)
        self._num_drawn += 1

    def _report(self, late: Sequence[str] = ()) -> Report:
        num_kept = max(map(len, self.what.kept.values()), default=0)
        left_out = (*self._left_out, *late)
        return Report(self._num_drawn, num_kept, self._directory, left_out)

    @contextlib.contextmanager
    def _begun(self, first: Placed) -> Iterator[None]:
        """Check everything, recall what was drawn, open the log."""
        self._load_first_readable()
        try:
            for stream in self._all:
                stream.join()
            self._recall()
            for stream in self._all:
                stream.begin(first.place)
            self._check_alone()
            yield
        except ERRORS as error:
            if not self._num_drawn:
                raise
            raise StoppedError(str(error)) from error
        finally:
            for stream in self._all:
                stream.close()

    def _check_alone(self) -> None:
        """Raise if another process has the run, so that ours is a new one."""
        directory = self._all[0].directory
        if directory != self._directory:
            raise RuntimeError(
                f"--log-dir must be for one process — another one writes to "
                f"{self._directory!r}. Wait for it, or name another directory."
            )

    def _load_first_readable(self) -> None:
        """Load the weights that all is checked with, as before a training."""
        for one in self._placed:
            with contextlib.suppress(UnreadableCheckpointError):
                self._subject.loader.load(one.checkpoint)
                return

    def _recall(self) -> None:
        by_step = {one.place.step: one.checkpoint for one in self._placed}
        needed = {
            step
            for kept in self.what.kept.values()
            if kept
            for step in needed_steps(kept)
        }
        steps = sorted({c.step for k in self.what.kept.values() for c in k})
        for step in steps:
            if step in needed:
                self._subject.loader.load(by_step[step])
            self._recall_step(step, has_weights=step in needed)

    def _recall_step(self, step: int, *, has_weights: bool) -> None:
        if self._patterns is not None and has_weights:
            kept = self.what.kept.get(self._patterns.kind, [])
            paths = _paths_at(kept, step)
            for capture in _at(kept, step):
                self._patterns.series.recall(
                    self._subject.model, capture, paths
                )
        if self._heatmaps is not None:
            for capture in _at(
                self.what.kept.get(self._heatmaps.kind, []), step
            ):
                self._heatmaps.series.recall(capture, has_weights=has_weights)

    def _turns(self) -> Iterator[Turn]:
        ahead, workers = self.what.ahead, self._workers
        if workers is None or self._patterns is None:
            return in_turn(ahead, self._load)
        return looking_ahead(ahead, self._load, self._patterns, workers)

    def _load(self, checkpoint: Checkpoint) -> bool:
        try:
            self._subject.loader.load(checkpoint)
        except UnreadableCheckpointError as error:
            self._left_out.append(str(error))
            return False
        return True


def _at(kept: Sequence[Capture], step: int) -> list[Capture]:
    return [capture for capture in kept if capture.step == step]


def _paths_at(kept: Sequence[Capture], step: int) -> frozenset[str]:
    """Return the layers whose first or newest pictures lie at a step."""
    if not kept:
        return frozenset()
    newest = newest_steps(kept)
    is_first = step == kept[0].step
    return frozenset(p for p, s in newest.items() if is_first or s == step)
