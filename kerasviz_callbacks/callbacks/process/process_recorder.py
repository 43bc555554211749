"""Hands what is to be drawn to another process, and lets training go on.

It has the face of `Recorder`. What a training pays is a copy of the weights;
the budget counts that alone. Whatever becomes of the process, a training never
waits for it, but as it begins, at an interrupt, and at its end if it is to.
"""

import itertools
import os
import time
import weakref
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.callbacks.failures import Failures
from kerasviz_callbacks.callbacks.optimizer import (
    averaged_weights,
    check_averaged,
)
from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.callbacks.process.drawing_process import (
    DrawingProcess,
    drawing_process,
)
from kerasviz_callbacks.callbacks.process.mailbox import (
    Mailbox,
    Occurrences,
    Request,
)
from kerasviz_callbacks.callbacks.process.messages import (
    Begin,
    Begun,
    CallbackParcel,
    Drop,
    Finish,
    Join,
    Joined,
    Leave,
    Left,
)
from kerasviz_callbacks.callbacks.process.model_parcel import pack_model
from kerasviz_callbacks.callbacks.process.parcel import pack_callback
from kerasviz_callbacks.callbacks.purse import Paid, Purse
from kerasviz_callbacks.captures import Cost, Plan, Tell, TrainingPlace
from kerasviz_callbacks.model import generators_kept
from kerasviz_callbacks.model.devices import (
    check_trainer,
    is_chief,
    strategy_of,
)
from kerasviz_callbacks.schedule import Budget

_members = itertools.count()


