"""Prints what captures take, and what will be left out of a training."""

import contextlib
import sys
from collections.abc import Iterator

from kerasviz_callbacks.callbacks.announcement import aligned, margin
from kerasviz_callbacks.captures import Tell
from kerasviz_callbacks.schedule import Budget, replay

_MEGABYTE = 1e6
_BAR = 20  # characters
_NEWS = 1.5  # times as long or short


class CostsTold:
    """Prints what captures take, and what will be left out, as soon as known.

    Before training if an epoch of an earlier fit tells how long they last,
    after the first epoch if that is news.

    Args:
        name: Of the callback.
        budget: Of the callback.
        is_verbose: Whether to print at all.
    """

    def __init__(self, name: str, budget: Budget, *, is_verbose: bool) -> None:
        self._name = name
        self._budget = budget
        self._is_verbose = is_verbose
        self._epoch_s: float | None = None  # that was told of, or seen
        self._begun_s = 0.0
        self._is_told = False  # in this fit
        self._num_epochs = 0
        self._num_due: int | None = None
        self._most: int | None = None

    def expect(
        self, num_epochs: int, num_due: int | None, most: int | None
    ) -> None:
        """Know what a fit will bring.

        Args:
            num_epochs: Epochs of the fit.
            num_due: Captures that will be due by the clock; None if unknown.
            most: The largest number of captures without events, the first and
                the last among them; None if unknown.
        """
        self._num_epochs, self._num_due, self._most = num_epochs, num_due, most

    def tell_price(self) -> None:
        """Print what a capture takes, after the first, and how many come."""
        self._is_told = False
        price, most = self._budget.price, self._most
        count = None if most is None else f"at most {most} by the clock"
        if price is not None:
            size = price.num_bytes / _MEGABYTE
            words = f"~{price.whole_s:.1f} s and {size:.2f} MB a capture"
            if most is not None:
                words += f"; {count}, {most * size:.1f} MB in all"
            self._say(words)
        elif count is not None:
            self._say(count)
        if self._epoch_s is not None:
            self._forecast(self._epoch_s)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Tell | None]:
        """Lend what shows how far the baseline is, where somebody looks.

        One line that is written over, on a terminal or in a notebook.
        """
        is_seen = sys.stdout.isatty() or "ipykernel" in sys.modules
        if not (self._is_verbose and is_seen):
            yield None
            return
        width = 0

        def tell(path: str, done: int, count: int) -> None:
            nonlocal width
            bar = "=" * (_BAR * done // count)
            line = f"baseline [{bar:<{_BAR}}] {done} of {count}, {path}"
            line = margin(self._name) + line
            width = max(width, len(line))
            print(f"\r{line:<{width}}", end="", flush=True)

        try:
            yield tell
        finally:
            if width:
                print(f"\r{'':<{width}}", end="\r", flush=True)

    def begin_epoch(self) -> None:
        """Note when the epoch began."""
        self._begun_s = self._budget.trained_s

    def end_epoch(self) -> None:
        """Print what will be left out, if epochs are not as long as told."""
        seconds = self._budget.trained_s - self._begun_s
        told_s = self._epoch_s
        is_news = told_s is None or not (
            told_s / _NEWS <= seconds <= told_s * _NEWS
        )
        if is_news and not self._is_told:
            self._epoch_s = seconds
            self._is_told = True
            self._forecast(seconds)

    def _forecast(self, epoch_s: float) -> None:
        count = self._num_due
        if count is None or not self._num_epochs:
            return
        apart_s = epoch_s * self._num_epochs / count
        words = forecast(self._budget, count, apart_s)
        if words:
            self._say(words)

    def _say(self, words: str) -> None:
        if self._is_verbose:
            print(aligned(self._name, [words]), flush=True)


def forecast(budget: Budget, count: int, apart_s: float) -> str | None:
    """Return what will be left out if training goes on as fast as it is.

    Args:
        budget: Of the callback.
        count: Captures that will be due.
        apart_s: Seconds of training between two of them.

    Returns:
        None if nothing will be.
    """
    share, price = budget.share, budget.price
    if share is None or price is None:
        return None
    played = replay({"": price}, [apart_s] * count, share, budget.grace_s)[""]
    num_in_all = len(played.pictures)
    if played.num_whole == num_in_all:
        return None
    num_part = played.num_drawn - played.num_whole
    num_out = num_in_all - played.num_drawn
    parts = [f"{played.num_whole} of {num_in_all} captures whole"]
    parts += [f"{num_part} in part"] * (num_part > 0)
    parts += [f"{num_out} skipped"] * (num_out > 0)
    return (
        f"about {', '.join(parts)}, at {apart_s:.1f} s of training each; "
        "budget=None draws all"
    )
