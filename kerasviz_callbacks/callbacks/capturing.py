"""A model at a moment of training in, a capture of it in the log out.

Training goes on whatever fails. A subclass says what it would draw (`_prepare`)
and draws (`_draw`). Everything here is wiring; nothing computes a picture.
"""

import contextlib
import copy
import logging
import time
from collections.abc import Iterator
from typing import ClassVar

import keras

from kerasviz_callbacks.callbacks.announcement import announcement
from kerasviz_callbacks.callbacks.interrupts import Interrupts
from kerasviz_callbacks.callbacks.optimizer import (
    averaged_weights,
    check_averaged,
    optimizer_count,
)
from kerasviz_callbacks.callbacks.progress import Progress
from kerasviz_callbacks.callbacks.request import (
    WatchRequest,
    as_directory,
    as_schedule,
)
from kerasviz_callbacks.captures.drawing import Drawing, Plan
from kerasviz_callbacks.log.capture_record import (
    Circumstances,
    as_capture,
    new_share,
)
from kerasviz_callbacks.log.run_log import Place, RunLog, run_log
from kerasviz_callbacks.model.devices.trainer import (
    check_trainer,
    is_chief,
    strategy_of,
)
from kerasviz_callbacks.model.structure import fingerprint
from kerasviz_callbacks.schedule.budget import Budget
from kerasviz_callbacks.schedule.schedule import joined
from tb_plugin.contract import Kind

logger = logging.getLogger("kerasviz")


