"""Draws captures of a model and writes them to the log, whatever fails."""

import contextlib
import copy
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import keras

from kerasviz_callbacks.callbacks.failures import Failures
from kerasviz_callbacks.callbacks.optimizer import (
    averaged_weights,
    check_averaged,
)
from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.callbacks.purse import BESIDE, Paid, Purse
from kerasviz_callbacks.captures import (
    NO_LIMIT,
    RESTORED,
    Drawing,
    Limit,
    Plan,
    Series,
    Slot,
    Tell,
    TrainingPlace,
)
from kerasviz_callbacks.log import (
    Circumstances,
    Place,
    Reasons,
    RunLog,
    as_capture,
    check_directory,
    not_finite_weights,
    run_log,
)
from kerasviz_callbacks.model import Digests, generators_kept
from kerasviz_callbacks.model.devices import (
    check_trainer,
    is_chief,
    strategy_of,
)
from kerasviz_callbacks.schedule import Budget
from tb_plugin.contract import NotFiniteWeight

logger = logging.getLogger("kerasviz")

_OTHER_IMAGES = (
    "The callbacks of this run look at different held-out images. A dataset "
    "that shuffles gives other ones each time it is read: use KerasViz, which "
    "reads them once, or give both one array."
)


class Recorder:
    """Draws one stream of captures and writes them to the log of a run.

    `join` checks everything before a fit, `begin` finds the place in the log,
    `record_if_new` draws, `leave` closes the log. What fails after `join` is
    logged and noted by the next capture, unless the user asked to raise.

    Args:
        log_dir: TensorBoard log directory.
        series: What draws.
        options: Weights and what to do about failures.
        budget: Share of training's time that drawing may take.

    Attributes:
        series: What draws.
        budget: What drawing may take, and has taken.
        is_joined: Whether everything was checked for the present fit.
        has_begun: Whether captures of the present fit go to the log.
        is_chief: Whether this process is the one that writes.
        tell: Told how far a capture is; see `Limit`.
        reasons: Why the next capture is made.
        failures: What failed since the last capture.
        overhead: Returns the share of training's time that drawing took.
        on_capture: Called with each result and its step; None for nothing.
    """

    def __init__(
        self,
        log_dir: str,
        series: Series,
        options: CaptureOptions,
        budget: float | None,
    ) -> None:
        self.series = series
        self.budget = Budget(budget, options.max_log_bytes, options.grace_s)
        self.is_joined = False
        self.has_begun = False
        self.is_chief = True
        self.tell: Tell | None = None
        self.reasons = Reasons()
        self._log_dir = log_dir
        self._options = options
        # Made as a fit begins: a recorder that was not used can be copied.
        self._log: RunLog
        self._place: Place
        self._is_training = True
        self._has_recorded = False
        self._drawn_weights = b""
        self._is_partial = False  # whether the newest capture lacks pictures
        self.failures = Failures(options.on_error)
        self.going_on = self.failures.going_on
        self.overhead: Callable[[], float | None] = lambda: self.budget.overhead
        self.on_capture = options.on_capture
        self._purse = Purse(self.budget)

    @property
    def directory(self) -> str:
        """Directory of the run."""
        return self._log.directory

    @property
    def num_recorded(self) -> int:
        """Captures of the stream that are in the log."""
        return self._log.next_index(self._place.stream)

    @property
    def last_step(self) -> int | None:
        """Step of the newest capture of this process; None before any."""
        return self._log.last_step(self._place.stream)

    @property
    def is_restart(self) -> bool:
        """Whether the fit continues a run of an earlier process."""
        return self._place.is_restart

    def abandon(self) -> None:
        """End a fit that raised, which no hook reports."""
        self.is_joined = self.has_begun = False
        self.budget.abandon()

    def join(
        self,
        model: keras.Model,
        fit_key: object = None,
        weights: Sequence[object] | None = None,
    ) -> Plan:
        """Check everything and join the log for a fit.

        Args:
            model: The model to draw.
            fit_key: One object shared by all recorders of a fit. None joins
                what is drawn by hand.
            weights: Objects that identify the training's weights. None if
                they are the model's own.

        Raises:
            ValueError, TypeError, RuntimeError: The configuration cannot
                work; the message says what to do.
        """
        self.abandon()
        with self.budget.setting_aside(), generators_kept():
            check_trainer(model)
            check_directory(self._log_dir)
            self.is_chief = is_chief(strategy_of(model))
            if self._options.weights == "averaged":
                check_averaged(model)
            plan = self.series.prepare(model)
            self._log = run_log(self._log_dir)
            key = self._log if fit_key is None else fit_key
            self._log.join(self, self.budget, self.series.kind, plan.paths, key)
            self._log.follow(model.weights if weights is None else weights)
            if not self._log.look_at(self, plan.image_hashes):
                logger.warning("kerasviz: %s", _OTHER_IMAGES)
        self.is_joined = True
        self._purse.num_pictures = plan.num_pictures
        for note in plan.notes:
            logger.warning("kerasviz: %s", note)
        return plan

    def begin(
        self,
        iterations: int,
        epoch: int,
        *,
        is_training: bool = True,
    ) -> int | None:
        """Find the place of the fit in the log.

        Args:
            iterations: The optimizer's count before the first batch.
            epoch: The epoch that begins, as Keras numbers it.
            is_training: Whether a training goes on, of which drawing takes a
                share that captures record.

        Returns:
            Training steps before the fit; None if nothing can be written.
        """
        if not self.is_chief:
            return None
        self._is_training = is_training
        with self.going_on("Opening the log"):
            self._place = self._log.place(self, iterations, epoch)
            if self._has_recorded and self.last_step is None:
                self.series.forget()
            self.budget.begin(self._log.budgets)
            self.has_begun = True
            return self._place.first_step
        return None

    def record_if_new(
        self,
        model: keras.Model,
        reason: str,
        at: TrainingPlace,
        *,
        paid: Paid = "by_share",
    ) -> None:
        """Draw unless the newest capture shows these very weights.

        Args:
            model: The model to draw.
            reason: Why, beside `reasons`; "" for that alone.
            at: Where training stands.
            paid: What pays for the capture.
        """
        with self.going_on(f"The capture at step {at.step}"):
            if self._log.begin_again_if_lost():
                self.failures.notes.append(
                    "The log was removed; this begins it anew."
                )
                self.series.forget()
            live, last, is_changed = Digests(), self.last_step, False
            if last is not None and at.step <= last:
                # One of restored weights may have taken this step.
                is_same = live.of(model.weights) == self._drawn_weights
                if is_same and not (self._is_partial and paid in BESIDE):
                    return
                at = replace(at, step=last + 1)
                is_changed = not is_same and bool(self._drawn_weights)

            def num_new() -> int:
                with self._chosen_weights(model, live) as digests:
                    return self.series.num_new(model, digests)

            limit = self._purse.limit(paid, self._log.num_bytes, num_new)
            if limit is not None:
                limit = replace(limit, tell=self.tell)
                self.failures.notes += [RESTORED] * is_changed
                with self._purse.paying(paid):
                    self._record(model, reason, at, live, limit)

    def summary(self) -> str:
        """Return one line on what was drawn and what it cost."""
        return self.budget.summary()

    def check(self, model: keras.Model, at: TrainingPlace) -> None:
        """Test the newest drawing, in one more capture of the same weights."""
        last = self.last_step
        at = replace(at, step=at.step if last is None else last + 1)
        with self._purse.paying("aside"), self.going_on("The check at the end"):
            self.series.check()
            self._record(model, "sanity check", at, Digests())

    def leave(self) -> None:
        """Leave the log; the last recorder of a fit closes it."""
        self.series.end_fit()
        with self.budget.setting_aside(), self.going_on("Closing the log"):
            self._log.leave(self)
        self.budget.end()
        self.is_joined = self.has_begun = False

    def _record(
        self,
        model: keras.Model,
        reason: str,
        at: TrainingPlace,
        live: Digests,
        limit: Limit = NO_LIMIT,
    ) -> None:
        slot = Slot(self._place.stream, self.num_recorded, at.step)
        begin = time.perf_counter()
        drawn_weights = live.of(model.weights)
        with self._chosen_weights(model, live) as digests:
            drawing = self.series.draw(model, slot, digests, limit)
            not_finite = not_finite_weights(model.weights)
        cost_s = time.perf_counter() - begin
        size = self._write(drawing, reason, at, cost_s, not_finite)
        self._drawn_weights = drawn_weights
        self._is_partial = drawing.cost.is_partial
        self._hand_over(drawing, at.step)
        seconds = time.perf_counter() - begin
        self._purse.learn(drawing.cost, seconds, size)

    @contextlib.contextmanager
    def _chosen_weights(
        self, model: keras.Model, live: Digests
    ) -> Iterator[Digests]:
        """Lend the model the weights to draw; yield digests of these."""
        if self._options.weights == "averaged":
            with averaged_weights(model):
                yield Digests()
        else:
            yield live

    def _write(
        self,
        drawing: Drawing,
        reason: str,
        at: TrainingPlace,
        cost_s: float,
        not_finite: Sequence[NotFiniteWeight],
    ) -> int:
        """Write the capture and return the bytes that it takes."""
        circumstances = Circumstances(
            kind=self.series.kind,
            place=self._place,
            index=self.num_recorded,
            at=at,
            reason=self.reasons.words(reason),
            cost_s=cost_s,
            overhead=self._overhead(at.step),
            skipped=self.budget.num_skipped,
            not_finite=not_finite,
            happened=self.reasons.before(at.step),
        )
        capture = as_capture(drawing, circumstances, self.failures.notes)
        before = self._log.num_bytes
        scalars = {**circumstances.scalars(), **drawing.scalars}
        self._log.write(capture, drawing.pictures, scalars, drawing.held_out)
        self.failures.notes.clear()
        self.reasons.clear()
        self.budget.num_skipped = 0
        self._has_recorded = True
        self.series.keep()
        return self._log.num_bytes - before

    def _hand_over(self, drawing: Drawing, step: int) -> None:
        """Call the user's function with what is in the log now."""
        tell = self.on_capture
        if tell is None:
            return
        with self.going_on(f"on_capture at step {step}"):
            for result in drawing.results:
                # A copy: later captures are compared with these arrays.
                tell(copy.deepcopy(result), step)

    def _overhead(self, step: int) -> float | None:
        """Return the share of training that drawing took; None before any."""
        has_trained = self._place.fit or step > self._place.first_step
        if not (self._is_training and has_trained):
            return None
        return self.overhead()
