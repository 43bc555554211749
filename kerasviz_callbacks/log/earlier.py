"""Reads what an earlier process wrote into a run directory."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import tensorflow as tf
from tensorboard.backend.event_processing import event_file_loader

from tb_plugin.contract import CAPTURES_PREFIX, Capture, ContractError


def event_files(directory: str) -> dict[str, int]:
    """Return the names of a run's event files, in order, and their bytes."""
    # Not by `glob`: a user's directory may hold a bracket.
    if not tf.io.gfile.isdir(directory):
        return {}
    names = sorted(tf.io.gfile.listdir(directory))
    return {
        name: tf.io.gfile.stat(os.path.join(directory, name)).length
        for name in names
        if "tfevents" in name
    }


class EarlierCaptures:
    """The captures that count in a run when a process goes on there.

    What a later training from scratch has replaced does not.
    """

    def __init__(self, directory: str) -> None:
        kept = _kept(directory, _earlier)
        self._all = [one for stream in kept.values() for one in stream]

    def resume_step(self, iterations: int, epoch: int) -> int:
        """Return the step at which a restarted run goes on.

        The optimizer's count, but for models whose optimizer does not count
        every step, or none: what was drawn at the same count and epoch tells
        how many there were. Where the count was not restored and the epoch
        was, as with weights loaded and `initial_epoch=`, the epoch tells.

        Args:
            iterations: the optimizer's count as training goes on.
            epoch: that begins, as Keras numbers it.
        """
        if not iterations and not epoch:
            return 0  # from the very beginning
        ends = [one for one in self._all if not one.batch]
        same = [
            one.step
            for one in ends
            if one.epoch == epoch and one.iterations == iterations
        ]
        if same:
            return max(same)
        if not iterations:
            reached = [one.step for one in ends if one.epoch <= epoch]
            return max(reached, default=0)
        return iterations

    def next_indices(self, first_step: int) -> dict[str, int]:
        """Return each stream's next ordinal if it goes on at `first_step`.

        Captures at or after that step are about to be replaced and do not
        count.
        """
        indices: dict[str, int] = {}
        for one in self._all:
            if one.step < first_step:
                last = indices.get(one.stream, 0)
                indices[one.stream] = max(last, one.index + 1)
        return indices


@dataclass(frozen=True)
class _Earlier:
    """Where a capture stands; see `Capture`."""

    stream: str
    index: int
    step: int
    iterations: int
    epoch: int
    batch: int


def _earlier(capture: Capture) -> _Earlier:
    names = _Earlier.__dataclass_fields__
    return _Earlier(**{name: getattr(capture, name) for name in names})


_Kept = TypeVar("_Kept", Capture, _Earlier)


def kept_captures(directory: str) -> dict[str, list[Capture]]:
    """Return what counts of each stream in a run, in the order of steps.

    What was drawn again replaces what had its step, and all after it.
    """
    return _kept(directory, lambda capture: capture)


def _kept(
    directory: str, keep: Callable[[Capture], _Kept]
) -> dict[str, list[_Kept]]:
    """Return what is kept of each capture that counts, by stream and step."""
    kept: dict[str, list[_Kept]] = {}
    for name in event_files(directory):
        for one in _captures(os.path.join(directory, name)):
            stream = kept.setdefault(one.stream, [])
            while stream and stream[-1].step >= one.step:
                stream.pop()
            stream.append(keep(one))
    return kept


def _captures(path: str) -> Iterator[Capture]:
    for event in event_file_loader.EventFileLoader(path).Load():
        for value in event.summary.value:
            capture = _capture(value)
            if capture is not None:
                yield capture


def _capture(value: Any) -> Capture | None:
    if not value.tag.startswith(CAPTURES_PREFIX):
        return None
    try:
        return Capture.from_json(value.tensor.string_val[0])
    except (ContractError, IndexError):
        return None  # not one of ours, or torn: it has nothing to go on from
