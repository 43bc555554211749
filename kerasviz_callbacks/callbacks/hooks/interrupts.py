"""Holds back signals that end a process until one more capture is drawn."""

import signal
import sys
import threading
from types import CodeType, FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_INSIDE = ("kerasviz_callbacks", "keras.src.callbacks")


class Interrupts:
    """Holds back Ctrl+C and SIGTERM until `deliver`, a second one not.

    Nothing tells a callback that `fit` has ended by an exception: a signal
    that comes when the function that trains is no longer on the stack goes
    its way at once.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._received: int | None = None
        self._trains: CodeType | None = None

    def hold(self) -> None:
        """Begin to hold signals back; in the main thread alone."""
        self.release()
        self._received = None
        if threading.current_thread() is not threading.main_thread():
            return
        self._trains = _code_outside(sys._getframe())
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._receive)

    def release(self) -> None:
        """Let signals go their way, as they did before."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            if signal.getsignal(number) == self._receive:
                signal.signal(number, handler)

    def is_waiting(self) -> bool:
        """Return whether a signal is held back."""
        return self._received is not None

    def deliver(self) -> None:
        """Let the signal that was held back go its way."""
        number, self._received = self._received, None
        self.release()
        if number is not None:
            signal.raise_signal(number)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        is_second = self._received is not None
        self._received = number
        if is_second or not _is_running(self._trains, frame):
            self.deliver()


def _code_outside(frame: FrameType | None) -> CodeType | None:
    """Return the code of the first caller that is no callback."""
    while frame is not None:
        if not frame.f_globals.get("__name__", "").startswith(_INSIDE):
            return frame.f_code
        frame = frame.f_back
    return None


def _is_running(code: CodeType | None, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False
