"""What the two callbacks share: when to draw, and that training goes on.

A subclass says what it would draw (`_prepare`) and draws (`_draw`). Everything
here is wiring; nothing computes a picture.
"""

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Literal

import keras

from kerasviz_callbacks.fingerprint import fingerprint
from kerasviz_callbacks.schedule import Moment, Schedule, as_schedule
from kerasviz_callbacks.summary import Picture, Place, run_log, with_size
from tb_plugin.contract import (
    SCHEMA_VERSION,
    Capture,
    HeldOut,
    Kind,
    MapLayer,
    Outcome,
    PatternLayer,
)

logger = logging.getLogger("kerasviz")

OnError = Literal["log", "raise"]
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Plan:
    """What a callback is about to draw at every capture.

    Attributes:
        paths: of the layers.
        what: in words.
        seconds: about what a capture takes.
        num_bytes: about what it adds to the log.
        notes: what the user should know, one line each.
    """

    paths: tuple[str, ...]
    what: str
    seconds: float
    num_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What a callback drew at one moment, ready to be written."""

    pictures: tuple[Picture, ...]
    patterns: tuple[PatternLayer, ...] = ()
    maps: tuple[MapLayer, ...] = ()
    outcome: Outcome | None = None
    scalars: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    held_out: tuple[HeldOut, tuple[bytes, ...]] | None = None


class Watcher(keras.callbacks.Callback):
    """A callback that draws captures on a schedule; see its subclasses."""

    kind: Kind

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
        self._log = run_log(self.log_dir)
        self._place = Place("", 0, 0)
        self._first_iterations = 0
        self._epoch = 0
        self._epoch_first_step = 0
        self._asked_step = 0
        self._batches = 0
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

    def on_train_begin(self, logs: Any = None) -> None:
        """Check everything, say what will be drawn, draw the baseline."""
        _check_backend()
        plan = self._prepare(self.model)
        self._first_iterations = self._iterations()
        self._batches = 0
        self._place = self._log.join(
            self, self.kind, self.params, self._first_iterations
        )
        self._log.claim(self.kind, plan.paths, self._place.stream)
        self._epoch_first_step = self._asked_step = self._place.first_step
        self._epoch = 0
        self._announce(plan)
        is_first = self._log.next_index(self._place.stream) == 0
        self._capture_if_new("baseline" if is_first else "new fit")

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Remember where the epoch starts."""
        self._epoch = epoch
        self._epoch_first_step = self._step()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Draw between two batches, where a schedule asks for it.

        Not at the end of a batch: Keras runs other callbacks' batch ends
        asynchronously as long as nobody needs them.
        """
        self._batches += 1
        if batch:
            step = self._epoch_first_step + batch
            self._ask("batch", step, self._epoch, batch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Draw at the end of an epoch, where a schedule asks for it."""
        self._epoch = epoch + 1
        self._ask("epoch", self._step(), self._epoch, 0)

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, unless it was drawn, and close the log."""
        self._capture_if_new("last")
        self._log.leave(self)

    def _ask(
        self,
        event: Literal["batch", "epoch"],
        step: int,
        epoch: int,
        batch: int,
    ) -> None:
        moment = Moment(event, step, self._asked_step, epoch)
        self._asked_step = step
        if self._schedule.is_due(moment):
            self._capture("schedule", step, batch)

    def _capture_if_new(self, reason: str) -> None:
        """Draw unless the newest capture shows these very weights."""
        step = self._step()
        last = self._log.last_step(self._place.stream)
        if last is None or step > last:
            self._capture(reason, step, 0)
        elif fingerprint(self.model) != self._drawn_weights:
            # Weights changed without a training step (loaded, restored).
            self._capture(reason, last + 1, 0)

    def _capture(self, reason: str, step: int, batch: int) -> None:
        begin = time.perf_counter()
        try:
            drawing = self._draw(self._place.stream, step)
            cost_s = time.perf_counter() - begin
            self._write(drawing, reason, step, batch, cost_s)
        except Exception as error:
            if self._on_error == "raise":
                raise
            self._lost.append(
                f"The capture at step {step} failed: "
                f"{type(error).__name__}: {error}"[:500]
            )
            logger.exception(
                "kerasviz: the capture at step %d failed; training goes on. "
                "on_error='raise' would stop it.",
                step,
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
        capture = Capture(
            schema=SCHEMA_VERSION,
            kind=self.kind,
            stream=stream,
            index=self._log.next_index(stream),
            step=step,
            iterations=self._iterations(),
            fit=self._place.fit,
            epoch=self._epoch,
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

    def _announce(self, plan: Plan) -> None:
        if self._verbose:
            print(
                f"{type(self).__name__}: {plan.what}; before training, "
                f"{self._schedule.describe()} and at the end; about "
                f"{plan.seconds:.1f} s and {plan.num_bytes / _MEGABYTE:.2f} MB "
                f"a capture, into {self._log.directory}"
            )
        for note in plan.notes:
            logger.warning("kerasviz: %s", note)

    def _step(self) -> int:
        """Return the training steps since the run began."""
        done = self._iterations() - self._first_iterations
        return self._place.first_step + done

    def _iterations(self) -> int:
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is None:  # a train_step with optimizers of its own
            return self._first_iterations + self._batches
        return int(optimizer.iterations)


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
