"""Turns Keras' hooks into captures: what `FilterPatterns` and `GradCAM` share.

Everything here is wiring: a schedule says when, a `Recorder` draws and writes.
"""

from typing import Any, ClassVar, TypeAlias

from kerasviz_callbacks.callbacks.announcement import (
    aligned,
    announcement,
    reasons,
    short_directory,
)
from kerasviz_callbacks.callbacks.call import Copyable
from kerasviz_callbacks.callbacks.costs_told import CostsTold
from kerasviz_callbacks.callbacks.hooks import (
    AfterOthers,
    Interrupts,
    Progress,
)
from kerasviz_callbacks.callbacks.optimizer import optimizer_count
from kerasviz_callbacks.callbacks.options import (
    CaptureOptions,
    as_directory,
    as_place,
    as_schedule,
    as_verbose,
    check_budget,
)
from kerasviz_callbacks.callbacks.process import ProcessRecorder
from kerasviz_callbacks.callbacks.purse import Paid
from kerasviz_callbacks.callbacks.recorder import Recorder
from kerasviz_callbacks.captures import Series, TrainingPlace
from kerasviz_callbacks.schedule import (
    SCHEDULED,
    Event,
    Moment,
    Schedule,
    Span,
)
from tb_plugin.contract import Kind

AnyRecorder: TypeAlias = Recorder | ProcessRecorder


