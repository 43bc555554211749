"""Two trainings of one process that take turns, so that they compare.

Over minutes a machine becomes faster and slower by several percent, and of two
processes that do the same one may be slower by a tenth from beginning to end,
even where they take turns; why was not found. Two threads of one process, of
which one trains for a few seconds while the other stands still, have the same
memory and the same minutes.
"""

import threading
import time
from typing import Any

import keras

_TURN_S = 5.0  # at the least; it ends with an epoch


class Turn(keras.callbacks.Callback):
    """Lets a training go on in its turns only, and counts what it takes.

    It is to be the first callback. What those after it do at an epoch's end
    is then done in their own turn.

    Attributes:
        clock_s: seconds of the turns so far.
        cpu_s: seconds of processor time that the process used in them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clock_s = self.cpu_s = 0.0
        self._other: Turn | None = None
        self._may_go = threading.Event()
        self._is_over = False
        self._began = (0.0, 0.0)
        self._turn_began_s = 0.0

    def clock(self) -> float:
        """Return seconds that pass in the own turns only; one is under way."""
        return self.clock_s + time.perf_counter() - self._began[0]

    def begin(self) -> None:
        """Wait for the turn."""
        self._may_go.wait()
        self._may_go.clear()
        self._turn_began_s = self.clock_s
        self._began = time.perf_counter(), time.process_time()

    def end(self) -> None:
        """Let the other have all turns that are left, once."""
        if not self._is_over:
            self._is_over = True
            self._hand_over()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Let the other have a turn, if it is time."""
        is_time = self.clock() - self._turn_began_s >= _TURN_S
        if is_time and self._other is not None and not self._other._is_over:
            self._hand_over()
            self.begin()

    def _hand_over(self) -> None:
        self.cpu_s += time.process_time() - self._began[1]
        self.clock_s = self.clock()
        if self._other is not None:
            self._other._may_go.set()


def two_turns() -> tuple[Turn, Turn]:
    """Return what lets two trainings take turns; the first one begins."""
    first, second = Turn(), Turn()
    first._other, second._other = second, first
    first._may_go.set()
    return first, second
