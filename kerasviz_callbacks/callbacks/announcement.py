"""Builds what is printed: what is drawn, what it takes, what is left out."""

from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.captures import Plan
from kerasviz_callbacks.schedule import Budget, Price, Schedule, replay

_MEGABYTE = 1e6
_NEWS = 1.5  # times as long or short


def announcement(
    plan: Plan, options: CaptureOptions, schedule: Schedule
) -> str:
    """Return what is drawn, and when.

    Args:
        plan: Of a capture.
        options: What the user asked for.
        schedule: When.
    """
    when = [schedule.describe(), "at the end"]
    if options.baseline:
        when.insert(0, "before training")
    return f"{plan.what}; {' and '.join([', '.join(when[:-1]), when[-1]])}"


class CostsTold:
    """Prints what captures take, and what will be left out, as soon as known.

    Before training if an epoch of an earlier fit tells how long they last,
    after the first epoch if that is news.

    Args:
        name: Of the callback.
        options: What the user asked for.

    Attributes:
        num_epochs: Epochs of the fit.
        num_expected: Captures that will be due in it; None if unknown.
    """

    def __init__(self, name: str, options: CaptureOptions) -> None:
        self._name = name
        self._options = options
        self._epoch_s: float | None = None  # that was told of, or seen
        self._begun_s = 0.0
        self._is_told = False  # in this fit
        self.num_epochs = 0
        self.num_expected: int | None = None

    def tell_price(self, budget: Budget) -> None:
        """Print what a capture takes, after the first."""
        self._is_told = False
        price = budget.price
        if price is None:
            return
        size = price.num_bytes / _MEGABYTE
        words = f"a capture takes about {price.whole_s:.1f} s, {size:.2f} MB"
        self._say(words)
        if self._epoch_s is not None:
            self._forecast(budget, self._epoch_s)

    def begin_epoch(self, budget: Budget) -> None:
        """Note when the epoch began."""
        self._begun_s = budget.trained_s

    def end_epoch(self, budget: Budget) -> None:
        """Print what will be left out, if epochs are not as long as told."""
        seconds = budget.trained_s - self._begun_s
        told_s = self._epoch_s
        is_news = told_s is None or not (
            told_s / _NEWS <= seconds <= told_s * _NEWS
        )
        if is_news and not self._is_told:
            self._epoch_s = seconds
            self._is_told = True
            self._forecast(budget, seconds)

    def _forecast(self, budget: Budget, epoch_s: float) -> None:
        count = self.num_expected
        if count is None or not self.num_epochs:
            return
        words = forecast(
            budget.price,
            self._options,
            count,
            epoch_s * self.num_epochs / count,
        )
        if words:
            self._say(words)

    def _say(self, words: str) -> None:
        if self._options.verbose:
            print(f"{self._name}: {words}")


def forecast(
    price: Price | None, options: CaptureOptions, count: int, apart_s: float
) -> str | None:
    """Return what will be left out if training goes on as fast as it is.

    Args:
        price: Of a capture; None if it is not known.
        options: What the user asked for.
        count: Captures that will be due.
        apart_s: Seconds of training between two of them.

    Returns:
        None if nothing will be.
    """
    if options.budget is None or price is None:
        return None
    [played] = replay(
        {"": price}, [apart_s] * count, options.budget, options.grace_s
    ).values()
    num_in_all = len(played.pictures)
    if played.num_whole == num_in_all:
        return None
    num_part = played.num_drawn - played.num_whole
    num_out = num_in_all - played.num_drawn
    parts = [f"{played.num_whole} of {num_in_all} captures whole"]
    parts += [f"{num_part} in part"] * (num_part > 0)
    parts += [f"{num_out} left out"] * (num_out > 0)
    return (
        f"about {', '.join(parts)}, at {apart_s:.1f} s of training each, "
        f"within budget={options.budget:g}; budget=None draws all"
    )
