"""What the two callbacks share: when to draw, and that training goes on.

A subclass says what it would draw (`_prepare`) and draws (`_draw`). Everything
here is wiring; nothing computes a picture.
"""

import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any, Literal

import keras

from kerasviz_callbacks.drawing import Drawing, Plan
from kerasviz_callbacks.fingerprint import fingerprint
from kerasviz_callbacks.progress import Progress, optimizer_count
from kerasviz_callbacks.schedule import Moment, Schedule, as_schedule
from kerasviz_callbacks.summary import Place, RunLog, run_log, with_size
from tb_plugin.contract import SCHEMA_VERSION, Capture, Kind

logger = logging.getLogger("kerasviz")

OnError = Literal["log", "raise"]
_MEGABYTE = 1e6


class Watcher(keras.callbacks.Callback):
    """A callback that draws captures on a schedule; see its subclasses."""

    kind: Kind
    async_safe = True  # Keras need not wait for `on_train_batch_end`

    def __init__(
        self,
        log_dir: str,
        every: int | Schedule,
        on_error: OnError,
        verbose: int,
    ) -> None:
        super().__init__()
        if on_error not in ("log", "raise"):
            raise ValueError(
                f"on_error must be 'log' or 'raise' — got {on_error!r}."
            )
        self.log_dir = _as_directory(log_dir)
        self._schedule = as_schedule(every)
        self._on_error = on_error
        self._verbose = verbose
        # Made as a fit begins: a callback that was not used can be copied.
        self._log: RunLog
        self._place: Place
        self._progress: Progress
        self._has_begun = False
        self._asked_step = 0
        self._drawn_weights = b""
        self._lost: list[str] = []

    def _prepare(self, model: keras.Model) -> Plan:
        """Check everything on the real model and make ready to draw.

        Raises:
            ValueError, TypeError, RuntimeError: the configuration cannot
                work, with what to do.
        """
        raise NotImplementedError

    def _draw(self, stream: str, step: int) -> Drawing:
        """Draw with the weights as they are."""
        raise NotImplementedError

    def _remember(self, step: int) -> None:
        """Note that what was drawn last is in the log, at this step."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Check everything and say what will be drawn."""
        _check_backend()
        plan = self._prepare(self.model)
        self._log = run_log(self.log_dir)
        self._log.join(self, self.kind, plan.paths, self.params)
        self._has_begun = False
        self._announce(plan)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Draw the baseline before the first epoch.

        Not earlier: another callback may restore weights as training begins,
        and which epoch is the first is not known before.
        """
        is_first = not self._has_begun
        if is_first:
            self._begin()
        self._progress.begin_epoch(epoch, self.model)
        if is_first:
            index = self._log.next_index(self._place.stream)
            self._capture_if_new("new fit" if index else "baseline")

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Draw between two batches, where a schedule asks for it.

        Not at the end of a batch: drawing there would make Keras run all
        callbacks' batch ends before it goes on.
        """
        if batch:
            self._progress.finish_batches(batch)
            self._ask("batch", batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the batch, the last one of its execution."""
        self._progress.finish_batches(batch + 1)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Draw at the end of an epoch, where a schedule asks for it."""
        self._progress.end_epoch(epoch, self.model)
        self._ask("epoch", 0)

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, unless it was drawn, and close the log."""
        if self._has_begun:
            self._capture_if_new("last")
        with self._going_on("Closing the log"):
            self._log.leave(self)

    def _begin(self) -> None:
        iterations = optimizer_count(self.model) or 0
        self._place = self._log.place(self, iterations)
        self._asked_step = self._place.first_step
        self._progress = Progress(self._place.first_step)
        self._has_begun = True

    def _ask(self, event: Literal["batch", "epoch"], batch: int) -> None:
        step = self._progress.step
        moment = Moment(event, step, self._asked_step, self._progress.epoch)
        self._asked_step = step
        if self._schedule.is_due(moment):
            self._progress.settle(self.model)
            self._capture_if_new("schedule", batch)

    def _capture_if_new(self, reason: str, batch: int = 0) -> None:
        """Draw unless the newest capture shows these very weights."""
        step = self._progress.step
        with self._going_on(f"The capture at step {step}"):
            last = self._log.last_step(self._place.stream)
            if last is not None and step <= last:
                # Weights may change without a training step (loaded,
                # restored), and such a capture may have taken this step.
                if fingerprint(self.model) == self._drawn_weights:
                    return
                step = last + 1
            self._capture(reason, step, batch)

    def _capture(self, reason: str, step: int, batch: int) -> None:
        begin = time.perf_counter()
        drawing = self._draw(self._place.stream, step)
        cost_s = time.perf_counter() - begin
        self._write(drawing, reason, step, batch, cost_s)

    @contextlib.contextmanager
    def _going_on(self, what: str) -> Iterator[None]:
        """Log what fails and go on, unless the user wants it raised."""
        try:
            yield
        except Exception as error:
            if self._on_error == "raise":
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
    ) -> None:
        stream = self._place.stream
        count = optimizer_count(self.model)
        capture = Capture(
            schema=SCHEMA_VERSION,
            kind=self.kind,
            stream=stream,
            index=self._log.next_index(stream),
            step=step,
            iterations=step if count is None else count,
            fit=self._place.fit,
            epoch=self._progress.epoch,
            batch=batch,
            wall_time=time.time(),
            reason=reason,
            cost_s=cost_s,
            size_bytes=0,
            notes=(*self._lost, *drawing.notes),
            patterns=drawing.patterns,
            maps=drawing.maps,
            outcome=drawing.outcome,
        )
        scalars = {f"cost_s/{stream}": cost_s, **drawing.scalars}
        self._log.write(
            with_size(capture, drawing.pictures),
            drawing.pictures,
            scalars,
            drawing.held_out,
        )
        self._lost.clear()
        self._drawn_weights = fingerprint(self.model)
        self._remember(step)

    def _announce(self, plan: Plan) -> None:
        if self._verbose:
            once = f", once {plan.once_seconds:.1f} s more"
            print(
                f"{type(self).__name__}: {plan.what}; before training, "
                f"{self._schedule.describe()} and at the end; about "
                f"{plan.seconds:.1f} s and {plan.num_bytes / _MEGABYTE:.2f} MB "
                f"a capture{once * bool(plan.once_seconds)}, into "
                f"{self._log.directory}"
            )
        for note in plan.notes:
            logger.warning("kerasviz: %s", note)


def _as_directory(log_dir: Any) -> str:
    try:
        path = log_dir if isinstance(log_dir, str) else log_dir.__fspath__()
    except AttributeError:
        raise TypeError(
            f"log_dir must be a path — got {log_dir!r}. It is the first "
            "argument, as in keras.callbacks.TensorBoard."
        ) from None
    if not path:
        raise ValueError("log_dir must not be empty; name a directory.")
    return path


def _check_backend() -> None:
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "kerasviz needs Keras on TensorFlow — the backend here is "
            f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow "
            "before Keras is imported."
        )
