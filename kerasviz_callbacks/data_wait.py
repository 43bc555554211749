"""A drawing between two epochs in, how long training waited for it then out.

As an epoch begins, TensorFlow ends the input iterator of the one before, and
waits for the thread that tunes it, which sleeps for 10 ms, then ever twice as
long, up to a minute (tf.data's `RootDataset`, TensorFlow 2.21). Mostly this
goes on aside. After operations between two epochs, which a drawing is,
training waits: up to about as long as the epoch and the drawing took. So it is
part of what the drawing costs.
"""

from kerasviz_callbacks.budget import Budget


class DataWait:
    """Counts what an epoch's first batch came late, after a drawing.

    Made anew for each fit: nothing is waited for in its first epoch.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._usual_s: float | None = None
        self._began_s: float | None = None
        self._num_drawn = 0
        self._has_drawn = False

    def begin(self) -> None:
        """Note that an epoch is about to ask for its data."""
        self._has_drawn = self._budget.num_drawn > self._num_drawn
        self._num_drawn = self._budget.num_drawn
        self._began_s = self._budget.trained_s

    def end(self) -> None:
        """Count what passed until now, beyond what does without a drawing."""
        if self._began_s is None:
            return
        # Of several callbacks the first counts it: to the others it is no
        # training then.
        gap_s = self._budget.trained_s - self._began_s
        self._began_s = None
        if self._usual_s is None or not self._has_drawn:
            self._usual_s = gap_s
        else:
            self._budget.charge(max(0.0, gap_s - self._usual_s))
