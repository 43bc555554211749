"""Seconds of training in, when to look at what has changed out.

Where nothing has changed a capture costs next to nothing and is not to be left
out, though all that drawing may take be spent. But looking takes time, too.
"""


class Looks:
    """When one callback looks at what has changed."""

    def __init__(self) -> None:
        self._last_s = 0.0  # of training
        self._again_s = 0.0  # of training, at the earliest

    def begin(self) -> None:
        """Begin a fit: layers may have been frozen."""
        self._again_s = 0.0

    def is_due(self, trained_s: float, seconds: float, share: float) -> bool:
        """Tell whether to look, now; if so, it counts as done.

        Args:
            trained_s: seconds of training so far.
            seconds: that a look takes.
            share: of the training since the last look that it may take.
        """
        is_dear = seconds > share * (trained_s - self._last_s)
        if is_dear or trained_s < self._again_s:
            return False
        self._last_s = trained_s
        return True

    def was_in_vain(self, trained_s: float, affordable_s: float) -> None:
        """Wait with the next look: this one has not let a capture be drawn.

        Until what was new can be afforded, but no longer than until training
        has taken twice as long: by then less may be new. Where that much
        seemed to be affordable already (the log is full, other callbacks take
        more than their part), it is twice as long, so that looking never adds
        up.

        Args:
            trained_s: seconds of training so far.
            affordable_s: seconds of training that pay for what was new.
        """
        twice_s = 2 * trained_s
        is_ahead = trained_s < affordable_s < twice_s
        self._again_s = affordable_s if is_ahead else twice_s
