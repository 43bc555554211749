"""Calls TensorBoard's data provider, in parallel on threads.

A late response is nudged. The data server of the Rust loader sends the end of a
response only once the beginning is acknowledged. A kernel acknowledges with the
next request, or else after 40 ms (Nagle's algorithm against delayed
acknowledgement). A lone response of two milliseconds took 45 for that reason.
So a small request is sent behind one that is late.
"""

import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

NUM_THREADS = 16
NUM_AHEAD = 32  # reads begun before the first is asked for: no thread idles
LATE_S = 0.003
MAX_NUDGES = 8  # of one call; one that takes longer is at work, not stuck

_LOGGER = logging.getLogger("tensorboard.kerasviz")


class ReadError(Exception):
    """The provider failed; the text says why, for the user."""


class ProviderCalls:
    """Calls a provider on threads.

    Args:
        threads: Pool that runs the calls and nothing else. What runs there must
            not wait for another of its threads.
        nudge: A call whose response costs nothing.
    """

    def __init__(
        self, threads: ThreadPoolExecutor, nudge: Callable[[], object]
    ) -> None:
        self._threads = threads
        self._nudge = nudge

    def begin(self, call: Callable[[], T]) -> "Future[T | ReadError]":
        """Start a call; return the promise of its result or error."""
        return self._threads.submit(_tried, call)

    def end(self, begun: "Future[T | ReadError]") -> T | ReadError:
        """Wait for a call; return its result or error."""
        for _ in range(MAX_NUDGES):
            if wait([begun], LATE_S).done:
                break
            self._threads.submit(_tried, self._nudge)
        return begun.result()

    def result(self, begun: "Future[T | ReadError]") -> T:
        """Wait for a call; return its result.

        Raises:
            ReadError: The provider failed.
        """
        ended = self.end(begun)
        if isinstance(ended, ReadError):
            raise ended
        return ended

    def side_by_side(
        self, calls: Iterable[Callable[[], T]]
    ) -> Iterator[T | ReadError]:
        """Yield the results in order, with `NUM_AHEAD` calls under way."""
        waiting = iter(calls)
        running: deque[Future[T | ReadError]] = deque()
        while True:
            room = NUM_AHEAD - len(running)
            running.extend(map(self.begin, itertools.islice(waiting, room)))
            if not running:
                return
            yield self.end(running.popleft())


def _tried(call: Callable[[], T]) -> T | ReadError:
    """Return the result, or the error as a `ReadError`.

    What providers raise has no bounds: JSON, key, index, type, memory, gRPC
    and TensorBoard's own errors were all seen for merely corrupt logs.
    """
    try:
        return call()
    except ReadError as error:
        return error
    except Exception as error:
        _LOGGER.debug("The data provider failed", exc_info=True)
        name = type(error).__name__
        failed = ReadError(f"TensorBoard could not read it ({name})")
        failed.__cause__ = error
        return failed
