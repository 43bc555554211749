"""Captures in, event files out: the only file that writes summaries.

The callbacks of one process and one `log_dir` share one `RunLog`, which writes
to the run `<log_dir>/kerasviz`: two writers alive in one directory lose data in
TensorBoard's Python loader. A capture with all its pictures is one event, so
that a torn write loses it as a whole.
"""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event

from kerasviz_callbacks.event_file import EventFile
from kerasviz_callbacks.event_values import (
    blobs_value,
    image_value,
    scalar_value,
    text_value,
)
from kerasviz_callbacks.resume import has_event_files, next_indices
from tb_plugin.contract import (
    RUN_NAME,
    Capture,
    HeldOut,
    Kind,
    captures_tag,
    held_out_tag,
    image_tag,
    layer_tag,
)


@dataclass(frozen=True)
class Picture:
    """The pictures of one layer in one capture.

    Attributes:
        path: of the layer.
        blob: for the plugin: the encoded sheet, or the raw maps; None where
            it repeats an earlier one.
        labelled: JPEG for the stock Images tab, or None as `blob`.
        labelled_size: its (width, height).
        class_means: of raw maps, the second blob; None as `blob`.
    """

    path: str
    blob: bytes | None
    labelled: bytes | None
    labelled_size: tuple[int, int]
    class_means: bytes | None = None

    @property
    def blobs(self) -> list[bytes]:
        """What the plugin gets, in order."""
        parts = (self.blob, self.class_means)
        return [part for part in parts if part is not None]

    @property
    def num_bytes(self) -> int:
        """Return what the pictures take in the log."""
        return sum(map(len, self.blobs)) + len(self.labelled or b"")


