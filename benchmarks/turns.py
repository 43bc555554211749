"""Trainings that take turns, so that they see the same machine.

Over minutes a machine becomes faster and slower by several percent, which is
as much as what is to be compared. So each of several processes trains for a
few seconds and then stands still while the others do.
"""

import subprocess
import sys
import time
from collections import deque
from typing import Any

import keras

_READY = "ready"  # line by which a process asks for its turn
_TURN_S = 5.0  # at the least; it ends with an epoch


class Turns(keras.callbacks.Callback):
    """Stands still at an epoch's end until it is told to go on.

    It is to be the first callback: what those after it leave to do to other
    threads, after an epoch, is then done in their own turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stood_s = 0.0
        self._turn_began_s = 0.0

    def clock(self) -> float:
        """Return seconds that pass in the own turns only."""
        return time.perf_counter() - self._stood_s

    def wait(self) -> None:
        """Stand still until told to go on."""
        begin = time.perf_counter()
        print(_READY, flush=True)
        sys.stdin.readline()
        self._stood_s += time.perf_counter() - begin
        self._turn_began_s = self.clock()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Let the others have their turns, if it is time."""
        if self.clock() - self._turn_began_s >= _TURN_S:
            self.wait()


def run_in_turns(commands: list[list[str]]) -> list[str]:
    """Run processes that hold `Turns`, and return the last line of each.

    Raises:
        subprocess.CalledProcessError: if one fails.
    """
    running = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    try:
        last = {process: _next_line(process) for process in running}
        waiting = deque(running)
        while waiting:
            process = waiting.popleft()
            if last[process] != _READY:
                continue
            process.stdin.write("\n")
            process.stdin.flush()
            last[process] = _next_line(process)
            waiting.append(process)
    finally:
        for process in running:
            process.kill()  # nothing, where it has ended
            process.wait()
    return [last[process] for process in running]


def _next_line(process: "subprocess.Popen[str]") -> str:
    """Return the next line, or the last one where there is no more."""
    line = ""
    for line in process.stdout:
        if line.strip() == _READY:
            return _READY
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return line.strip()
