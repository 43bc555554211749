"""Prints a line of progress on a terminal."""

import sys
import time
from typing import TextIO

_EVERY_S = 0.1
_EVERY_S_IN_A_FILE = 10.0
_WIDTH = 78


class ProgressLine:
    """Counts what was done; call it with the name of each item.

    On a terminal one line is rewritten; in a file a line is added every ten
    seconds. Use it with `with`, which clears the line on a terminal.

    Args:
        doing: What is done, in a word.
        total: Number of items.
        stream: Where to print. Defaults to stderr.
    """

    def __init__(
        self, doing: str, total: int, stream: TextIO | None = None
    ) -> None:
        self._doing = doing
        self._total = total
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._every_s = _EVERY_S if self._is_terminal else _EVERY_S_IN_A_FILE
        self._count = 0
        # Who looks at a terminal sees at once what takes long.
        at_once_s = self._every_s if self._is_terminal else 0.0
        self._told_at_s = time.monotonic() - at_once_s

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal:
            self._write("", "\r")

    def __call__(self, what: str) -> None:
        """Report that one more is done."""
        self._count += 1
        now_s = time.monotonic()
        if now_s - self._told_at_s < self._every_s:
            return
        self._told_at_s = now_s
        line = f"{self._doing} {self._count} of {self._total}: {what}"
        self._write(line, "\r" if self._is_terminal else "\n")

    def _write(self, line: str, end: str) -> None:
        text = line[:_WIDTH]
        text = text.ljust(_WIDTH) if self._is_terminal else text
        print(text, end=end, file=self._stream, flush=True)
