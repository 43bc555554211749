"""Calls of TensorBoard's data provider in, answers or `ReadError` out.

They run on threads, side by side, and none of them waits for nothing: the data
server of the Rust loader sends the end of an answer only when the beginning is
confirmed, and a kernel confirms with the next question, or else after 40 ms
(Nagle's algorithm against delayed acknowledgement). A lone answer of two
milliseconds took 45 for that. So where one is late, a small question is sent
behind it.
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
MAX_NUDGES = 8  # of one answer; one that takes longer is at work, not stuck

_LOGGER = logging.getLogger("tensorboard.kerasviz")


class ReadError(Exception):
    """The provider could not answer; the text says why, for the user."""


class Questions:
    """Asks, on threads.

    Args:
        threads: where the provider is called, and nothing else is done: what
            runs there may not wait for another thread of them.
        nudge: a question whose answer costs nothing.
    """

    def __init__(
        self, threads: ThreadPoolExecutor, nudge: Callable[[], object]
    ) -> None:
        self._threads = threads
        self._nudge = nudge

    def begin(self, question: Callable[[], T]) -> "Future[T | ReadError]":
        """Return the promise of an answer, which may be an error."""
        return self._threads.submit(_tried, question)

    def end(self, begun: "Future[T | ReadError]") -> T | ReadError:
        """Return what was promised, once it is there."""
        for _ in range(MAX_NUDGES):
            if wait([begun], LATE_S).done:
                break
            self._threads.submit(_tried, self._nudge)
        return begun.result()

    def answer(self, begun: "Future[T | ReadError]") -> T:
        """Return what was promised, once it is there.

        Raises:
            ReadError: the provider could not answer.
        """
        ended = self.end(begun)
        if isinstance(ended, ReadError):
            raise ended
        return ended

    def side_by_side(
        self, questions: Iterable[Callable[[], T]]
    ) -> Iterator[T | ReadError]:
        """Return the answers in order, `NUM_AHEAD` of them begun at a time."""
        waiting = iter(questions)
        running: deque[Future[T | ReadError]] = deque()
        while True:
            room = NUM_AHEAD - len(running)
            running.extend(map(self.begin, itertools.islice(waiting, room)))
            if not running:
                return
            yield self.end(running.popleft())


def _tried(question: Callable[[], T]) -> T | ReadError:
    """Return the answer, or the error as a `ReadError`.

    What providers raise has no bounds: JSON, key, index, type, memory, gRPC
    and TensorBoard's own errors were all seen for logs that are only torn.
    """
    try:
        return question()
    except ReadError as error:
        return error
    except Exception as error:
        _LOGGER.debug("The data provider failed", exc_info=True)
        name = type(error).__name__
        failed = ReadError(f"TensorBoard could not read it ({name})")
        failed.__cause__ = error
        return failed
