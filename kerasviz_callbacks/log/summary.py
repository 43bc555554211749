"""Turns a capture into an event: the only file that makes summaries.

A capture with all its pictures is one event, so that an interrupted write
loses it as a whole.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import (
    DATA_CLASS_BLOB_SEQUENCE,
    DATA_CLASS_TENSOR,
    Summary,
    SummaryMetadata,
)
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.util import tensor_util

from kerasviz_callbacks.captures import Picture, StoredImages
from tb_plugin.contract import (
    PLUGIN_NAME,
    Capture,
    Kind,
    captures_tag,
    held_out_tag,
    image_tag,
    layer_tag,
)


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
    for name, value in scalars.items():
        values += scalar_pb(f"kerasviz/{name}", value).value
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


def text_value(tag: str, text: str) -> Any:
    """Return a record of our plugin."""
    tensor = tensor_util.make_tensor_proto([text.encode()], shape=[])
    return _value(tag, tensor, _our_metadata(DATA_CLASS_TENSOR))


def blobs_value(tag: str, blobs: Sequence[bytes]) -> Any:
    """Return pictures or raw maps of our plugin."""
    metadata = _our_metadata(DATA_CLASS_BLOB_SEQUENCE)
    return _value(tag, _strings(blobs), metadata)


def image_value(tag: str, picture: bytes, size: tuple[int, int]) -> Any:
    """Return a picture of (width, height) for the stock Images tab."""
    width, height = size
    metadata = image_metadata.create_summary_metadata(
        display_name=None, description=None
    )
    parts = [str(width).encode(), str(height).encode(), picture]
    return _value(tag, _strings(parts), metadata)


def _strings(parts: Sequence[bytes]) -> Any:
    return tensor_util.make_tensor_proto(list(parts), shape=[len(parts)])


def _value(tag: str, tensor: Any, metadata: Any) -> Any:
    return Summary.Value(tag=tag, tensor=tensor, metadata=metadata)


def _our_metadata(data_class: int) -> Any:
    plugin = SummaryMetadata.PluginData(plugin_name=PLUGIN_NAME)
    return SummaryMetadata(plugin_data=plugin, data_class=data_class)
