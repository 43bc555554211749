"""Puts checkpoints in the order of training, with the place of each.

| what is known of every checkpoint        | step                             |
|------------------------------------------|----------------------------------|
| a step, in its name                      | that                             |
| an epoch, and `steps_per_epoch`          | their product                    |
| an epoch and a batch of it, and          | those of the epochs before, and  |
| `steps_per_epoch`                        | the batch                        |
| an epoch, and the optimizer's count      | the count                        |
| an epoch alone                           | the epoch: as good as it gets    |
| a plain number, and another one as count | the count; the number: the epoch |
| a plain number                           | that                             |
| its time                                 | the count, else its ordinal      |

The optimizer's count is taken only where it grows from each to the next: a
new optimizer begins anew.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from kerasviz_callbacks.captures import TrainingPlace
from kerasviz_callbacks.commands.backfill.checkpoints.content import (
    backup_numbers,
    optimizer_steps,
)
from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    Checkpoint,
    without_ending,
)
from kerasviz_callbacks.commands.backfill.checkpoints.numbers import (
    Numbers,
    numbers_in,
)
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    UnreadableCheckpointError,
    readable,
)
from tb_plugin.contract import MAX_STEP

Order = Literal["auto", "name", "time"]
NumberIs = Literal["auto", "step", "epoch"]


@dataclass(frozen=True)
class Ordering:
    """How checkpoints are to be ordered.

    Attributes:
        by: `name`, `time`, or the first where names tell something.
        number: what a plain number in the names is.
        steps_per_epoch: None where it is not known.
        template: that the names were made by; None for none.
    """

    by: Order = "auto"
    number: NumberIs = "auto"
    steps_per_epoch: int | None = None
    template: str | None = None


@dataclass(frozen=True)
class Placed:
    """A checkpoint and where training stood."""

    checkpoint: Checkpoint
    place: TrainingPlace


@dataclass(frozen=True)
class Ordered:
    """Checkpoints in the order of training.

    Attributes:
        all: each at a step of its own.
        words: how they were ordered, in a sentence.
        unreadable: those left out, and why.
    """

    all: tuple[Placed, ...]
    words: str
    unreadable: tuple[UnreadableCheckpointError, ...]


@dataclass(frozen=True)
class _Known:
    """What is known of one checkpoint."""

    checkpoint: Checkpoint
    numbers: Numbers
    count: int | None
    time_s: float


def in_order(checkpoints: Sequence[Checkpoint], how: Ordering) -> Ordered:
    """Return the checkpoints that can be read, in the order of training.

    Raises:
        ValueError: the order is not clear.
    """
    numbers = _numbers(checkpoints, how)
    known: list[_Known] = []
    unreadable: list[UnreadableCheckpointError] = []
    for checkpoint, number in zip(checkpoints, numbers, strict=True):
        try:
            known.append(_known(checkpoint, number))
        except UnreadableCheckpointError as error:
            unreadable.append(error)
    if not known:
        raise unreadable[0]
    placed, words = _placed(known, how)
    _check_steps(placed)
    return Ordered(tuple(placed), words, tuple(unreadable))


def _numbers(checkpoints: Sequence[Checkpoint], how: Ordering) -> list[Numbers]:
    if how.by == "time":
        return [Numbers() for _ in checkpoints]
    noted = [_noted(one) for one in checkpoints]
    if all(one != Numbers() for one in noted):
        return noted
    template = None
    if how.template is not None:
        template = without_ending(os.path.normpath(how.template))
    found = numbers_in([one.name for one in checkpoints], template)
    if how.by == "name" and found[0] == Numbers():
        raise ValueError(
            "Names must hold a number to be ordered by it — "
            f"{checkpoints[0].name!r} holds none that differs. Order them by "
            "time."
        )
    return [
        _as_asked(checkpoint, one, how.number)
        for checkpoint, one in zip(checkpoints, found, strict=True)
    ]


def _noted(checkpoint: Checkpoint) -> Numbers:
    with readable(checkpoint):
        return backup_numbers(checkpoint)


def _as_asked(
    checkpoint: Checkpoint, numbers: Numbers, number: NumberIs
) -> Numbers:
    if numbers.plain is None or number == "auto":
        return numbers
    if number == "epoch":
        return _plain_epoch(checkpoint, numbers)
    return Numbers(step=numbers.plain)


def _plain_epoch(checkpoint: Checkpoint, numbers: Numbers) -> Numbers:
    """Return a plain number as epochs finished: Orbax counts them from 0."""
    plain = numbers.plain or 0
    return Numbers(epoch=plain + (checkpoint.kind == "orbax"))


def _known(checkpoint: Checkpoint, numbers: Numbers) -> _Known:
    with readable(checkpoint):
        count = optimizer_steps(checkpoint)
        time_s = os.stat(checkpoint.file).st_mtime
        return _Known(checkpoint, numbers, count, time_s)


def _placed(known: list[_Known], how: Ordering) -> tuple[list[Placed], str]:
    first = known[0].numbers
    if first.step is not None:
        known.sort(key=lambda one: one.numbers.step or 0)
        steps = [one.numbers.step or 0 for one in known]
        return _at(known, steps, how), "by the step in their names"
    if first.epoch is not None:
        known.sort(key=lambda one: (one.numbers.epoch, one.numbers.batch or 0))
        return _by_epoch(known, how)
    if first.plain is not None:
        known.sort(key=lambda one: one.numbers.plain or 0)
        return _by_plain(known, how)
    return _by_time(known, how)


def _by_epoch(known: list[_Known], how: Ordering) -> tuple[list[Placed], str]:
    epochs = [one.numbers.epoch or 0 for one in known]
    has_batches = any(one.numbers.batch for one in known)
    words = "by the epoch in their names"
    counts = _counts(known)
    if how.steps_per_epoch is not None:
        steps = [_step_of(one.numbers, how.steps_per_epoch) for one in known]
        words += f", {how.steps_per_epoch} steps each"
    elif counts is not None:
        steps = counts
        words += "; steps are the optimizer's count"
    elif has_batches:
        raise ValueError(
            "Batches of an epoch are steps only where it is known how many an "
            "epoch has — say so with --steps-per-epoch."
        )
    else:
        steps = epochs
        words += "; steps are epochs, for --steps-per-epoch is not known"
    return _at(known, steps, how), words


def _step_of(numbers: Numbers, steps_per_epoch: int) -> int:
    epoch = numbers.epoch or 0
    if numbers.batch is None:
        return epoch * steps_per_epoch
    return (epoch - 1) * steps_per_epoch + numbers.batch  # it is under way


def _by_plain(known: list[_Known], how: Ordering) -> tuple[list[Placed], str]:
    numbers = [one.numbers.plain or 0 for one in known]
    counts = _counts(known)
    if counts is None or counts == numbers:
        words = "by the number in their names, taken for the step"
        return _at(known, numbers, how), words
    epochs = [
        replace(one, numbers=_plain_epoch(one.checkpoint, one.numbers))
        for one in known
    ]
    words = (
        "by the number in their names, taken for the epoch, for the "
        "optimizer's count is another; steps are that count"
    )
    return _at(epochs, counts, how), words


def _by_time(known: list[_Known], how: Ordering) -> tuple[list[Placed], str]:
    known.sort(key=lambda one: one.time_s)
    for one, other in pairwise(known):
        if one.time_s == other.time_s:
            raise ValueError(
                "Checkpoints must differ in time to be ordered by it — "
                f"{one.checkpoint.path!r} and {other.checkpoint.path!r} were "
                "saved at the same time, or were copied. Name them by number."
            )
    counts = _counts(known)
    words = "by the time of their files"
    if counts is None:
        return _at(known, list(range(len(known))), how), f"{words}, numbered"
    return _at(known, counts, how), f"{words}; steps are the optimizer's count"


def _counts(known: Sequence[_Known]) -> list[int] | None:
    """Return the optimizer's counts, if they grow all along."""
    found = [_count(one) for one in known]
    counts = [count for count in found if count is not None]
    grows = all(one < other for one, other in pairwise(counts))
    return counts if grows and len(counts) == len(known) else None


