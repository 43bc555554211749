"""Writes the captures of a process into one run of a log directory.

The callbacks of one process and one `log_dir` share one `RunLog`, which writes
to the run `<log_dir>/kerasviz`: two writers alive in one directory lose data in
TensorBoard's Python loader.
"""

import logging
import os
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tensorboard.compat.proto.event_pb2 import Event

from kerasviz_callbacks.captures import Picture, StoredImages
from kerasviz_callbacks.log.earlier import EarlierCaptures, event_files
from kerasviz_callbacks.log.event_file import EventFile
from kerasviz_callbacks.log.run_lock import RunLock, claim_run
from kerasviz_callbacks.log.run_members import RunMembers
from kerasviz_callbacks.log.run_subject import RunSubject
from kerasviz_callbacks.log.summary import capture_event
from kerasviz_callbacks.schedule import Budget
from tb_plugin.contract import RUN_NAME, Capture, HeldOut, Kind

logger = logging.getLogger("kerasviz")


class RunLog:
    """The one writer of a training for one `log_dir`.

    Streams (see `tb_plugin.contract`) join for a fit and leave at its end. The
    run is `kerasviz`, or the next free one where another process writes there.

    Args:
        log_dir: TensorBoard log directory.
        number: of the writer, if several threads of this process draw there.

    Attributes:
        directory: of the run.
        num_bytes: that the run takes.
    """

    def __init__(self, log_dir: str, number: int = 1) -> None:
        self._log_dir = log_dir
        run = RUN_NAME if number == 1 else f"{RUN_NAME}_{number}"
        self.directory = os.path.join(log_dir, run)
        self._lock: RunLock | None = None
        self._members = RunMembers()
        self._subject = RunSubject()
        self._first_step = 0
        self._is_restart = False
        self._fit = -1
        self._thread: threading.Thread | None = None
        self._forget()

    def take(self) -> bool:
        """Return whether this thread may draw here; then it is its own."""
        thread, mine = self._thread, threading.current_thread()
        if thread not in (None, mine) and thread.is_alive():
            return False
        self._thread = mine
        return True

    def _forget(self) -> None:
        """Know nothing of what was written."""
        self._file: EventFile | None = None
        self._newest: str | None = None  # path of the run's newest file
        self._known_files: set[str] = set()
        self._last_step: dict[str, int] = {}
        self._next_index: dict[str, int] = {}
        self._held_out: dict[str, HeldOut] = {}
        self._restart_step: int | None = None
        self.num_bytes = 0

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """What each callback of the present fit may spend."""
        return self._members.budgets

    def join(
        self,
        member: object,
        budget: Budget,
        kind: Kind,
        paths: Sequence[str],
        fit_key: object,
    ) -> None:
        """Let a callback in for a fit, with the layers that it will draw.

        Args:
            member: the callback.
            budget: what it may spend.
            kind: what it draws.
            paths: of its layers, whose tags it has to itself during the fit.
            fit_key: one and the same object for all callbacks of a fit.

        Raises:
            ValueError: another callback draws one of the layers into this log.
        """
        path = self._members.join(member, budget, kind, paths, fit_key)
        if path is not None:
            raise ValueError(
                f"Two callbacks would draw layer {path!r} ({kind}) into "
                f"{self.directory!r}, where it has one place. Give one of "
                "them another log_dir or other layers."
            )

    def follow(self, weights: Sequence[object]) -> None:
        """Know a model of the fit by its weights; call it after `join`."""
        self._subject.join(weights)

    def place(self, member: object, iterations: int, epoch: int) -> "Place":
        """Tell a callback that joined where the fit stands in the log.

        Args:
            member: the callback.
            iterations: the optimizer's count before the first batch, after
                anything was restored.
            epoch: that begins, as Keras numbers it.

        Raises:
            OSError: the log directory cannot be written.
        """
        if not self._members.has_begun:
            self._claim()
            self._begin_fit(iterations, epoch)
            self._members.has_begun = True
        stream = self._members.stream_of(member)
        is_restart = self._is_restart
        return Place(stream, self._fit, self._first_step, is_restart)

    def look_at(self, member: object, hashes: Sequence[str]) -> bool:
        """Note a callback's images; see `RunMembers.look_at`."""
        return self._members.look_at(member, hashes)

    def begin_again_if_lost(self) -> bool:
        """Return whether the run was removed since; then begin it anew."""
        if self._newest is None or os.path.exists(self._newest):
            return False
        self._forget()
        self._claim()
        return True

    def last_step(self, stream: str) -> int | None:
        """Return the step of the stream's newest capture, if it has one."""
        return self._last_step.get(stream)

    def next_index(self, stream: str) -> int:
        """Return the ordinal of the stream's next capture."""
        return self._next_index.get(stream, 0)

    def write(
        self,
        capture: Capture,
        pictures: Sequence[Picture],
        scalars: Mapping[str, float],
        held_out: StoredImages | None = None,
    ) -> None:
        """Write one capture as one event.

        Held-out images are written once, and again only if they change.

        Raises:
            OSError, tf.errors.OpError: the file cannot be written; the next
                capture goes to a new one.
        """
        stream = capture.stream
        is_known = held_out and self._held_out.get(stream) == held_out[0]
        images = None if is_known else held_out
        self._write_event(capture_event(capture, pictures, scalars, images))
        self._last_step[stream] = capture.step
        self._next_index[stream] = capture.index + 1
        if held_out is not None:
            self._held_out[stream] = held_out[0]

    def leave(self, member: object) -> None:
        """Let a callback out; the last one closes the file."""
        self._members.leave(member)
        if self._members:
            return
        self._thread = None
        self.release()
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def release(self) -> None:
        """Let other processes write to the run."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _claim(self) -> None:
        """Keep the run for this process."""
        if self._lock is not None and self._lock.is_there():
            return
        self._lock = claim_run(self._log_dir, os.path.basename(self.directory))
        directory = os.path.join(self._log_dir, self._lock.run)
        if directory != self.directory:
            logger.warning(
                "kerasviz: another process writes to %r, so this "
                "one writes to %r. Give each training a log_dir of its own.",
                self.directory,
                directory,
            )
            self.directory = directory
            self._forget()

    def _begin_fit(self, iterations: int, epoch: int) -> None:
        files = event_files(self.directory)
        is_another = self._subject.begin() and bool(files)
        last = None
        if files and not is_another:
            last = max(self._last_step.values(), default=None)
        is_foreign = is_another or not self._known_files.issuperset(files)
        if not files or is_foreign:
            # Removed since, or of another process or another model.
            self._forget()
            self._known_files = set(files)
            self._fit = -1
        self._fit += 1
        self._newest = _newest(self.directory, files)
        self.num_bytes = sum(files.values())
        earlier = EarlierCaptures(self.directory) if is_foreign else None
        step = iterations
        if earlier is not None:
            step = earlier.resume_step(iterations, epoch)
        # A new optimizer counts from 0 again; the run's steps go on.
        self._first_step = step if last is None else max(step, last)
        self._is_restart = earlier is not None and self._first_step > 0
        if earlier is not None:
            self._restart_step = self._first_step
            self._next_index = earlier.next_indices(self._first_step)
        if is_another:
            self._tell_another()

    def _tell_another(self) -> None:
        step = self._first_step
        logger.warning(
            "kerasviz: %r holds captures of another model. This training %s. "
            "To keep both, give each model a log_dir of its own.",
            self.directory,
            f"goes on there at step {step} and replaces what lies after"
            if step
            else "begins at step 0 and replaces them",
        )

    def _write_event(self, event: Event) -> None:
        if self._file is None:
            self._file = EventFile(self.directory, self._restart_step)
            self._newest = _newest(self.directory, [self._file.name])
            self._known_files.add(self._file.name)
            self._restart_step = None
        try:
            self.num_bytes += self._file.write(event)
        except BaseException:
            self._file = None  # it ends in half an event
            raise


def _newest(directory: str, files: Collection[str]) -> str | None:
    """Return the path of the newest file; None where it cannot be lost."""
    if not files or "://" in directory:
        return None
    return os.path.join(directory, max(files))


@dataclass(frozen=True)
class Place:
    """Where a callback stands in its log during one fit.

    Attributes:
        stream: its own (see `tb_plugin.contract`).
        fit: ordinal of the fit, 0 first.
        first_step: step before the first batch of the fit.
        is_restart: whether it goes on with a run of an earlier process.
    """

    stream: str
    fit: int
    first_step: int
    is_restart: bool = False


_logs: dict[str, list[RunLog]] = {}
_logs_lock = threading.Lock()


def run_log(log_dir: str) -> RunLog:
    """Return the `RunLog` of this thread for this directory.

    It is one for the whole process, unless another thread that is alive draws
    into it: then this one has a run of its own.
    """
    is_local = "://" not in log_dir
    key = os.path.realpath(log_dir) if is_local else log_dir.rstrip("/")
    with _logs_lock:
        logs = _logs.setdefault(key, [])
        for log in logs:
            if log.take():
                return log
        log = RunLog(log_dir, len(logs) + 1)
        log.take()
        logs.append(log)
    if len(logs) > 1:
        logger.warning(
            "kerasviz: another thread draws into %r, so this one draws into "
            "%r. Give each training a log_dir of its own.",
            logs[0].directory,
            log.directory,
        )
    return log


def check_directory(log_dir: str) -> None:
    """Raise unless captures can be written below this directory.

    Raises:
        ValueError: something else lies there, or it cannot be written.
    """
    if "://" in log_dir:
        return
    odd = [x for x in log_dir if x == '"' or not x.isprintable()]
    if odd or (os.sep == "/" and "\\" in log_dir):
        logger.warning(
            "kerasviz: log_dir has a quote, a backslash or a line break, %r. "
            "TensorBoard's fast loader cannot read pictures of a run with such "
            "a name: start it with --load_fast=false.",
            log_dir,
        )
    place = log_dir
    while not os.path.lexists(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    what = ""
    if not os.path.exists(place):
        what = "a link to what is not there"
    elif not os.path.isdir(place):
        what = "no directory"
    elif not os.access(place, os.W_OK | os.X_OK):
        what = "a directory that this process may not write to"
    if what:
        raise ValueError(
            "log_dir must be a directory that can be written, or a new one — "
            f"got {log_dir!r}, and {place!r} is {what}."
        )
