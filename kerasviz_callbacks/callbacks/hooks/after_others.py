"""Ends a callback's part of training after all other callbacks have.

Keras ends callbacks in the order of their list, and some of them change the
weights there: `EarlyStopping(restore_best_weights=True)` puts the best ones
back. What is drawn last should be what `fit` returns, wherever the user put us.
Only the end waits: between epochs a callback that swaps weights and one that
draws are in the order that the user gave.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import keras


class AfterOthers:
    """Calls a function when the last other callback has ended training.

    Keras does not say which callbacks there are. Its `CallbackList` is found
    where it calls us, and gets one more callback at its end. Where no such list
    calls (a training loop that calls the hooks itself), the function is called
    at once.

    Args:
        end: What to call, with what Keras tells.
    """

    def __init__(self, end: Callable[[Any], None]) -> None:
        self._end = end
        self._last: _Last | None = None

    def begin(self) -> None:
        """Take the last place; call it in `on_train_begin`."""
        self._last = None
        found = _calling_list()
        if found is not None:
            self._last = _Last(self._end)
            # Seen by the loop that calls us now: all begin and end alike.
            found.callbacks.append(self._last)

    def finish(self, logs: Any) -> None:
        """End now, or when the others have; call it in `on_train_end`."""
        last, self._last = self._last, None
        found = None if last is None else _calling_list()
        if last is None or found is None or last not in found.callbacks:
            self._end(logs)
        else:
            last.is_due = True


class _Last(keras.callbacks.Callback):
    """Stands at the end of Keras' list, for one fit."""

    async_safe = True

    def __init__(self, end: Callable[[Any], None]) -> None:
        super().__init__()
        self._end = end
        self.is_due = False

    def on_train_end(self, logs: Any = None) -> None:
        if self.is_due:
            self.is_due = False
            self._end(logs)


def _calling_list() -> keras.callbacks.CallbackList | None:
    """Return the list of callbacks that runs the hook that we are in."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, keras.callbacks.CallbackList):
            return caller
        frame = frame.f_back
    return None
