"""Keeps digests of streams; each is made once until the log grows.

Step and time of a stream's newest record say whether it has changed; a provider
knows them without reading. A digest is made on a thread of its own. Whoever
needs it waits a while, and else asks again: however much a log holds, a request
is answered in seconds. One digest is made at a time: a page requests several
things of a stream at once, which then wait for the first, and a large stream
takes hundreds of megabytes while it is parsed.
"""

import ctypes
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from tb_plugin.digest.digest import StreamDigest
from tb_plugin.reading import Stamp, StreamName

MAX_BYTES = 256 * 2**20  # 20 runs of 1000 captures of 8 layers of 64 filters


class StillReadingError(Exception):
    """A stream takes longer to read than the request may wait."""


@dataclass
class Kept:
    """A digest, of which state of the log it is, and whether it was used."""

    stamp: Stamp
    digest: StreamDigest
    is_used: bool = False


class DigestMemory:
    """Keeps the digests that were used last.

    Args:
        max_bytes: Memory that they may take; those of one run always stay.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[StreamName, Kept] = OrderedDict()
        self._begun: dict[StreamName, Future[Kept]] = {}
        self._making = threading.Lock()
        self._lock = threading.Lock()

    def digest(
        self,
        name: StreamName,
        stamp: Stamp,
        make: Callable[[], StreamDigest],
        wait_s: float | None = None,
    ) -> tuple[Stamp, StreamDigest]:
        """Return the digest of a stream, and the state of the log it is of.

        That is `stamp`, or an earlier one where the log has grown while it was
        read: were it read anew each time, a run that records faster than it is
        read would never be seen.

        Args:
            name: Name of the stream.
            stamp: Step and time of its newest record.
            make: Reads and digests it. If it raises, nothing is kept.
            wait_s: Seconds to wait for it. Defaults to any number.

        Raises:
            StillReadingError: It takes longer. It is made nevertheless.
        """
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or (kept.stamp != stamp and kept.is_used):
                making = self._begun.get(name) or self._begin(name, stamp, make)
                kept = None
        if kept is None:
            kept = _awaited(making, wait_s)
        with self._lock:
            kept.is_used = True
            if name in self._kept:
                self._kept.move_to_end(name)
        return kept.stamp, kept.digest

    def _begin(
        self, name: StreamName, stamp: Stamp, make: Callable[[], StreamDigest]
    ) -> "Future[Kept]":
        """Make a digest on a thread that nobody waits for at the end."""
        making: Future[Kept] = Future()
        self._begun[name] = making

        def run() -> None:
            with self._making:
                try:
                    made = Kept(stamp, make())
                except BaseException as error:
                    self._end(name, None)
                    making.set_exception(error)
                    return
                self._end(name, made)
                trim()
            making.set_result(made)

        threading.Thread(
            target=run, name="kerasviz-digest", daemon=True
        ).start()
        return making

    def _end(self, name: StreamName, made: Kept | None) -> None:
        with self._lock:
            del self._begun[name]
            if made is None:
                return
            self._kept[name] = made
            self._kept.move_to_end(name)
            total = sum(each.digest.num_bytes for each in self._kept.values())
            for other in list(self._kept):
                if total <= self._max_bytes:
                    break
                if not other.is_beside(name):
                    total -= self._kept.pop(other).digest.num_bytes


def _awaited(making: "Future[Kept]", wait_s: float | None) -> Kept:
    try:
        return making.result(wait_s)
    except TimeoutError as error:
        if making.done():  # it is of the reading itself
            raise
        raise StillReadingError from error


def trim() -> None:
    """Return freed memory to the operating system.

    The C library of Linux keeps what was freed in pieces below 128 kB, as the
    records of a run are: hundreds of megabytes after each run that was read.
    Other systems have no such function, and no such habit.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # not glibc
        return
