"""Pays for captures: asks the budget how much may be drawn, and tells the cost.

A capture is paid for in one of three ways:

| paid       | captures                           | drawn                      |
|------------|------------------------------------|----------------------------|
| by_share   | due by a schedule that counts      | as far as the budget goes  |
| afterwards | asked for by name: an unfreezing, a| whole; what follows pays   |
|            | best value, an interrupt           |                            |
| aside      | the baseline, by hand              | whole; beside the budget   |
| last       | the last of a fit                  | likewise                   |
"""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias

from kerasviz_callbacks.captures import NO_LIMIT, Cost, Limit
from kerasviz_callbacks.schedule import Budget, Price

Paid: TypeAlias = Literal["by_share", "afterwards", "aside", "last"]
BESIDE = ("aside", "last")  # the budget
# Of ascents before the first batch, under a budget: what is missing then is
# drawn later.
MOST_WAIT_S = 60.0


class Purse:
    """Pays for the captures of one stream.

    Args:
        budget: What they may take.

    Attributes:
        num_pictures: Pictures of a whole capture.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._look_s = 0.0
        self.num_pictures = 1

    def paying(self, paid: Paid) -> contextlib.AbstractContextManager[None]:
        """Count the time inside as spent, in one way or another."""
        if paid in BESIDE:
            return self._budget.setting_aside()
        return self._budget.spending()

    def limit(
        self, paid: Paid, log_bytes: int, num_new: Callable[[], int]
    ) -> Limit | None:
        """Return how much of a capture may be drawn; None for none of it.

        Args:
            paid: What pays for it.
            log_bytes: Size of the log.
            num_new: Returns how many pictures other weights have changed,
                which takes time.
        """
        budget = self._budget
        if paid == "by_share":
            budget.count_due()
        if budget.share is not None and budget.price is None:
            return Limit(seconds=MOST_WAIT_S, spare_s=0.0)
        if paid in BESIDE:
            is_last = paid == "last"
            return replace(NO_LIMIT, spare_s=budget.spare_s, is_last=is_last)
        if paid == "afterwards":
            quota = math.inf if budget.has_bytes(log_bytes) else 0
        else:
            quota = budget.quota(log_bytes) or self._after_a_look(
                log_bytes, num_new
            )
        if not quota:
            budget.skip()
            return None
        return Limit(quota, spare_s=budget.spare_s)

    def learn(self, cost: Cost, seconds: float, num_bytes: int) -> None:
        """Tell the budget what a capture cost.

        Args:
            cost: What of it was computed.
            seconds: Seconds of all of it.
            num_bytes: Bytes that it took in the log.
        """
        if not cost.num_computed:
            self._budget.repeat()
            return
        share = min(1.0, cost.num_computed / self.num_pictures)
        price = Price(
            seconds - cost.computed_s - cost.beside_s,
            cost.picture_s,
            self.num_pictures,
            int(num_bytes / share),
        )
        self._budget.learn(price, is_whole=not cost.is_partial)

    def _after_a_look(
        self, log_bytes: int, num_new: Callable[[], int]
    ) -> float:
        """Return the quota if only what has changed must be drawn."""
        budget = self._budget
        if not budget.affords_look(self._look_s):
            return 0
        begin = time.perf_counter()
        new = num_new()
        self._look_s = time.perf_counter() - begin
        quota = budget.quota(log_bytes, new)
        if not quota:
            budget.look_in_vain(new)
        return quota