def _count(one: _Known) -> int | None:
    """Return the count; 0 of a model that was saved before it had one."""
    is_first = 0 in (one.numbers.epoch, one.numbers.plain)
    return 0 if one.count is None and is_first else one.count


def _at(
    known: Sequence[_Known], steps: Sequence[int], how: Ordering
) -> list[Placed]:
    placed = []
    for one, step in zip(known, steps, strict=True):
        place = TrainingPlace(step, _epoch(one.numbers, step, how), one.count)
        placed.append(Placed(one.checkpoint, place))
    return placed


def _epoch(numbers: Numbers, step: int, how: Ordering) -> int:
    """Return the epochs finished; 0 where that is not known."""
    if numbers.epoch is None:
        return step // how.steps_per_epoch if how.steps_per_epoch else 0
    if numbers.batch is None:
        return numbers.epoch
    is_over = numbers.batch == how.steps_per_epoch
    return numbers.epoch if is_over else numbers.epoch - 1


def _check_steps(placed: Sequence[Placed]) -> None:
    for one in placed:
        if one.place.step > MAX_STEP:
            raise ValueError(
                f"Steps must be at most {MAX_STEP} — {one.checkpoint.path!r} "
                f"is of {one.place.step}. Order them by time, or name the "
                "template with the number that is meant."
            )
    for one, other in pairwise(placed):
        if one.place.step == other.place.step:
            raise ValueError(
                "Each checkpoint must be of a step of its own — "
                f"{one.checkpoint.path!r} and {other.checkpoint.path!r} are "
                f"both of {one.place.step}. Match one of them."
            )
