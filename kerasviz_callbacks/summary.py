"""Captures in, event files out: the only file that writes summaries.

The callbacks of one process and one `log_dir` share one `RunLog`, which writes
to the run `<log_dir>/kerasviz`: two writers alive in one directory lose data in
TensorBoard's Python loader. A capture with all its pictures is one event, so
that a torn write loses it as a whole.
"""

import dataclasses
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from tensorboard.compat.proto import summary_pb2
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util

from kerasviz_callbacks.resume import next_indices
from tb_plugin.contract import (
    PLUGIN_NAME,
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
        labelled: PNG for the stock Images tab, or None as `blob`.
        labelled_size: its (width, height).
    """

    path: str
    blob: bytes | None
    labelled: bytes | None
    labelled_size: tuple[int, int]

    @property
    def num_bytes(self) -> int:
        """Return what the pictures take in the log."""
        return len(self.blob or b"") + len(self.labelled or b"")


class RunLog:
    """The one writer of a process for one `log_dir`.

    Streams (see `tb_plugin.contract`) join for a fit and leave at its end; the
    file is opened at the first write and closed when the last one leaves.
    """

    def __init__(self, log_dir: str) -> None:
        self.directory = os.path.join(log_dir, RUN_NAME)
        self._writer: EventFileWriter | None = None
        self._members: dict[int, str] = {}  # id of a callback → its stream
        self._owners: dict[tuple[Kind, str], str] = {}
        self._last_step: dict[str, int] = {}
        self._next_index: dict[str, int] = {}
        self._is_continued = False
        self._fit = -1
        self._fit_key: object = None
        self._first_step = 0

    def join(
        self, member: object, kind: Kind, fit_key: object, iterations: int
    ) -> "Place":
        """Let a callback in for a fit, and tell it where that fit stands.

        Args:
            member: the callback.
            kind: what it draws.
            fit_key: one and the same object for all callbacks of a fit.
            iterations: the optimizer's count before the first batch.
        """
        if fit_key is not self._fit_key or id(member) in self._members:
            self._begin_fit(fit_key, iterations)
        stream = self._new_stream(kind)
        self._members[id(member)] = stream
        return Place(stream, self._fit, self._first_step)

    def claim(self, kind: Kind, paths: Sequence[str], stream: str) -> None:
        """Reserve the layers' tags for a stream during this fit.

        Raises:
            ValueError: another callback draws one of them into this log.
        """
        for path in paths:
            owner = self._owners.setdefault((kind, path), stream)
            if owner != stream:
                raise ValueError(
                    f"Two callbacks would draw layer {path!r} ({kind}) into "
                    f"{self.directory!r}, where it has one place. Give one of "
                    "them another log_dir or other layers."
                )

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

        Raises:
            OSError: the file cannot be written.
        """
        values = [_text(captures_tag(capture.stream), capture.to_json())]
        for picture in pictures:
            values += _picture_values(capture.kind, picture)
        values += [_scalar(f"kerasviz/{k}", v) for k, v in scalars.items()]
        if held_out is not None:
            record, images = held_out
            blobs = [record.to_json().encode(), *images]
            values.append(_blobs(held_out_tag(capture.stream), blobs))
        event = Event(wall_time=capture.wall_time, step=capture.step)
        event.summary.value.extend(values)
        writer = self._opened(capture.step)
        writer.add_event(event)
        writer.flush()
        self._last_step[capture.stream] = capture.step
        self._next_index[capture.stream] = capture.index + 1

    def leave(self, member: object) -> None:
        """Let a callback out; the last one closes the file."""
        self._members.pop(id(member), None)
        if not self._members:
            self._fit_key = None
        if not self._members and self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def _begin_fit(self, fit_key: object, iterations: int) -> None:
        # What an earlier fit left behind when it ended by an exception goes.
        self._fit += 1
        self._fit_key = fit_key
        self._owners.clear()
        self._members.clear()
        last = max(self._last_step.values(), default=None)
        # A new optimizer counts from 0 again; the run's steps go on.
        self._first_step = iterations if last is None else max(iterations, last)
        if self._fit == 0:
            found = next_indices(self.directory, self._first_step)
            self._is_continued = found is not None
            self._next_index.update(found or {})

    def _new_stream(self, kind: Kind) -> str:
        taken = set(self._members.values())
        number = 1
        while (name := kind if number == 1 else f"{kind}.{number}") in taken:
            number += 1
        return name

    def _opened(self, step: int) -> EventFileWriter:
        if self._writer is None:
            self._writer = EventFileWriter(self.directory)
            if self._is_continued:
                # Tells the Python loader to drop what an earlier process wrote
                # from this step on; the Rust loader does so by itself.
                start = SessionLog(status=SessionLog.START)
                self._writer.add_event(
                    Event(wall_time=time.time(), step=step, session_log=start)
                )
                self._is_continued = False
        return self._writer


@dataclass(frozen=True)
class Place:
    """Where a callback stands in its log during one fit."""

    stream: str
    fit: int
    first_step: int


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
    if picture.blob is not None:
        values.append(_blobs(layer_tag(kind, picture.path), [picture.blob]))
    if picture.labelled is not None:
        width, height = picture.labelled_size
        parts = [str(width).encode(), str(height).encode(), picture.labelled]
        metadata = image_metadata.create_summary_metadata(
            display_name=None, description=None
        )
        tag = image_tag(kind, picture.path)
        values.append(_value(tag, _string_tensor(parts), metadata))
    return values


def _text(tag: str, text: str) -> Any:
    metadata = _plugin_metadata(summary_pb2.DATA_CLASS_TENSOR)
    tensor = tensor_util.make_tensor_proto([text.encode()], shape=[])
    return _value(tag, tensor, metadata)


def _blobs(tag: str, blobs: Sequence[bytes]) -> Any:
    metadata = _plugin_metadata(summary_pb2.DATA_CLASS_BLOB_SEQUENCE)
    return _value(tag, _string_tensor(blobs), metadata)


def _scalar(tag: str, value: float) -> Any:
    metadata = scalar_metadata.create_summary_metadata(
        display_name=None, description=None
    )
    return _value(tag, tf.make_tensor_proto(value, tf.float32), metadata)


def _string_tensor(parts: Sequence[bytes]) -> Any:
    return tensor_util.make_tensor_proto(list(parts), shape=[len(parts)])


def _value(tag: str, tensor: Any, metadata: Any) -> Any:
    value = summary_pb2.Summary.Value(tag=tag, metadata=metadata)
    value.tensor.MergeFromString(tensor.SerializeToString())
    return value


def _plugin_metadata(data_class: int) -> Any:
    metadata = summary_pb2.SummaryMetadata(data_class=data_class)
    metadata.plugin_data.plugin_name = PLUGIN_NAME
    return metadata