class ProcessRecorder:
    """Has another process draw one stream of captures; see `Recorder`.

    Args:
        kind: Class of the callback, which is made there as well.
        given: What it was made with, by place and by name.
        log_dir: TensorBoard log directory.
        options: Of the callback.
        budget: Share of training's time that copies may take.

    Attributes:
        budget: What copies may take, and have taken.
        is_joined: Whether everything was checked for the present fit.
        has_begun: Whether captures of the present fit go to the log.
        is_chief: Whether this is the training that is drawn; always.
        tell: Not used: nobody waits for the baseline.
        reasons: Why the next capture is made.
        directory: Directory of the run.
        num_recorded: Captures of the stream in the log, and handed over.
        is_restart: Whether the fit continues a run of an earlier process.
    """

    def __init__(
        self,
        kind: type,
        given: tuple[tuple[Any, ...], dict[str, Any]],
        log_dir: str,
        options: CaptureOptions,
        budget: float | None,
    ) -> None:
        self.budget = Budget(budget, None, options.grace_s)
        self.is_joined = self.has_begun = self.is_restart = False
        self.is_chief = True
        self.tell: Tell | None = None
        self.reasons = Occurrences()
        self.directory = ""
        self.num_recorded = 0
        self.failures = Failures(options.on_error)
        self.going_on = self.failures.going_on
        self._kind, self._given, self._log_dir = kind, given, log_dir
        self._options = options
        self._purse = Purse(self.budget)
        self._number = next(_members)
        self._parcel: CallbackParcel | None = None
        self._process: DrawingProcess
        self._mailbox: Mailbox
        self._drop: weakref.finalize[Any, Any] | None = None
        self._fit_key: object = None
        self._has_joined_again = False
        self._num_passed_over = 0  # since the last copy that waits
        self._passed_over_in_all = self._skipped_in_all = self._num_handed = 0
        self._check_at: TrainingPlace | None = None
        self._left: Left | None = None

    def abandon(self) -> None:
        """End a fit that raised, which no hook reports."""
        self.is_joined = self.has_begun = False
        self.budget.abandon()

    def join(self, model: keras.Model, fit_key: object = None) -> Plan:
        """Start the process if need be, and have it check everything.

        Args:
            model: The model to draw.
            fit_key: One object shared by all recorders of a fit. None joins
                what is drawn by hand.

        Raises:
            ValueError, TypeError, RuntimeError: The configuration cannot
                work; the message says what to do.
        """
        self.abandon()
        with self.budget.setting_aside(), generators_kept():
            check_trainer(model)
            _check_alone(model)
            if self._options.weights == "averaged":
                check_averaged(model)
            self._fit_key = fit_key
            join = self._join(model)
            joined: Joined = self._process.ask(join)
        self.directory = joined.directory
        self.is_joined = True
        return joined.plan

    def begin(
        self, iterations: int, epoch: int, *, is_training: bool = True
    ) -> int | None:
        """Find the place of the fit in the log; see `Recorder.begin`."""
        self._num_handed = self._passed_over_in_all = self._skipped_in_all = 0
        self._check_at = self._left = None
        self._has_joined_again = False
        with self.going_on("Opening the log"):
            begun: Begun = self._process.ask(
                Begin(self._number, iterations, epoch, is_training)
            )
            if begun.first_step is not None:
                self.num_recorded = begun.num_recorded
                self.is_restart = begun.is_restart
                known = self._process.known
                self.budget.begin(known.budgets(self._number, self.budget))
                self.has_begun = True
            return begun.first_step
        return None

    def record_if_new(
        self,
        model: keras.Model,
        reason: str,
        at: TrainingPlace,
        *,
        paid: Paid = "by_share",
    ) -> None:
        """Have the weights drawn; see `Recorder.record_if_new`."""
        with self.going_on(f"Handing over the weights of step {at.step}"):
            self._process.check(self._number)
            self._call_back()
            if not self._process.is_alive:
                self._join_again(model, at)
            limit = self._purse.limit(paid, 0, lambda: 1)
            self._skipped_in_all += limit is None
            if limit is not None and self._process.is_alive:
                with self._purse.paying(paid):
                    self._make_room(paid)
                    self._hand_over(model, reason, at, paid)
                    if reason == "interrupt":  # what comes next may end us
                        self._process.ask(Finish(self._number))

    def check(self, model: keras.Model, at: TrainingPlace) -> None:
        """Have the newest capture tested; see `Recorder.check`."""
        self._check_at = at

    def leave(self) -> None:
        """Have the log closed once all is drawn, and wait for it if asked."""
        leave = Leave(self._number, self._check_at)
        with self.budget.setting_aside(), self.going_on("Drawing the end"):
            if not self._process.is_alive:
                pass
            elif self._options.wait:
                self._left = self._process.ask(leave)
                self._process.check(self._number)
                self._call_back()
            else:
                self._process.tell(leave)
        self.budget.end()
        self.is_joined = self.has_begun = False

    def summary(self) -> str:
        """Return one line on what was drawn and what training paid."""
        if self._left is not None:
            drawn = self._left.num_drawn
            words = f"{counted(drawn, 'capture')} drawn in another process"
            words += f" in {self._left.seconds:.1f} s"
        elif self._process.is_alive:
            handed = counted(self._num_handed, "capture")
            words = f"{handed} handed to another process"
        else:
            words = "the process that draws has ended before training did"
        passed_over, skipped = self._passed_over_in_all, self._skipped_in_all
        parts = [words]
        parts += [f"{passed_over} passed over"] * bool(passed_over)
        parts += [f"{skipped} skipped to stay within budget="] * bool(skipped)
        return (
            f"{', '.join(parts)}; training waited {self.budget.spent_s:.1f} s "
            f"beside its {self.budget.trained_s:.1f} s"
        )

    def _join(self, model: keras.Model) -> Join:
        """Return what has a process join the fit, the one that is there."""
        process = self._process = drawing_process()
        if self._drop is not None:
            self._drop.detach()
        drop = Drop((self._number,))
        self._drop = weakref.finalize(self, process.tell, drop)
        folder = os.path.join(process.folder, str(self._number))
        self._mailbox = Mailbox(folder)
        copy = os.path.join(folder, "joined")
        self._write(model, copy)
        known = process.known
        return Join(
            self._number,
            self._packed(model),
            pack_model(model, known.model(model)),
            copy,
            known.fit(self._fit_key, self._number),
            known.weights(model.weights),
            self._options.on_capture is not None,
        )

    def _packed(self, model: keras.Model) -> CallbackParcel:
        """Return what the callback is made of; images are read but once."""
        if self._parcel is None:
            self._parcel = pack_callback(
                self._kind, self._given, model, self._options, self._log_dir
            )
        return self._parcel

    def _join_again(self, model: keras.Model, at: TrainingPlace) -> None:
        """Have a new process go on, once, without waiting for it."""
        if self._options.on_error == "raise":
            raise self._process.ended()
        if self._has_joined_again:
            return
        self._has_joined_again = True
        cause = self._process.cause
        join = self._join(model)
        begin = Begin(self._number, at.step, at.epoch, is_training=True)
        self._process.tell(join)
        self._process.tell(begin)
        self.failures.notes.append(
            f"The process that draws has ended ({cause}); another one goes on."
        )

    def _make_room(self, paid: Paid) -> None:
        """Have what was asked for by name drawn before the last capture."""
        is_end = paid == "last" and self._options.wait
        if is_end and self._mailbox.waits_by_name:
            self._process.ask(Finish(self._number))

    def _hand_over(
        self, model: keras.Model, reason: str, at: TrainingPlace, paid: Paid
    ) -> None:
        begin = time.perf_counter()
        request = Request(
            reason,
            at,
            paid,
            tuple(self.reasons),
            self.budget.overhead,
            self.budget.num_skipped,
            self._num_passed_over,
            tuple(self.failures.notes),
        )
        passed_over = self._mailbox.put(request, partial(self._write, model))
        self._passed_over_in_all += 1 if passed_over is None else passed_over
        if passed_over is None:  # itself
            self._num_passed_over += 1
        else:
            self._num_passed_over = self.budget.num_skipped = 0
            self.reasons.clear()
            self.failures.notes.clear()
            self.num_recorded += 1
            self._num_handed += 1
        seconds = time.perf_counter() - begin
        self._purse.learn(Cost(num_computed=1), seconds, 0)

    def _write(self, model: keras.Model, path: str) -> None:
        """Write the weights that are to be drawn."""
        copies = self._process.copies
        if self._options.weights == "averaged":
            with averaged_weights(model):
                copies.write(model.weights, path)
        else:
            copies.write(model.weights, path)

    def _call_back(self) -> None:
        """Call the user's function with what was drawn meanwhile."""
        call = self._options.on_capture
        if call is None:
            return
        for one in self._process.results(self._number):
            with self.going_on(f"on_capture at step {one.step}"):
                call(one.result, one.step)


def _check_alone(model: keras.Model) -> None:
    """Raise if several processes train together, or nothing can be drawn."""
    strategy = strategy_of(model)
    is_chief(strategy)  # complains about what is refused anyway
    if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        raise ValueError(
            "where must be 'fit' under MultiWorkerMirroredStrategy — got "
            "'process', which draws for a training in one process. kerasviz "
            "watch draws such a training from its checkpoints."
        )
