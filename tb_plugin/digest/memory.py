"""Keeps digests of streams; each is made once until the log grows.

Step and time of a stream's newest record say whether it has changed; a provider
knows them without reading. One digest is made at a time: a page requests
several things of a stream at once, which then wait for the first, and a large
stream takes hundreds of megabytes while it is parsed.
"""

import ctypes
import threading
from collections import OrderedDict
from collections.abc import Callable

from tb_plugin.digest.digest import StreamDigest
from tb_plugin.reading import Stamp, StreamName

MAX_BYTES = 256 * 2**20  # 20 runs of 1000 captures of 8 layers of 64 filters


class DigestMemory:
    """Keeps the digests that were used last.

    Args:
        max_bytes: Memory that they may take; one always stays.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[StreamName, tuple[Stamp, StreamDigest]] = (
            OrderedDict()
        )
        self._making = threading.Lock()
        self._lock = threading.Lock()

    def digest(
        self, name: StreamName, stamp: Stamp, make: Callable[[], StreamDigest]
    ) -> StreamDigest:
        """Return the digest of a stream as it is at `stamp`.

        Args:
            name: Name of the stream.
            stamp: Step and time of its newest record.
            make: Reads and digests it. If it raises, nothing is kept.
        """
        kept = self._found(name, stamp)
        if kept is not None:
            return kept
        with self._making:
            kept = self._found(name, stamp)
            if kept is None:
                kept = make()
                self._keep(name, stamp, kept)
                trim()
        return kept

    def _found(self, name: StreamName, stamp: Stamp) -> StreamDigest | None:
        with self._lock:
            known = self._kept.get(name)
            if known is None or known[0] != stamp:
                return None
            self._kept.move_to_end(name)
            return known[1]

    def _keep(
        self, name: StreamName, stamp: Stamp, digest: StreamDigest
    ) -> None:
        with self._lock:
            self._kept[name] = (stamp, digest)
            self._kept.move_to_end(name)
            total = sum(each.num_bytes for _, each in self._kept.values())
            while total > self._max_bytes and len(self._kept) > 1:
                _, (_, oldest) = self._kept.popitem(last=False)
                total -= oldest.num_bytes


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