class Capturing(keras.callbacks.Callback):
    """A callback that can draw captures of its model into its log."""

    kind: Kind
    _thins_pictures: ClassVar[bool] = False

    def __init__(self, log_dir: str, request: WatchRequest) -> None:
        super().__init__()
        self.log_dir = as_directory(log_dir)
        self._watch = request
        self._schedule = as_schedule(request.every)
        self._budget = Budget(request.budget, request.max_log_bytes)
        self._interrupts = Interrupts()
        # Made as a fit begins: a callback that was not used can be copied.
        self._log: RunLog
        self._place: Place
        self._progress: Progress
        self._is_chief = True
        self._is_joined = False
        self._has_begun = False
        self._is_by_hand = False
        self._asked_step = 0
        self._pending: str | None = None  # why the next capture is drawn, too
        self._drawn_weights = b""
        self._lost: list[str] = []
        self._look_s = 0.0
        self._first_factor = 1.0

    def _prepare(self, model: keras.Model) -> Plan:
        """Check everything on the real model and make ready to draw.

        Raises:
            ValueError, TypeError, RuntimeError: the configuration cannot
                work, with what to do.
        """
        raise NotImplementedError

    def _draw(self, stream: str, step: int, share: float) -> Drawing:
        """Draw a share of all pictures with the weights as they are."""
        raise NotImplementedError

    def _new_share(self) -> float:
        """Return the share of the pictures that other weights have changed."""
        raise NotImplementedError

    def _remember(self, step: int) -> None:
        """Note that what was drawn last is in the log, at this step."""

    def _join(self, fit_key: object) -> None:
        """Check everything; `None` joins what is drawn by hand."""
        self._is_joined = self._has_begun = self._is_by_hand = False
        self._budget.abandon()
        with self._budget.spending():
            check_trainer(self.model)
            self._is_chief = is_chief(strategy_of(self.model))
            if self._watch.weights == "averaged":
                check_averaged(self.model)
            plan = self._prepare(self.model)
            self._log = run_log(self.log_dir)
            key = self._log if fit_key is None else fit_key
            self._log.join(self, self._budget, self.kind, plan.paths, key)
        self._is_joined = True
        self._budget.expect(plan.seconds, plan.num_bytes)
        self._first_factor = plan.first_factor
        if self._watch.verbose and self._is_chief:
            words = announcement(plan, self._watch, self._schedule, self.params)
            print(f"{type(self).__name__}: {words}, into {self._log.directory}")
        for note in plan.notes:
            logger.warning("kerasviz: %s", note)

    def _begin(self, iterations: int, epoch: int) -> bool:
        """Find the place in the log, and tell whether there is one."""
        if not self._is_chief:
            return False
        with self._going_on("Opening the log"):
            self._place = self._log.place(self, iterations, epoch)
            self._budget.begin(self._log.budgets)
            self._asked_step = self._place.first_step
            self._progress = Progress(self._place.first_step)
            self._has_begun = True
        return self._has_begun

    def _capture_if_new(
        self, reason: str, batch: int = 0, *, is_sure: bool = False
    ) -> None:
        """Draw unless the newest capture shows these very weights.

        Args:
            reason: beside what waits to be told; "" for that alone.
            batch: batches finished in the epoch under way.
            is_sure: draw whatever it costs.
        """
        step = self._progress.step
        with self._going_on(f"The capture at step {step}"):
            if self._log.begin_again_if_lost():
                self._lost.append("The log was removed; this begins it anew.")
            last = self._log.last_step(self._place.stream)
            if last is not None and step <= last:
                # Weights may change without a training step (loaded,
                # restored), and such a capture may have taken this step.
                if fingerprint(self.model) == self._drawn_weights:
                    return
                step = last + 1
            if is_sure or self._affords():
                self._capture(reason, step, batch, is_whole=is_sure)

    def _affords(self) -> bool:
        """Tell whether the budget lets a capture be drawn."""
        used = self._log.num_bytes
        self._budget.count_due()
        if self._thins_pictures:
            self._budget.thin()
        if self._budget.affords(used, 1.0):
            return True
        if self._budget.affords_look(self._look_s):
            begin = time.perf_counter()
            new = self._new_share()
            self._look_s = time.perf_counter() - begin
            if new < 1 and self._budget.affords(used, new):
                return True
            self._budget.look_in_vain(new)
        self._budget.skip()
        return False

    def _capture(
        self, reason: str, step: int, batch: int, *, is_whole: bool = True
    ) -> None:
        budget = self._budget
        share = 1.0 if is_whole else budget.pictures_share
        begin = time.perf_counter()
        with budget.spending():
            with self._chosen_weights():
                drawing = self._draw(self._place.stream, step, share)
            cost_s = time.perf_counter() - begin
            size = self._write(drawing, reason, step, batch, cost_s)
            self._hand_over(drawing, step)
        seconds = (time.perf_counter() - begin) / self._first_factor
        budget.learn(seconds, size, new_share(drawing) * share)
        self._first_factor = 1.0

    def _chosen_weights(self) -> contextlib.AbstractContextManager[None]:
        if self._watch.weights == "averaged":
            return averaged_weights(self.model)
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def _going_on(self, what: str) -> Iterator[None]:
        """Log what fails and go on, unless the user wants it raised."""
        try:
            yield
        except Exception as error:
            if self._watch.on_error == "raise":
                raise
            cause = f"{what} failed: {type(error).__name__}: {error}"
            self._lost.append(cause[:500])
            logger.exception(
                "kerasviz: %s failed; training goes on. on_error='raise' "
                "would stop it.",
                what,
            )

    def _write(
        self,
        drawing: Drawing,
        reason: str,
        step: int,
        batch: int,
        cost_s: float,
    ) -> int:
        """Write the capture and return the bytes that it takes."""
        stream = self._place.stream
        circumstances = Circumstances(
            kind=self.kind,
            place=self._place,
            index=self._log.next_index(stream),
            step=step,
            iterations=optimizer_count(self.model),
            epoch=self._progress.epoch,
            batch=batch,
            reason=joined((reason, self._pending or "")) or "asked",
            cost_s=cost_s,
            overhead=self._overhead(),
            skipped=self._budget.num_skipped,
        )
        capture = as_capture(drawing, circumstances, self._lost)
        before = self._log.num_bytes
        scalars = {**circumstances.scalars(), **drawing.scalars}
        self._log.write(capture, drawing.pictures, scalars, drawing.held_out)
        self._lost.clear()
        self._pending = None
        self._budget.num_skipped = 0
        self._drawn_weights = fingerprint(self.model)
        self._remember(step)
        return self._log.num_bytes - before

    def _hand_over(self, drawing: Drawing, step: int) -> None:
        """Call the user's function with what lies in the log now."""
        tell = self._watch.on_capture
        if tell is None:
            return
        with self._going_on(f"on_capture at step {step}"):
            for result in drawing.results:
                # A copy: later captures are compared with these arrays.
                tell(copy.deepcopy(result), step)

    def _overhead(self) -> float | None:
        has_trained = self._place.fit or (
            self._progress.step > self._place.first_step
        )
        return self._budget.overhead if has_trained else None
