"""Writes one event file of a run.

Written in the caller's thread: what cannot be written is an error there, at
once, and an event that was written is in the file. On a local disk the file is
open only while an event is written: nothing is left open by a training that
ends by an exception, and a file that is gone is an error, not lost.

A record of an event file carries a CRC of its content. TensorBoard's own writer
computes it in Python, in 20 ms for the heatmaps of a dozen images. TensorFlow's
takes a thousandth of that, but writes to a file system: to one in memory.
"""

import os
import socket
import threading
import time
from typing import Any

import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event, SessionLog

# The loaders read a run's files in the order of their names.
_PREFIX = "events.out.tfevents."
_DIGITS = 10


class EventFile:
    """A new event file in `directory`, which is made where it is missing.

    Args:
        directory: of the run.
        restart_step: the step from which on the file replaces what the run's
            older files hold; None where there is nothing to replace. The
            Python loader needs to be told, the Rust loader sees it by itself.

    Attributes:
        name: of the file.

    Raises:
        OSError, tf.errors.OpError: the file cannot be written.
    """

    def __init__(self, directory: str, restart_step: int | None = None) -> None:
        tf.io.gfile.makedirs(directory)
        now = time.time()
        self.name = (
            f"{_PREFIX}{_second(directory, now):0{_DIGITS}d}."
            f"{socket.gethostname()}.{os.getpid()}"
        )
        self._path = os.path.join(directory, self.name)
        self._remote: Any = None
        if "://" in directory:
            self._remote = tf.io.gfile.GFile(self._path, "wb")
        else:
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o666))
        self.write(Event(wall_time=now, file_version="brain.Event:2"))
        if restart_step is not None:
            start = SessionLog(status=SessionLog.START)
            event = Event(wall_time=now, step=restart_step, session_log=start)
            for _ in range(2):  # the first one in a run replaces nothing
                self.write(event)

    def write(self, event: Event) -> int:
        """Write one event and return how many bytes it takes."""
        content = as_record(event.SerializeToString())
        if self._remote is not None:
            self._remote.write(content)
            self._remote.flush()
        else:
            _append(self._path, content)
        return len(content)

    def close(self) -> None:
        """Close the file; everything in it was flushed before."""
        if self._remote is not None:
            self._remote.close()


def _append(path: str, content: bytes) -> None:
    """Write to the end of a file that is there."""
    binary = getattr(os, "O_BINARY", 0)  # Windows
    file = os.open(path, os.O_WRONLY | os.O_APPEND | binary)
    try:
        left = memoryview(content)
        while left:  # a disk that fills up takes a part first
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def _second(directory: str, now: float) -> int:
    """Return the time of a new file, later than that of every older one.

    A process restarted within a second would else come before the one that it
    continues, by the accident of its number.
    """
    names = tf.io.gfile.listdir(directory)  # a glob would read brackets
    ours = [name for name in names if name.startswith(_PREFIX)]
    seconds = [name[len(_PREFIX) :][:_DIGITS] for name in ours]
    known = [int(second) for second in seconds if second.isdigit()]
    return max([int(now), *(second + 1 for second in known)])


def as_record(content: bytes) -> bytes:
    """Return the record: length, its CRC, content, its CRC."""
    path = f"ram://kerasviz/{threading.get_ident()}"
    try:
        with tf.io.TFRecordWriter(path) as writer:
            writer.write(content)
        with tf.io.gfile.GFile(path, "rb") as file:
            record: bytes = file.read()
    finally:
        if tf.io.gfile.exists(path):
            tf.io.gfile.remove(path)
    return record
