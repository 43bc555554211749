"""Decides whether a callback can afford another capture, in time and bytes.

The expected cost of a capture is what the last one cost; for the first one, it
is the estimate made before training. The last capture is drawn at any cost, so
its cost is reserved from the start.

The callbacks of a fit have equal parts of the budget. The first and the last
capture are always drawn. If they cost more than a callback's part, the excess
is taken off the parts of the others, down to a fifth of these. So a callback
with cheap captures is not kept from drawing by one with expensive captures.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator

from kerasviz_callbacks.schedule.weight_checks import WeightChecks

MOST_SKIPPED = 8  # then fewer pictures rather than fewer captures
SHARES = (1.0, 0.5, 0.25)  # of the pictures
_LEAST_PART = 0.2  # of a callback's part, whatever the others take
# Of the share: what watching costs outside of the callbacks, in Keras' calls
# of them and in caches that a drawing has emptied, is not seen from inside.
_AIM = 0.9


class Budget:
    """The time and bytes that one callback may spend, and has spent.

    Args:
        share: Largest share of training's wall time, without drawing, that the
            callback may add as seen from outside. None for no limit.
        max_bytes: Largest size of the log in bytes. None for no limit.
        clock: Function that returns the time in seconds.

    Attributes:
        num_due: Number of captures that the schedule asked for.
        num_skipped: How many of these were skipped since the last one drawn.
        pictures_share: Share of a capture's pictures to draw.
    """

    def __init__(
        self,
        share: float | None,
        max_bytes: int | None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._share = share
        self._max_bytes = max_bytes
        self._clock = clock
        self._all: tuple[Budget, ...] = (self,)
        self._trained_s = 0.0  # in earlier fits
        self._began_s: float | None = None
        self._seen_s = 0.0  # of training, when something was last done
        self._spent_before_s = 0.0
        self._price_s = 0.0
        self._price_bytes = 0
        self._spent_s = 0.0
        self._spends_since_s: float | None = None
        self._checks = WeightChecks()
        self._num_drawn = 0
        self._num_skipped_in_all = 0
        self.num_due = 0
        self.num_skipped = 0
        self.pictures_share = 1.0

    def begin(self, budgets: "Iterable[Budget]" = ()) -> None:
        """Start to count training time.

        Args:
            budgets: The budgets of all callbacks of the fit; what any of them
                spends is not training time.
        """
        self._all = tuple(budgets) or (self,)
        self._began_s = self._clock()
        self._spent_before_s = self._spent_by_all_s
        self._checks.begin()

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

    def expect(self, seconds: float, num_bytes: int) -> None:
        """Set the expected cost of a full capture."""
        self._price_s = seconds
        self._price_bytes = num_bytes

    def learn(self, seconds: float, num_bytes: int, share: float) -> None:
        """Record what a capture cost of which a share was drawn anew."""
        self._num_drawn += 1
        if share > 0:
            self.expect(seconds / share, int(num_bytes / share))

    def count_due(self) -> None:
        """Count a capture that the schedule asks for."""
        self.num_due += 1

    def skip(self) -> None:
        """Count a skipped capture."""
        self.num_skipped += 1
        self._num_skipped_in_all += 1

    def affords(self, log_bytes: int, new: float) -> bool:
        """Return whether a capture may be drawn.

        Args:
            log_bytes: Size of the log.
            new: Share of the capture's pictures that must be drawn.
        """
        return self._affords_time(new) and self._affords_bytes(log_bytes, new)

    def affords_look(self, seconds: float) -> bool:
        """Return whether to check what has changed, which takes `seconds`.

        Checks may add half as much again to the callback's share.
        """
        if self._share is None:
            return True
        return self._checks.is_due(self.trained_s, seconds, self._own_share / 2)

    def look_in_vain(self, new: float) -> None:
        """Record a check after which no capture was drawn.

        Args:
            new: Share of the capture's pictures that had to be drawn.
        """
        needed_s = self.spent_s + self._price_of(new)
        affordable_s = needed_s / (self._own_share or math.inf)
        self._checks.was_in_vain(self.trained_s, affordable_s)

    def thin(self) -> None:
        """Reduce the share of a capture to draw from now on, if necessary.

        If only a few of many captures could be drawn in full, more of them are
        drawn with fewer pictures. The share never grows again.
        """
        if self._share is None or not self.num_due:
            return
        apart_s = self.trained_s / self.num_due
        most_s = self._own_share * apart_s * (MOST_SKIPPED + 1)
        fits = [part for part in SHARES if self._price_s * part <= most_s]
        part = fits[0] if fits else SHARES[-1]
        self.pictures_share = min(self.pictures_share, part)

    def summary(self) -> str:
        """Return one line on what was drawn and what it cost."""
        left_out = ""
        if self._num_skipped_in_all:
            left_out = (
                f", {self._num_skipped_in_all} more left out to keep within "
                f"{self._limits()}"
            )
        return (
            f"{self._num_drawn} captures drawn{left_out}; drawing took "
            f"{self.spent_s:.1f} s beside {self.trained_s:.1f} s of training"
        )

    def _limits(self) -> str:
        limits = []
        if self._share is not None:
            limits.append(f"budget={self._share:g}")
        if self._max_bytes is not None:
            limits.append(f"max_log_bytes={self._max_bytes}")
        return " and ".join(limits)

    @property
    def _spent_by_all_s(self) -> float:
        return sum(budget.spent_s for budget in self._all)

    @property
    def _own_share(self) -> float:
        """Share of training it may spend, if the others keep to theirs."""
        return (self._share or 0.0) * _AIM / len(self._all)

    @property
    def _part_s(self) -> float:
        """Seconds it may spend so far, if the others keep to theirs."""
        return self._own_share * self.trained_s

    @property
    def _beyond_s(self) -> float:
        """Seconds beyond that, spent or reserved for the last capture."""
        if self._share is None:  # it was allowed to
            return 0.0
        return max(0.0, self.spent_s + self._price_s - self._part_s)

    def _affords_time(self, new: float) -> bool:
        if self._share is None or not new:
            return True
        beyond_s = sum(b._beyond_s for b in self._all if b is not self)
        room_s = max(self._part_s - beyond_s, _LEAST_PART * self._part_s)
        return self.spent_s + self._price_of(new) <= room_s

    def _price_of(self, new: float) -> float:
        """Return the seconds of a capture, and of the last one besides."""
        return self._price_s * (1 + new * self.pictures_share)

    def _affords_bytes(self, used: int, new: float) -> bool:
        """Skip more and more captures as the log fills, so it never is full."""
        if self._max_bytes is None:
            return True
        ahead = self._price_bytes * (new + len(self._all))
        if used + ahead > self._max_bytes:
            return False
        if not new:
            return True
        one_in = int(self._max_bytes / (self._max_bytes - used))
        return self.num_skipped + 1 >= one_in
