"""Counts the training steps of a fit from Keras' hooks."""

import threading
from collections.abc import Mapping

import keras

from kerasviz_callbacks.callbacks.optimizer import optimizer_count


class Progress:
    """Counts the training steps of a fit, and its epochs.

    By finished batches, not by the optimizer: its own count stands still
    where float16 overflows, lags under gradient accumulation, and means
    nothing in a model that trains with several. It is asked for one thing
    only: whether an execution that takes several steps was cut short by the
    end of the data.

    Attributes:
        step: training steps since the run began.
        epoch: epochs finished, as Keras counts them.
        logs: what Keras told last.

    Args:
        first_step: steps before this fit.
    """

    def __init__(self, first_step: int) -> None:
        self.step = first_step
        self.epoch = 0
        self.logs: Mapping[str, float] = {}
        self._epoch_start = first_step
        self._count_at_start: int | None = None
        self._lock = threading.Lock()  # Keras may end batches in a thread

    def begin_epoch(self, epoch: int, model: keras.Model) -> None:
        """Count from here; `epoch` as Keras numbers it."""
        self.epoch = epoch
        self._epoch_start = self.step
        self._count_at_start = optimizer_count(model)

    def finish_batches(
        self, count: int, logs: Mapping[str, float] | None = None
    ) -> None:
        """Take it that `count` batches of the epoch are finished."""
        with self._lock:
            step = self._epoch_start + count
            if logs and step >= self.step:
                self.logs = dict(logs)
            self.step = max(self.step, step)

    def go_to(self, step: int, epoch: int) -> None:
        """Take it that training stands there."""
        self.step, self.epoch = step, epoch

    def end_epoch(
        self,
        epoch: int,
        model: keras.Model,
        logs: Mapping[str, float] | None = None,
    ) -> None:
        """Settle the step at the end of an epoch."""
        self.epoch = epoch + 1
        self.logs = dict(logs or {})
        self.settle(model)

    def settle(self, model: keras.Model) -> None:
        """Take back steps of the last execution that were not there to take."""
        count = optimizer_count(model)
        if count is None or self._count_at_start is None:
            return
        reached = self._epoch_start + count - self._count_at_start
        if 0 < self.step - reached < model.steps_per_execution:
            self.step = reached
