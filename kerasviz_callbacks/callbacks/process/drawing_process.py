"""Starts the process that draws, and talks to it.

A new interpreter runs `serving.main`: a fork would inherit TensorFlow's threads
in an unknown state, and to run the training's script again is not ours. It
draws on the CPU and at a low priority, so that a training has its GPU to
itself and goes first where cores are shared. It ends with the training.

No call of a training waits for a pipe: what is said goes through a queue, and
two threads write and read.
"""

import atexit
import contextlib
import itertools
import logging
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import Any, BinaryIO

import keras

from kerasviz_callbacks.callbacks.process.copies import WeightCopies
from kerasviz_callbacks.callbacks.process.known import Known
from kerasviz_callbacks.callbacks.process.messages import (
    Answer,
    Call,
    Command,
    Failure,
    Logged,
    Result,
    Settings,
)

logger = logging.getLogger("kerasviz")

_START = "from kerasviz_callbacks.callbacks.process.serving import main; main()"
_KINDS: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    RuntimeError,
    ImportError,
    MemoryError,
    OSError,
    FileNotFoundError,
)
_SAID = 2000  # characters of what it wrote before it died


class ProcessEndedError(RuntimeError):
    """The process that draws has ended, and cannot be asked any more."""


class DrawingProcess:
    """A process that draws for the trainings of one thread.

    Attributes:
        folder: Of the copies.
        copies: Writes them.
        known: What it knows of the trainings.
        cause: Why it ended, in words; "" while it is there.
    """

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="kerasviz_")
        self.copies = WeightCopies(self.folder)
        self.known = Known()
        self.cause = ""
        self._thread = threading.current_thread()
        self._stderr = os.path.join(self.folder, "stderr")
        with open(self._stderr, "wb") as stderr:
            self._process = subprocess.Popen(
                # -P: the directory of the training is on the path already
                [sys.executable, "-P", "-c", _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_environment(),
                # Ctrl+C is the training's. No new session: Linux would group
                # it apart, where its low priority says nothing.
                process_group=0 if os.name == "posix" else None,
            )
        self._numbers = itertools.count()
        self._answers: dict[int, Any] = {}
        self._has_news = threading.Condition()
        self._results: list[Result] = []
        self._failures: list[Failure] = []
        self._is_closed = False
        self._to_send: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for target in (self._send, self._receive):
            threading.Thread(target=target, daemon=True).start()
        self._to_send.put(pickle.dumps(_settings(self.folder)))

    @property
    def pid(self) -> int:
        """Number of the process, for the operating system."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self.cause

    def is_for(self, thread: threading.Thread) -> bool:
        """Return whether it may draw for a thread's training, from now on."""
        if self._thread is not thread and self._thread.is_alive():
            return False
        self._thread = thread
        return True

    def tell(self, command: Command) -> None:
        """Have it do something, without waiting for that."""
        self._to_send.put(pickle.dumps(Call(None, command)))

    def ask(self, command: Command) -> Any:
        """Have it do something, and return the answer.

        Raises:
            ProcessEndedError: It has ended.
            Exception: What the command raised there, of the same kind.
        """
        number = next(self._numbers)
        self._to_send.put(pickle.dumps(Call(number, command)))
        with self._has_news:
            self._has_news.wait_for(
                lambda: number in self._answers or self.cause
            )
            if number not in self._answers:
                raise self.ended()
            answer = self._answers.pop(number)
        if isinstance(answer, Failure):
            raise _as_error(answer)
        return answer

    def ended(self) -> ProcessEndedError:
        """Return what to raise once it has ended."""
        return ProcessEndedError(
            f"The process that draws has ended: {self.cause}."
        )

    def results(self, member: int) -> list[Result]:
        """Return what `on_capture` of a recorder was not called with yet."""
        with self._has_news:
            mine = [one for one in self._results if one.member == member]
            self._results = [x for x in self._results if x.member != member]
        return mine

    def check(self, member: int) -> None:
        """Raise what a capture raised, where the user wants that."""
        with self._has_news:
            mine = [one for one in self._failures if one.member == member]
            self._failures = [x for x in self._failures if x.member != member]
        if mine:
            raise _as_error(mine[0])

    def close(self) -> None:
        """Let it end by itself, once it has drawn what waits."""
        self._is_closed = True
        self._to_send.put(None)

    def _send(self) -> None:
        stdin = _pipe(self._process.stdin)
        with contextlib.suppress(OSError), stdin:
            while (pickled := self._to_send.get()) is not None:
                stdin.write(pickled)
                stdin.flush()

    def _receive(self) -> None:
        stdout = _pipe(self._process.stdout)
        with stdout:
            while True:
                try:
                    said = pickle.load(stdout)
                except Exception:  # it ended, perhaps within a message
                    break
                self._take(said)
        code = self._process.wait()
        with self._has_news:
            self.cause = _cause(code, self._stderr)
            self._has_news.notify_all()
        if not self._is_closed:
            logger.error(
                "kerasviz: the process that draws has ended: %s. Training "
                "goes on.",
                self.cause,
            )
            self._to_send.put(None)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, said: Any) -> None:
        if isinstance(said, Logged):
            logging.getLogger(said.name).log(said.level, "%s", said.words)
            return
        with self._has_news:
            if isinstance(said, Result):
                self._results.append(said)
            elif isinstance(said, Answer):
                self._answers[said.number] = said.value
            elif said.number is None:
                self._failures.append(said)
            else:
                self._answers[said.number] = said
            self._has_news.notify_all()


def _pipe(pipe: Any) -> BinaryIO:
    found: BinaryIO = pipe  # there is one: it was asked for
    return found


def _environment() -> dict[str, str]:
    """Return the environment in which it finds the same modules, and no GPU.

    Which GPU a training takes is known; which one is free is not.
    """
    path = os.pathsep.join(one or os.getcwd() for one in sys.path)
    quiet = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2")
    return {
        **os.environ,
        "PYTHONPATH": path,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": quiet,
    }


def _settings(folder: str) -> Settings:
    config = keras.config
    return Settings(
        training=os.getpid(),
        folder=folder,
        keras={
            "floatx": config.floatx(),
            "epsilon": config.epsilon(),
            "image_data_format": config.image_data_format(),
            "dtype_policy": config.dtype_policy().name,
        },
    )


def _as_error(failure: Failure) -> Exception:
    """Return the exception, of the same built-in kind."""
    kinds = {kind.__name__: kind for kind in _KINDS}
    return kinds.get(failure.kind, RuntimeError)(failure.words)


def _cause(code: int, stderr: str) -> str:
    if code < 0:
        words = f"signal {-code} ended it"
        if code == -9:
            words += ", as where memory runs out"
    else:
        words = f"its exit code was {code}"
    with contextlib.suppress(OSError), open(stderr, "rb") as file:
        said = file.read().decode("utf-8", "replace").strip()
        if code > 0 and said:
            words += f"; it wrote: {said[-_SAID:]}"
    return words


_processes: list[DrawingProcess] = []
_lock = threading.Lock()


def drawing_process() -> DrawingProcess:
    """Return the process that draws for this thread; it is started if need be.

    It stays for the next fit, which goes on with the same log.
    """
    thread = threading.current_thread()
    with _lock:
        _processes[:] = [one for one in _processes if one.is_alive]
        for one in _processes:
            if one.is_for(thread):
                return one
        started = DrawingProcess()
        _processes.append(started)
        return started


if hasattr(os, "register_at_fork"):  # a child has none of the threads
    os.register_at_fork(after_in_child=_processes.clear)


@atexit.register
def _close_all() -> None:
    for one in _processes:
        one.close()
