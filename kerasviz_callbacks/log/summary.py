"""Captures in, events out: the only file that makes summaries.

A capture with all its pictures is one event, so that a torn write loses it as
a whole.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tensorboard.compat.proto.event_pb2 import Event

from kerasviz_callbacks.log.event_values import (
    blobs_value,
    image_value,
    scalar_value,
    text_value,
)
from tb_plugin.contract import (
    Capture,
    HeldOut,
    Kind,
    captures_tag,
    held_out_tag,
    image_tag,
    layer_tag,
)

StoredImages: TypeAlias = tuple[HeldOut, Sequence[bytes]]


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


def capture_event(
    capture: Capture,
    pictures: Sequence[Picture],
    scalars: Mapping[str, float],
    held_out: StoredImages | None,
) -> Event:
    """Return one capture with all that was drawn, as one event.

    Args:
        capture: the record.
        pictures: of its layers.
        scalars: for charts; `kerasviz/` comes before their names.
        held_out: images to be written beside; None for none.
    """
    values = [text_value(captures_tag(capture.stream), capture.to_json())]
    for picture in pictures:
        values += _picture_values(capture.kind, picture)
    values += [scalar_value(f"kerasviz/{k}", v) for k, v in scalars.items()]
    if held_out is not None:
        record, images = held_out
        blobs = [record.to_json().encode(), *images]
        values.append(blobs_value(held_out_tag(capture.stream), blobs))
    event = Event(wall_time=capture.wall_time, step=capture.step)
    event.summary.value.extend(values)
    return event


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
