"""Decides when to check which weights have changed.

A capture in which nothing has changed costs next to nothing and should not be
skipped, even if the budget is spent. But checking takes time, too.
"""


class WeightChecks:
    """When one callback checks what has changed."""

    def __init__(self) -> None:
        self._last_s = 0.0  # of training
        self._again_s = 0.0  # of training, at the earliest

    def begin(self) -> None:
        """Start a fit: layers may have been frozen."""
        self._again_s = 0.0

    def is_due(self, trained_s: float, seconds: float, share: float) -> bool:
        """Return whether to check now; if so, it counts as done.

        Args:
            trained_s: Seconds of training so far.
            seconds: Seconds that a check takes.
            share: Share of the training time since the last check that a check
                may take.
        """
        is_dear = seconds > share * (trained_s - self._last_s)
        if is_dear or trained_s < self._again_s:
            return False
        self._last_s = trained_s
        return True

    def was_in_vain(self, trained_s: float, affordable_s: float) -> None:
        """Delay the next check after one that did not lead to a capture.

        The next check waits until the changes can be afforded, but no longer
        than until training has taken twice as long: by then less may have
        changed. If the changes seemed affordable already (the log is full,
        other callbacks exceed their part), it waits for twice the time, so that
        the cost of checking never adds up.

        Args:
            trained_s: Seconds of training so far.
            affordable_s: Seconds of training that pay for the changes.
        """
        twice_s = 2 * trained_s
        is_ahead = trained_s < affordable_s < twice_s
        self._again_s = affordable_s if is_ahead else twice_s