class Scheduled(Copyable):
    """A callback that draws captures on a schedule; see its subclasses.

    Attributes:
        log_dir: TensorBoard log directory.
        recorder: What draws and writes.
    """

    kind: ClassVar[Kind]
    async_safe = True  # Keras need not wait for `on_train_batch_end`

    def __init__(
        self,
        log_dir: str,
        series: Series,
        options: CaptureOptions,
        *,
        every: int | str | Schedule,
        budget: float | None,
        verbose: int,
    ) -> None:
        super().__init__()
        self.log_dir = as_directory(log_dir)
        check_budget(budget)
        self.recorder: AnyRecorder
        if options.where == "process":
            self.recorder = ProcessRecorder(
                type(self), self._given, self.log_dir, options, budget
            )
        else:
            self.recorder = Recorder(self.log_dir, series, options, budget)
        self._options = options
        self._is_beside = options.where == "process"
        self._verbose = as_verbose(verbose)
        self._schedule = as_schedule(every)
        self._interrupts = Interrupts()
        self._at_end = AfterOthers(self._finish)
        self._progress: Progress
        self._costs = CostsTold(
            type(self).__name__,
            self.recorder.budget,
            # Of another process nobody knows yet.
            is_verbose=self._verbose > 0 and not self._is_beside,
        )
        self._is_by_hand = False
        self._asked_step = 0

    def draw(self, step: int | None = None, *, epoch: int = 0) -> None:
        """Draw now: for a training loop of your own, or at any moment of a fit.

        Outside of `fit` call `set_model(model)` once before. The first call
        checks everything, and draws what is then the baseline. Under a strategy
        of several workers call it on all of them: the chief alone draws, and
        nobody waits for it. `on_train_end()` draws the end and closes the log;
        without it nothing is lost.

        Args:
            step: Training steps since the run began. Defaults to the
                optimizer's count. In a fit both are as counted there.
            epoch: Finished epochs, to be shown.

        Raises:
            ValueError: `step` or `epoch` is no whole number from 0 on.
            ValueError, TypeError, RuntimeError: At the first call: the
                configuration cannot work; the message says what to do.
        """
        step = None if step is None else as_place("step", step)
        epoch = as_place("epoch", epoch)
        recorder = self.recorder
        if not recorder.is_joined:
            self._join(None)
            self._is_by_hand = True
        if self._is_by_hand and step is None:
            step = optimizer_count(self.model) or 0
        if not recorder.has_begun and not self._begin(step or 0, epoch):
            return
        if self._is_by_hand and step is not None:
            self._progress.go_to(step, epoch)
        reason = "asked" if recorder.num_recorded else "baseline"
        self._record(reason, paid="aside")

    def on_train_begin(self, logs: Any = None) -> None:
        """Check everything and say what will be drawn."""
        self._join(self.params)
        self._at_end.begin()
        if self._schedule.waits_for_interrupt():
            self._interrupts.hold()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Draw the baseline before the first epoch.

        Not earlier: another callback may restore weights as training begins,
        and which epoch is the first is not known before.
        """
        recorder = self.recorder
        with recorder.budget.spending():
            is_first = not recorder.has_begun
            if is_first and not self._begin(
                optimizer_count(self.model) or 0, epoch
            ):
                return
            self._progress.begin_epoch(epoch, self.model)
            first = self._first_reason() if is_first else None
            with self._costs.progress() as tell:
                recorder.tell = tell if first == "baseline" else None
                self._ask("begin", first)
            recorder.tell = None
        if is_first:
            self._costs.tell_price()
        self._costs.begin_epoch()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Draw between two batches, where a schedule asks for it.

        Not at the end of a batch: drawing there would make Keras run all
        callbacks' batch ends before it goes on.
        """
        if batch and self.recorder.has_begun:
            with self.recorder.budget.spending():
                self._progress.finish_batches(batch)
                self._ask("batch", batch=batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the batch, the last one of its execution.

        Keras may call this in a thread, beside training: it is not counted as
        spent.
        """
        if self.recorder.has_begun:
            self._progress.finish_batches(batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Draw at the end of an epoch, where a schedule asks for it."""
        if self.recorder.has_begun:
            with self.recorder.budget.spending():
                self._progress.end_epoch(epoch, self.model, logs)
                self._costs.end_epoch()
                self._ask("epoch")

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, unless it was drawn, and close the log.

        After all other callbacks: what is drawn is what `fit` returns.
        """
        self._at_end.finish(logs)

    def _finish(self, logs: Any) -> None:
        """Draw the end and close the log; the last that a fit does."""
        recorder = self.recorder
        has_begun = recorder.has_begun
        with recorder.budget.spending():
            if has_begun:
                self._record("last", paid="last")
                if self._verbose and self._is_beside and self._options.wait:
                    self._print(["waiting for the last captures"])
            if recorder.is_joined:
                recorder.leave()
        if has_begun and self._verbose:
            self._print([recorder.summary()])
        self._interrupts.deliver()

    def _join(self, params: dict[str, Any] | None) -> None:
        """Check everything; without `params` join what is drawn by hand."""
        self._is_by_hand = False
        recorder = self.recorder
        plan = recorder.join(self.model, params)
        if self._verbose and recorder.is_chief:
            lines = announcement(
                plan,
                self._options,
                self._schedule,
                self.recorder.budget.share,
                short_directory(recorder.directory),
            )
            self._print(lines + reasons(plan) * (self._verbose > 1))

    def _print(self, lines: list[str]) -> None:
        print(aligned(type(self).__name__, lines), flush=True)

    def _begin(self, iterations: int, epoch: int) -> bool:
        """Find the place in the log; return whether there is one."""
        first_step = self.recorder.begin(iterations, epoch)
        if first_step is None:
            return False
        with self.recorder.going_on("Counting the captures to come"):
            self._expect(epoch, first_step)
        self._asked_step = first_step
        self._progress = Progress(first_step)
        return True

    def _expect(self, epoch: int, first_step: int) -> None:
        """Tell the budget, and what prints, how many captures will be due."""
        params = self.params or {}
        last_epoch = params.get("epochs")
        if not last_epoch or self._is_by_hand:
            self._costs.expect(0, None, None)
            return
        span = Span(epoch, last_epoch, first_step, params.get("steps"))
        due = span.num_due(self._schedule) or None
        most = span.most(
            self._schedule, has_first=self._first_reason() is not None
        )
        self.recorder.budget.expect(due)
        self._costs.expect(max(last_epoch - epoch, 0), due, most)

    def _first_reason(self) -> str | None:
        if not self.recorder.num_recorded:
            return "baseline" if self._options.baseline else None
        return "restart" if self.recorder.is_restart else "new fit"

    def _ask(
        self, event: Event, first: str | None = None, batch: int = 0
    ) -> None:
        """Draw if the schedule asks for it, or if a fit begins."""
        recorder = self.recorder
        reason = None
        with recorder.going_on("Asking the schedule"):
            reason = self._schedule.reason(self._moment(event))
        self._asked_step = self._progress.step
        if reason:
            recorder.reasons.add(reason, self._here(batch))
        if first and first != "baseline":
            recorder.reasons.happened(first, self._here(batch))
        if first or reason:
            self._progress.settle(self.model)
            before = recorder.num_recorded
            self._record(first or "", batch, self._paid(event, first, reason))
            if self._verbose > 1:
                words = " and ".join(filter(None, [first, reason]))
                is_drawn = recorder.num_recorded > before
                done = "handed over" if self._is_beside else "drawn"
                done = done if is_drawn else f"not {done}"
                self._print([f"step {self._progress.step}: {words}: {done}"])
        if self._interrupts.is_waiting():
            self._record("interrupt", batch, "afterwards")
            self._interrupts.deliver()

    def _paid(
        self, event: Event, first: str | None, reason: str | None
    ) -> Paid:
        """Return what pays for a capture."""
        if event == "epoch" and self._is_last_epoch():
            return "last"
        if first == "baseline":
            return "aside"
        return "by_share" if reason in (None, SCHEDULED) else "afterwards"

    def _is_last_epoch(self) -> bool:
        """Return whether the fit is known to end with this epoch."""
        epochs = (self.params or {}).get("epochs")
        is_stopped = getattr(self.model, "stop_training", False)
        return epochs == self._progress.epoch or bool(is_stopped)

    def _record(
        self, reason: str, batch: int = 0, paid: Paid = "by_share"
    ) -> None:
        self.recorder.record_if_new(
            self.model, reason, self._here(batch), paid=paid
        )

    def _here(self, batch: int = 0) -> TrainingPlace:
        now, count = self._progress, optimizer_count(self.model)
        return TrainingPlace(now.step, now.epoch, count, batch)

    def _moment(self, event: Event) -> Moment:
        now = self._progress
        return Moment(
            event, now.step, self._asked_step, now.epoch, now.logs, self.model
        )
