"""What the two callbacks share: when to draw, and that training goes on.

Everything here is wiring; nothing computes a picture.
"""

from typing import Any

from kerasviz_callbacks.callbacks.capturing import Capturing
from kerasviz_callbacks.callbacks.optimizer import optimizer_count
from kerasviz_callbacks.schedule.schedule import Event, Moment, joined


class Watcher(Capturing):
    """A callback that draws captures on a schedule; see its subclasses."""

    async_safe = True  # Keras need not wait for `on_train_batch_end`

    def draw(self, step: int | None = None, *, epoch: int = 0) -> None:
        """Draw now: for a training loop of your own, or at any moment of a fit.

        Outside of `fit` call `set_model(model)` once before. The first call
        checks everything, and draws what is then the baseline. Under a strategy
        of several workers call it on all of them: the chief alone draws, and
        nobody waits for it. `on_train_end()` draws the end and closes the log;
        without it nothing is lost.

        Args:
            step: training steps since the run began. Default: the optimizer's
                count. In a fit both are as counted there.
            epoch: epochs finished, to be shown.

        Raises:
            ValueError, TypeError, RuntimeError: at the first call, what is
                asked cannot work, with what to do.
        """
        if not self._is_joined:
            self._join(None)
            self._is_by_hand = True
        if self._is_by_hand and step is None:
            step = optimizer_count(self.model) or 0
        if not self._has_begun and not self._begin(step or 0, epoch):
            return
        if self._is_by_hand and step is not None:
            self._progress.go_to(step, epoch)
        is_first = not self._log.next_index(self._place.stream)
        reason = "baseline" if is_first else "asked"
        self._capture_if_new(reason, is_sure=True)

    def on_train_begin(self, logs: Any = None) -> None:
        """Check everything and say what will be drawn."""
        self._join(self.params)
        if self._schedule.waits_for_interrupt():
            self._interrupts.hold()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Draw the baseline before the first epoch.

        Not earlier: another callback may restore weights as training begins,
        and which epoch is the first is not known before.
        """
        with self._budget.spending():
            is_first = not self._has_begun
            if is_first and not self._begin(
                optimizer_count(self.model) or 0, epoch
            ):
                return
            self._progress.begin_epoch(epoch, self.model)
            self._ask("begin", self._first_reason() if is_first else None)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Draw between two batches, where a schedule asks for it.

        Not at the end of a batch: drawing there would make Keras run all
        callbacks' batch ends before it goes on.
        """
        if batch and self._has_begun:
            with self._budget.spending():
                self._progress.finish_batches(batch)
                self._ask("batch", batch=batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the batch, the last one of its execution.

        Keras may call this in a thread, beside training: it is not counted as
        spent.
        """
        if self._has_begun:
            self._progress.finish_batches(batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Draw at the end of an epoch, where a schedule asks for it."""
        if self._has_begun:
            with self._budget.spending():
                self._progress.end_epoch(epoch, self.model, logs)
                self._ask("epoch")

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, unless it was drawn, and close the log."""
        with self._budget.spending():
            if self._has_begun:
                self._capture_if_new("last", is_sure=True)
            with self._going_on("Closing the log"):
                self._log.leave(self)
        self._budget.end()
        if self._has_begun and self._watch.verbose:
            print(f"{type(self).__name__}: {self._budget.summary()}")
        self._is_joined = self._has_begun = False
        self._interrupts.deliver()

    def _first_reason(self) -> str | None:
        if not self._log.next_index(self._place.stream):
            return "baseline" if self._watch.baseline else None
        return "restart" if self._place.is_restart else "new fit"

    def _ask(
        self, event: Event, first: str | None = None, batch: int = 0
    ) -> None:
        """Draw if the schedule asks for it, or if a fit begins."""
        reason = None
        with self._going_on("Asking the schedule"):
            reason = self._schedule.reason(self._moment(event))
        self._asked_step = self._progress.step
        if reason:
            self._pending = joined((self._pending or "", reason))
        if first or reason:
            self._progress.settle(self.model)
            is_sure = first == "baseline"
            self._capture_if_new(first or "", batch, is_sure=is_sure)
        if self._interrupts.is_waiting():
            self._capture_if_new("interrupt", batch, is_sure=True)
            self._interrupts.deliver()

    def _moment(self, event: Event) -> Moment:
        now = self._progress
        return Moment(
            event, now.step, self._asked_step, now.epoch, now.logs, self.model
        )