class RunLog:
    """The one writer of a process for one `log_dir`.

    Streams (see `tb_plugin.contract`) join for a fit and leave at its end; the
    file is opened at the first write and closed when the last one leaves.
    """

    def __init__(self, log_dir: str) -> None:
        self.directory = os.path.join(log_dir, RUN_NAME)
        self._members: dict[int, str] = {}  # id of a callback → its stream
        self._owners: dict[tuple[Kind, str], str] = {}
        self._fit_key: object = _NO_FIT
        self._has_begun = False
        self._first_step = 0
        self._forget()

    def _forget(self) -> None:
        self._file: EventFile | None = None
        self._last_step: dict[str, int] = {}
        self._next_index: dict[str, int] = {}
        self._held_out: dict[str, HeldOut] = {}
        self._restart_step: int | None = None
        self._fit = -1

    def join(
        self,
        member: object,
        kind: Kind,
        paths: Sequence[str],
        fit_key: object,
    ) -> None:
        """Let a callback in for a fit, with the layers that it will draw.

        Args:
            member: the callback.
            kind: what it draws.
            paths: of its layers, whose tags it has to itself during the fit.
            fit_key: one and the same object for all callbacks of a fit.

        Raises:
            ValueError: another callback draws one of the layers into this log.
        """
        if fit_key is not self._fit_key or id(member) in self._members:
            # What an earlier fit left when it ended by an exception goes.
            self._fit_key = fit_key
            self._members.clear()
            self._owners.clear()
            self._has_begun = False
        stream = self._new_stream(kind)
        self._members[id(member)] = stream
        for path in paths:
            if self._owners.setdefault((kind, path), stream) != stream:
                raise ValueError(
                    f"Two callbacks would draw layer {path!r} ({kind}) into "
                    f"{self.directory!r}, where it has one place. Give one of "
                    "them another log_dir or other layers."
                )

    def place(self, member: object, iterations: int) -> "Place":
        """Tell a callback that joined where the fit stands in the log.

        Args:
            member: the callback.
            iterations: the optimizer's count before the first batch, after
                anything was restored.
        """
        if not self._has_begun:
            self._begin_fit(iterations)
        stream = self._members[id(member)]
        return Place(stream, self._fit, self._first_step)

    def last_step(self, stream: str) -> int | None:
        """Return the step of the stream's newest capture, if it has one."""
        return self._last_step.get(stream)

    def next_index(self, stream: str) -> int:
        """Return the ordinal of the stream's next capture."""
        return self._next_index.get(stream, 0)

    def write(
        self,
        capture: Capture,
        pictures: Sequence[Picture],
        scalars: Mapping[str, float],
        held_out: tuple[HeldOut, Sequence[bytes]] | None = None,
    ) -> None:
        """Write one capture as one event and flush it.

        Held-out images are written once, and again only if they change.

        Raises:
            OSError, tf.errors.OpError: the file cannot be written; the next
                capture goes to a new one.
        """
        stream = capture.stream
        values = [text_value(captures_tag(stream), capture.to_json())]
        for picture in pictures:
            values += _picture_values(capture.kind, picture)
        values += [scalar_value(f"kerasviz/{k}", v) for k, v in scalars.items()]
        is_known = held_out and self._held_out.get(stream) == held_out[0]
        if held_out is not None and not is_known:
            record, images = held_out
            blobs = [record.to_json().encode(), *images]
            values.append(blobs_value(held_out_tag(stream), blobs))
        event = Event(wall_time=capture.wall_time, step=capture.step)
        event.summary.value.extend(values)
        self._write_event(event)
        self._last_step[stream] = capture.step
        self._next_index[stream] = capture.index + 1
        if held_out is not None:
            self._held_out[stream] = held_out[0]

    def leave(self, member: object) -> None:
        """Let a callback out; the last one closes the file."""
        self._members.pop(id(member), None)
        if not self._members:
            self._fit_key = _NO_FIT
        if not self._members and self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _begin_fit(self, iterations: int) -> None:
        has_files = has_event_files(self.directory)
        if not has_files:  # also where the user has removed them since
            self._forget()
        self._has_begun = True
        self._fit += 1
        last = max(self._last_step.values(), default=None)
        # A new optimizer counts from 0 again; the run's steps go on.
        self._first_step = iterations if last is None else max(iterations, last)
        if self._fit == 0 and has_files:
            self._restart_step = self._first_step
            self._next_index = next_indices(self.directory, self._first_step)

    def _new_stream(self, kind: Kind) -> str:
        taken = set(self._members.values())
        number = 1
        while (name := kind if number == 1 else f"{kind}.{number}") in taken:
            number += 1
        return name

    def _write_event(self, event: Event) -> None:
        if self._file is None:
            self._file = EventFile(self.directory, self._restart_step)
            self._restart_step = None
        try:
            self._file.write(event)
        except Exception:
            self._file = None  # it ends in half an event
            raise


@dataclass(frozen=True)
class Place:
    """Where a callback stands in its log during one fit.

    Attributes:
        stream: its own (see `tb_plugin.contract`).
        fit: ordinal of the fit, 0 first.
        first_step: step before the first batch of the fit.
    """

    stream: str
    fit: int
    first_step: int


_NO_FIT = object()
_logs: dict[str, RunLog] = {}


def run_log(log_dir: str) -> RunLog:
    """Return the process's one `RunLog` for this directory."""
    is_local = "://" not in log_dir
    key = os.path.realpath(log_dir) if is_local else log_dir.rstrip("/")
    return _logs.setdefault(key, RunLog(log_dir))


def with_size(capture: Capture, pictures: Sequence[Picture]) -> Capture:
    """Return the record with the bytes of its pictures filled in."""
    size = sum(picture.num_bytes for picture in pictures)
    return dataclasses.replace(capture, size_bytes=size)


def _picture_values(kind: Kind, picture: Picture) -> list[Any]:
    values = []
    if picture.blobs:
        tag = layer_tag(kind, picture.path)
        values.append(blobs_value(tag, picture.blobs))
    if picture.labelled is not None:
        tag = image_tag(kind, picture.path)
        size = picture.labelled_size
        values.append(image_value(tag, picture.labelled, size))
    return values
