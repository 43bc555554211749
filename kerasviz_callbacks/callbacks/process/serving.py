"""Runs a `Drawer` until the training that started it ends.

Commands come by standard input, answers and lines of the log go by standard
output, and what a user's functions print goes with the errors. A training that
has ended, however that came about, closes the pipe: what waits is drawn, and
then this process ends as well.
"""

import contextlib
import logging
import os
import pickle
import queue
import shutil
import signal
import sys
import threading
import traceback
from typing import Any, BinaryIO

import keras

from kerasviz_callbacks.callbacks.process.drawer import Drawer, Say
from kerasviz_callbacks.callbacks.process.messages import (
    Begin,
    Logged,
    Settings,
)

_POLL_S = 0.1  # from one look at the mailboxes to the next
# The training goes first. Linux then gives this process a thirtieth of a core
# that both want: enough to come to an end where others keep all cores busy.
_NICENESS = 15


class _Forwarding(logging.Handler):
    """Has the training log what is logged here."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()
        if record.exc_info is not None:
            lines = traceback.format_exception(*record.exc_info)
            words += "\n" + "".join(lines).rstrip()
        self._say(Logged(record.name, record.levelno, words))


def main() -> None:
    """Draw until the training closes the pipe, or has ended."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what users print
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
    arguments = sys.stdin.buffer, commands
    threading.Thread(target=_read, args=arguments, daemon=True).start()
    settings = commands.get()
    if settings is not None:
        _draw_for(settings, commands, answers)


def _draw_for(
    settings: Settings, commands: "queue.SimpleQueue[Any]", answers: BinaryIO
) -> None:
    lock = threading.Lock()

    def say(said: Any) -> None:
        # A training that has ended reads nothing: it is drawn all the same.
        with lock, contextlib.suppress(OSError):
            pickle.dump(said, answers)
            answers.flush()

    for name in ("kerasviz", "kerasviz_callbacks"):
        logging.getLogger(name).addHandler(_Forwarding(say))
        logging.getLogger(name).propagate = False
    _configure(settings.keras)
    drawer = Drawer(settings.folder, say)
    has_drawn = False
    while os.name != "posix" or os.getppid() == settings.training:
        with contextlib.suppress(queue.Empty):
            call = commands.get(timeout=0.0 if has_drawn else _POLL_S)
            if call is None:
                break
            if isinstance(call.command, Begin):
                _let_training_go_first()
            drawer.do(call)
        has_drawn = drawer.draw_oldest()
    drawer.close()
    shutil.rmtree(settings.folder, ignore_errors=True)


def _let_training_go_first() -> None:
    """Take a low priority, once the training no longer waits."""
    if not hasattr(os, "setpriority"):  # Windows
        return
    threads = ["0"]  # this process
    if os.path.isdir("/proc/self/task"):  # on Linux each thread has its own
        threads += os.listdir("/proc/self/task")
    for thread in threads:
        with contextlib.suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, int(thread), _NICENESS)


def _read(pipe: BinaryIO, commands: "queue.SimpleQueue[Any]") -> None:
    """Pass on what is read; None when the pipe is closed."""
    with contextlib.suppress(Exception):  # within a message, too
        while True:
            commands.put(pickle.load(pipe))
    commands.put(None)


def _configure(settings: dict[str, Any]) -> None:
    keras.config.set_floatx(settings["floatx"])
    keras.config.set_epsilon(settings["epsilon"])
    keras.config.set_image_data_format(settings["image_data_format"])
    keras.config.set_dtype_policy(settings["dtype_policy"])
