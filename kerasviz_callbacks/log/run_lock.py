"""Claims a run in a log directory that no other process writes to.

Two processes that write to one run lose data in TensorBoard's Python loader,
and replace each other's captures in the Rust loader. A file is locked by the
operating system, which unlocks it when the process ends, however it ends: there
is no lock to go stale. NFS passes such locks on between hosts. Where there are
none (object stores, some network file systems, Windows), nothing is locked, and
one process per log directory is the user's to see to.
"""

import contextlib
import os
from dataclasses import dataclass

from tb_plugin.contract import RUN_NAME

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MAX_RUNS = 1000


@dataclass(frozen=True)
class _Locked:
    """A file that is locked; closed by the system when the process ends."""

    path: str
    descriptor: int


class RunLock:
    """Keeps one run for this process until `release`."""

    def __init__(self, run: str, file: _Locked | None) -> None:
        self.run = run
        self._file = file

    def is_there(self) -> bool:
        """Return whether the lock still keeps others out."""
        return self._file is None or _is_same_file(self._file)

    def release(self) -> None:
        """Let others write."""
        file, self._file = self._file, None
        if file is None:
            return
        with contextlib.suppress(OSError):
            if _is_same_file(file):
                os.remove(file.path)
        os.close(file.descriptor)


def claim_run(log_dir: str, preferred: str = RUN_NAME) -> RunLock:
    """Return the first run that no other process writes.

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
    """Return the file locked; None where the file system has no locks.

    Raises:
        BlockingIOError: another process has locked it.
    """
    while True:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        file = _Locked(path, os.open(path, flags, 0o666))
        try:
            fcntl.flock(file.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file.descriptor)
            raise
        except OSError:
            os.close(file.descriptor)
            return None
        if _is_same_file(file):
            return file
        os.close(file.descriptor)  # its last owner has removed it meanwhile


def _is_same_file(file: _Locked) -> bool:
    try:
        there = os.stat(file.path)
    except OSError:
        return False
    return os.path.samestat(there, os.fstat(file.descriptor))
