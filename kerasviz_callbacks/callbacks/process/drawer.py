"""The process that draws: it takes copies of a training's weights and records.

It holds what a training would hold itself: the recorders of its callbacks, and
through them series and the log. Nothing here draws or writes another way.
Between two commands it looks for a copy that waits, the oldest first.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.callbacks.process.copies import load_copy
from kerasviz_callbacks.callbacks.process.mailbox import Mailbox, Request
from kerasviz_callbacks.callbacks.process.messages import (
    Answer,
    Begin,
    Begun,
    Call,
    Command,
    Drop,
    Failure,
    Finish,
    Join,
    Joined,
    Leave,
    Left,
    ModelParcel,
    Result,
)
from kerasviz_callbacks.callbacks.process.model_parcel import unpack_model
from kerasviz_callbacks.callbacks.process.parcel import unpack_callback
from kerasviz_callbacks.callbacks.recorder import Recorder

Say = Callable[[Any], None]


class _Weight:
    """Stands for a weight of the training."""


@dataclass
class _Member:
    """A recorder, what it draws, and where copies for it wait."""

    recorder: Recorder
    mailbox: Mailbox
    model: keras.Model | None = None
    begun_with: int = 0  # captures in the log as the fit began
    seconds: float = 0.0


@dataclass
class Drawer:
    """Draws for the recorders of a training.

    Args:
        folder: Of the mailboxes.
        say: Says something to the training.
    """

    folder: str
    say: Say
    _members: dict[int, _Member] = field(default_factory=dict)
    _models: dict[int, keras.Model] = field(default_factory=dict)
    _weights: dict[int, _Weight] = field(default_factory=dict)
    _fit: tuple[int, object] = (-1, None)

    def do(self, call: Call) -> None:
        """Do what a call says, and answer if somebody waits for it."""
        member = getattr(call.command, "member", -1)
        try:
            answer = self._do(call.command)
        except Exception as error:
            self.say(_failure(error, call.number, member))
            return
        if call.number is not None:
            self.say(Answer(call.number, answer))

    def draw_oldest(self) -> bool:
        """Draw what waits longest; return whether anything did."""
        since = {
            number: member.mailbox.waits_since
            for number, member in self._members.items()
            if member.recorder.has_begun
        }
        waiting = {n: at for n, at in since.items() if at is not None}
        if not waiting:
            return False
        number = min(waiting, key=lambda one: (waiting[one], one))
        try:
            self._draw(self._members[number])
        except Exception as error:  # on_error="raise"
            self.say(_failure(error, None, number))
        return True

    def _do(self, command: Command) -> Any:
        if isinstance(command, Join):
            return self._join(command)
        if isinstance(command, Drop):
            return self._drop(command)
        member = self._members[command.member]
        if isinstance(command, Begin):
            return self._begin(member, command)
        self._draw_all(member)
        if isinstance(command, Finish):
            return None
        return self._leave(member, command)

    def _join(self, join: Join) -> Joined:
        model = self._model(join.model)
        member = self._members.get(join.member)
        if member is None:
            member = self._member(join)
        else:
            self._draw_all(member)  # of a fit that raised
        member.model = model
        self._forget_models()
        load_copy(model, join.copy)
        known = [self._weights.setdefault(n, _Weight()) for n in join.weights]
        plan = member.recorder.join(model, self._fit_key(join.fit), known)
        return Joined(plan, member.recorder.directory)

    def _member(self, join: Join) -> _Member:
        recorder: Recorder = unpack_callback(join.callback).recorder
        if join.wants_results:
            recorder.on_capture = lambda result, step: self.say(
                Result(join.member, result, step)
            )
        mailbox = Mailbox(os.path.join(self.folder, str(join.member)))
        member = _Member(recorder, mailbox)
        self._members[join.member] = member
        return member

    def _begin(self, member: _Member, begin: Begin) -> Begun:
        recorder = member.recorder
        first_step = recorder.begin(
            begin.iterations, begin.epoch, is_training=begin.is_training
        )
        if first_step is None:
            return Begun(None)
        member.begun_with, member.seconds = recorder.num_recorded, 0.0
        return Begun(first_step, recorder.num_recorded, recorder.is_restart)

    def _leave(self, member: _Member, leave: Leave) -> Left:
        recorder = member.recorder
        num_drawn = 0
        if recorder.has_begun:
            if leave.check_at is not None:
                recorder.check(member.model, leave.check_at)
            num_drawn = recorder.num_recorded - member.begun_with
        if recorder.is_joined:
            recorder.leave()
        return Left(num_drawn, member.seconds)

    def _drop(self, drop: Drop) -> None:
        for number in drop.members:
            member = self._members.pop(number, None)
            if member is not None:
                self._end(member)
        self._forget_models()

    def _end(self, member: _Member) -> None:
        """Draw what waits, and close the log."""
        self._draw_all(member)
        if member.recorder.is_joined:
            member.recorder.leave()

    def _forget_models(self) -> None:
        in_use = {id(member.model) for member in self._members.values()}
        self._models = {
            n: one for n, one in self._models.items() if id(one) in in_use
        }

    def close(self) -> None:
        """Draw what waits, and close the logs: the training has ended."""
        for member in self._members.values():
            self._end(member)

    def _draw_all(self, member: _Member) -> None:
        while self._draw(member):
            pass

    def _draw(self, member: _Member) -> bool:
        """Draw the copy that waits; return whether one did."""
        recorder = member.recorder
        taken = member.mailbox.take() if recorder.has_begun else None
        if taken is None:
            return False
        request, path = taken
        begin = time.perf_counter()
        with recorder.going_on(f"The copy of step {request.at.step}"):
            load_copy(member.model, path)
            _prepare(recorder, request)
            recorder.record_if_new(
                member.model, request.reason, request.at, paid=request.paid
            )
        member.seconds += time.perf_counter() - begin
        return True

    def _model(self, parcel: ModelParcel) -> keras.Model:
        if parcel.number not in self._models:
            self._models[parcel.number] = unpack_model(parcel)
        return self._models[parcel.number]

    def _fit_key(self, number: int | None) -> object:
        """Return one object for all recorders of a fit."""
        if number is None:
            return None
        if self._fit[0] != number:
            self._fit = number, object()
        return self._fit[1]


def _prepare(recorder: Recorder, request: Request) -> None:
    """Have the next record say what the training knows."""
    recorder.failures.notes += request.notes
    count = request.num_passed_over
    if count:
        recorder.failures.notes.append(
            f"{counted(count, 'capture')} before this one passed over: "
            "the process that draws was busy."
        )
    for one in request.occurred:
        one.replay(recorder.reasons)
    recorder.budget.num_skipped += request.num_skipped
    recorder.overhead = lambda: request.overhead


def _failure(error: Exception, number: int | None, member: int) -> Failure:
    """Return what the training raises: the nearest built-in kind."""
    kinds = [
        kind.__name__
        for kind in type(error).__mro__
        if kind.__module__ == "builtins"
    ]
    words = str(error)
    if type(error).__name__ != kinds[0] or kinds[0] == "Exception":
        words = f"{type(error).__name__}: {words}"
    return Failure(number, member, kinds[0], words)
