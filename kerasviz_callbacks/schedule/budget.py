"""Decides whether a callback can afford another capture, in time and bytes.

The first and the last capture are always drawn, and so is what was asked for by
name. What else is due is drawn as far as it is allowed; see `allowance`. Where
a whole capture is not, as many pictures are drawn as are. A callback has an
equal part of what is allowed to the callbacks of a fit, and what the others
leave. So a cheap one is never kept from drawing by a dear one.

The expected cost of a capture is what the last one cost.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator

from kerasviz_callbacks.schedule.allowance import (
    Price,
    allowed_s,
    released,
    share_aim,
)
from kerasviz_callbacks.schedule.weight_checks import WeightChecks

GRACE_S = 60.0  # by which a short training may take longer


class Budget:
    """The time and bytes that one callback may spend, and has spent.

    Args:
        share: Largest share of training's wall time, without drawing, that the
            callbacks of a fit may add as seen from outside. None for no limit.
        max_bytes: Largest size of the log in bytes. None for no limit.
        grace_s: Seconds by which a short training may take longer, beside its
            first and its last capture.
        clock: Function that returns the time in seconds.

    Attributes:
        share: As given.
        grace_s: As given.
        price: What a capture costs; None before the first.
        num_due: Number of captures that the schedule asked for.
        num_skipped: How many of these were skipped since the last one drawn.
    """

    def __init__(
        self,
        share: float | None,
        max_bytes: int | None,
        grace_s: float = GRACE_S,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.share = share
        self._max_bytes = max_bytes
        self.grace_s = grace_s
        self._clock = clock
        self._all: tuple[Budget, ...] = (self,)
        self._trained_s = 0.0  # in earlier fits
        self._began_s: float | None = None
        self._seen_s = 0.0  # of training, when something was last done
        self._due_s = (0.0, 0.0)  # of training, at the last two that were due
        self._spent_before_s = 0.0
        self._spent_s = 0.0
        self._aside_s = 0.0
        self._spends_since_s: float | None = None
        self._checks = WeightChecks()
        self._num_expected: int | None = None
        self._num_drawn = 0
        self._num_in_part = 0
        self._num_skipped_in_all = 0
        self.price: Price | None = None
        self.num_due = 0
        self.num_skipped = 0

    def begin(
        self,
        budgets: "Iterable[Budget]" = (),
        num_expected: int | None = None,
    ) -> None:
        """Start to count training time.

        Args:
            budgets: The budgets of all callbacks of the fit; what any of them
                spends is not training time.
            num_expected: Captures that will be due in the fit; None if that is
                not known.
        """
        self._all = tuple(budgets) or (self,)
        self._began_s = self._clock()
        self._spent_before_s = self._spent_by_all_s
        self._due_s = (self._trained_s, self._trained_s)
        self._checks.begin()
        self.expect(num_expected)

    def expect(self, num_expected: int | None) -> None:
        """Take it that so many captures will be due in the fit.

        Args:
            num_expected: None if that is not known.
        """
        self._num_expected = num_expected and self.num_due + num_expected

    def end(self) -> None:
        """Stop counting."""
        self._trained_s = self.trained_s
        self._began_s = None

    def abandon(self) -> None:
        """Count a fit that raised, up to the last action in it."""
        if self._began_s is not None:
            self._trained_s, self._began_s = self._seen_s, None

    @property
    def spent_s(self) -> float:
        """Seconds spent on drawing so far, with all that belongs to it."""
        if self._spends_since_s is None:
            return self._spent_s
        return self._spent_s + self._clock() - self._spends_since_s

    @property
    def trained_s(self) -> float:
        """Seconds of training so far, without drawing."""
        if self._began_s is None:
            return self._trained_s
        drawn_s = self._spent_by_all_s - self._spent_before_s
        return self._trained_s + self._clock() - self._began_s - drawn_s

    @property
    def overhead(self) -> float | None:
        """Seconds of drawing per second of training; None before training."""
        trained_s = self.trained_s
        return self.spent_s / trained_s if trained_s > 0 else None

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time inside as spent on drawing, once if nested."""
        if self._spends_since_s is not None:
            yield
            return
        self._spends_since_s = self._clock()
        try:
            yield
        finally:
            self._spent_s = self.spent_s
            self._spends_since_s = None
            self._seen_s = self.trained_s

    @contextlib.contextmanager
    def setting_aside(self) -> Iterator[None]:
        """Count the time inside as spent on first and last captures."""
        with self.spending():
            before_s = self.spent_s
            try:
                yield
            finally:
                self._aside_s += self.spent_s - before_s

    def learn(self, price: Price, *, is_whole: bool) -> None:
        """Record what a capture cost.

        Args:
            price: What it cost, and the next one is expected to.
            is_whole: Whether all its pictures are of these weights.
        """
        self._num_drawn += 1
        self._num_in_part += not is_whole
        self.price = price

    def repeat(self) -> None:
        """Record a capture in which nothing was computed."""
        self._num_drawn += 1

    def count_due(self) -> None:
        """Count a capture that the schedule asks for."""
        self.num_due += 1
        self._due_s = (self._due_s[1], self.trained_s)

    def has_bytes(self, log_bytes: int, new: float = 1.0) -> bool:
        """Return whether a capture, and the last ones, fit in the log.

        Args:
            log_bytes: Size of the log.
            new: Share of a capture's pictures that must be written.
        """
        if self._max_bytes is None or self.price is None:
            return True
        ahead = self.price.num_bytes * (new + len(self._all))
        return log_bytes + ahead <= self._max_bytes

    def skip(self) -> None:
        """Count a skipped capture."""
        self.num_skipped += 1
        self._num_skipped_in_all += 1

    def quota(self, log_bytes: int, new: int | None = None) -> float:
        """Return how many pictures may be computed now.

        Args:
            log_bytes: Size of the log.
            new: Pictures that must be computed anew. None for all.

        Returns:
            Infinity if nothing limits them, and while no price is known; 0 if
            the capture must be skipped.
        """
        price = self.price
        if price is None:
            return math.inf
        count = price.num_pictures if new is None else new
        if not self._affords_bytes(log_bytes, count / price.num_pictures):
            return 0
        if self.share is None or not count:
            return math.inf
        if price.is_cheap(self._due_s[1] - self._due_s[0]):
            return math.inf
        room_s = self.room_s
        if price.of(count) <= room_s:
            return max(count, price.num_for(room_s))
        return price.num_for(room_s)

    @property
    def room_s(self) -> float:
        """Seconds that it may draw for now."""
        if self.share is None:
            return math.inf
        limited = [b for b in self._all if b.share is not None]
        allowed = allowed_s(
            self.share,
            self.trained_s,
            sum(b._reserved_s for b in limited),
            self.grace_s * released(self.num_due, self._num_expected),
        )
        others = [b for b in limited if b is not self]
        left_s = allowed - sum(b._ordinary_s + b._whole_s for b in others)
        own_s = allowed / max(len(limited), 1)
        return max(own_s, left_s) - self._ordinary_s

    @property
    def spare_s(self) -> float:
        """Seconds that are left beside this capture and the next one."""
        return self.room_s - 2 * self._whole_s

    def affords_look(self, seconds: float) -> bool:
        """Return whether to check what has changed, which takes `seconds`.

        Checks may add half as much again to the callback's share.
        """
        if self.share is None:
            return True
        return self._checks.is_due(self.trained_s, seconds, self._own_share / 2)

    def look_in_vain(self, new: int) -> None:
        """Record a check after which no capture was drawn.

        Args:
            new: Pictures that had to be computed.
        """
        price_s = self.price.of(new) if self.price else 0.0
        wait_s = (price_s - self.room_s) / (self._own_share or math.inf)
        self._checks.was_in_vain(self.trained_s, self.trained_s + wait_s)

    def summary(self) -> str:
        """Return one line on what was drawn and what it cost."""
        captures = f"{self._num_drawn} capture{'s' * (self._num_drawn != 1)}"
        parts = [f"{captures} drawn"]
        if self._num_in_part:
            parts.append(f"{self._num_in_part} of them in part")
        if self._num_skipped_in_all:
            parts.append(f"{self._num_skipped_in_all} more skipped")
        kept = f" to stay within {self._limits()}" * (len(parts) > 1)
        more = "; budget=None draws all" * bool(kept and self.share)
        return (
            f"{', '.join(parts)}{kept}; drawing took {self.spent_s:.1f} s "
            f"beside {self.trained_s:.1f} s of training{more}"
        )

    def _limits(self) -> str:
        limits = []
        if self.share is not None:
            limits.append(f"budget={self.share:g}")
        if self._max_bytes is not None:
            limits.append(f"max_log_bytes={self._max_bytes}")
        return " and ".join(limits)

    @property
    def _spent_by_all_s(self) -> float:
        return sum(budget.spent_s for budget in self._all)

    @property
    def _own_share(self) -> float:
        """Share of training it may spend, if the others keep to theirs."""
        return share_aim(self.share or 0.0) / len(self._all)

    @property
    def _whole_s(self) -> float:
        return self.price.whole_s if self.price else 0.0

    @property
    def _reserved_s(self) -> float:
        """Seconds of first and last captures, with the one to come."""
        return self._aside_s + self._whole_s

    @property
    def _ordinary_s(self) -> float:
        """Seconds spent on all but first and last captures."""
        return self.spent_s - self._aside_s

    def _affords_bytes(self, used: int, new: float) -> bool:
        """Skip more and more captures as the log fills, so it never is full.

        Args:
            used: Size of the log.
            new: Share of a capture's pictures that must be written.
        """
        if not self.has_bytes(used, new):
            return False
        if self._max_bytes is None or not new:
            return True
        one_in = int(self._max_bytes / (self._max_bytes - used))
        return self.num_skipped + 1 >= one_in
