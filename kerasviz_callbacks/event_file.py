"""Events in, one event file of a run out.

Written in the caller's thread: what cannot be written is an error there, at
once, and a flushed event is on disk.
"""

import os
import socket
import time

import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.summary.writer.record_writer import RecordWriter

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

    Raises:
        OSError, tf.errors.OpError: the file cannot be written.
    """

    def __init__(self, directory: str, restart_step: int | None = None) -> None:
        tf.io.gfile.makedirs(directory)
        now = time.time()
        name = (
            f"{_PREFIX}{_second(directory, now):0{_DIGITS}d}."
            f"{socket.gethostname()}.{os.getpid()}"
        )
        file = tf.io.gfile.GFile(os.path.join(directory, name), "wb")
        self._writer = RecordWriter(file)
        self.write(Event(wall_time=now, file_version="brain.Event:2"))
        if restart_step is not None:
            start = SessionLog(status=SessionLog.START)
            event = Event(wall_time=now, step=restart_step, session_log=start)
            for _ in range(2):  # the first one in a run replaces nothing
                self.write(event)

    def write(self, event: Event) -> None:
        """Write one event and flush it."""
        self._writer.write(event.SerializeToString())
        self._writer.flush()

    def close(self) -> None:
        """Close the file; everything in it was flushed before."""
        self._writer.close()


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
