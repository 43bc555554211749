"""Claims a run in a log directory that no other process writes to.

Two processes that write to one run lose data in TensorBoard's Python loader,
and replace each other's captures in the Rust loader. A file is locked by the
operating system, which unlocks it when the process ends, however it ends: there
is no lock to go stale. A child that is forked does not hold it: workers that
load data may outlive a training that was killed. Two threads of a process that
train at the same time claim a run each.

NFS passes such locks on between hosts. Where there are none (object stores,
some network file systems, Windows), or something else lies in their place,
nothing is locked, and one process per log directory is the user's to see to.
"""

import contextlib
import logging
import os
import stat
from dataclasses import dataclass

from tb_plugin.contract import RUN_NAME

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger("kerasviz")

_MAX_RUNS = 1000
_TRIES = 3
# Neither a link is followed nor a FIFO waited for.
_FLAGS = (
    os.O_WRONLY
    | os.O_APPEND
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_held: set[int] = set()  # descriptors of this process


@dataclass(frozen=True)
class _Locked:
    """A file that is locked; closed by the system when the process ends."""

    path: str
    descriptor: int
    process: int


class RunLock:
    """Keeps one run for this process until `release`."""

    def __init__(self, run: str, file: _Locked | None) -> None:
        self.run = run
        self._file = file

    def is_there(self) -> bool:
        """Return whether the lock still keeps others out."""
        file = self._file
        if file is None or file.process != os.getpid():
            return True
        return _is_same_file(file.path, file.descriptor)

    def release(self) -> None:
        """Let others write."""
        file, self._file = self._file, None
        if file is None or file.process != os.getpid():
            return
        if _is_same_file(file.path, file.descriptor):
            _remove(file.path)
        _close(file.descriptor)


def claim_run(log_dir: str, preferred: str = RUN_NAME) -> RunLock:
    """Return the first run that nobody else writes.

    Args:
        log_dir: made where it is missing.
        preferred: the run to try first; then `kerasviz`, `kerasviz_2`, ….

    Raises:
        OSError: the directory cannot be written.
    """
    if "://" in log_dir or fcntl is None:
        return RunLock(preferred, None)
    os.makedirs(log_dir, exist_ok=True)
    others = [f"{RUN_NAME}_{number}" for number in range(2, _MAX_RUNS)]
    for run in (preferred, RUN_NAME, *others):
        try:
            file = _locked(os.path.join(log_dir, f".{run}.lock"))
        except BlockingIOError:
            continue
        return RunLock(run, file)
    raise OSError(f"{_MAX_RUNS} processes write to {log_dir!r} already.")


def _locked(path: str) -> _Locked | None:
    """Return the file locked; None where there can be no lock.

    Raises:
        BlockingIOError: somebody else has locked it.
    """
    num_refused = 0
    while num_refused < _TRIES:
        try:
            descriptor, is_new = _opened(path)
        except FileNotFoundError:
            continue  # its last owner has removed it meanwhile
        if descriptor is None:
            logger.warning(
                "kerasviz: %r is no plain file, so nothing is locked. Make "
                "sure that no other process writes to this log_dir.",
                path,
            )
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _close(descriptor)
            if not is_new:
                raise
            # Nobody holds a file that is new, but for a moment.
            _remove(path)
            num_refused += 1
        except OSError:
            _close(descriptor)
            if is_new:
                _remove(path)
            return None
        else:
            if _is_same_file(path, descriptor):
                return _Locked(path, descriptor, os.getpid())
            _close(descriptor)  # its last owner has removed it meanwhile
    return None


def _opened(path: str) -> tuple[int | None, bool]:
    """Return a descriptor, and whether the file was made for it.

    None for what is no plain file.

    Raises:
        OSError: the directory cannot be written.
    """
    try:
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
        is_new = True
    except FileExistsError:
        is_new = False
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None, is_new
        descriptor = os.open(path, _FLAGS)
    _held.add(descriptor)
    return descriptor, is_new


def _close(descriptor: int) -> None:
    _held.discard(descriptor)
    os.close(descriptor)


def _close_all() -> None:
    """Let go in a forked child, in which nothing is locked then."""
    while _held:
        with contextlib.suppress(OSError):
            os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.remove(path)


def _is_same_file(path: str, descriptor: int) -> bool:
    try:
        there = os.stat(path)
    except OSError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))
