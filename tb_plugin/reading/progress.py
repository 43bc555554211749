"""Counts how much of a stream has been read, for whoever waits for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tb_plugin.reading.records import StreamName


@dataclass(frozen=True)
class StreamProgress:
    """A stream that is being read, and how many of its records have been."""

    tag: str
    num_read: int
    num_records: int


class ReadingProgress:
    """Counts the records of streams that are being read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[StreamName, tuple[int, int]] = {}

    @contextmanager
    def reading(
        self, name: StreamName, num_records: int
    ) -> Iterator[Callable[[], None]]:
        """Lend a function to call after each record of a stream.

        Args:
            name: Name of the stream.
            num_records: Number of its records.
        """
        num_read = 0

        def count() -> None:
            nonlocal num_read
            num_read += 1
            self._put(name, (num_read, num_records))

        self._put(name, (0, num_records))
        try:
            yield count
        finally:
            with self._lock:
                self._counts.pop(name, None)

    def of_run(self, experiment_id: str, run: str) -> StreamProgress | None:
        """Return what is being read of a run; None if nothing is."""
        with self._lock:
            for name, counts in self._counts.items():
                if (name.experiment_id, name.run) == (experiment_id, run):
                    return StreamProgress(name.tag, *counts)
        return None

    def _put(self, name: StreamName, counts: tuple[int, int]) -> None:
        with self._lock:
            self._counts[name] = counts
