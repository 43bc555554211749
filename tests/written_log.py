"""Writes known content as a log directory, without TensorFlow.

`python -m tests.written_log DIR` writes one for a person to look at.
"""

import io
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import (
    DATA_CLASS_BLOB_SEQUENCE,
    DATA_CLASS_TENSOR,
    Summary,
    SummaryMetadata,
)
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

from tb_plugin import contract
from tests import known_content as known
from tests import known_records
from tests.known_content import Plan


def write_log(log_dir: Path, plan: Plan | None = None) -> None:
    """Write the run of `plan` under `log_dir`, as one event file."""
    plan = plan or Plan()
    events = [capture_event(plan, i) for i in range(plan.captures)]
    write_events(log_dir, events)


def write_events(log_dir: Path, events: Iterable[Event]) -> None:
    """Write events as one more event file of our run under `log_dir`."""
    folder = log_dir / contract.RUN_NAME
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.iterdir()))
    name = f"events.out.tfevents.{1764000000 + number}.host.1.{number}"
    with (folder / name).open("wb") as file:
        writer = RecordWriter(file)
        for event in [Event(file_version="brain.Event:2"), *events]:
            writer.write(event.SerializeToString())


def capture_event(plan: Plan, capture: int) -> Event:
    """Return the event of one capture of both callbacks."""
    values = [*_pattern_values(plan, capture), *_map_values(plan, capture)]
    if capture == 0:
        values += [_held_out_value(plan, kind) for kind in contract.KINDS]
    return step_event(capture * known.STEPS_APART, values)


def step_event(step: int, values: list[Summary.Value]) -> Event:
    """Return an event; its time follows from the step."""
    wall_time = known.START_TIME + step
    summary = Summary(value=values)
    return Event(step=step, wall_time=wall_time, summary=summary)


def record_value(tag: str, text: str | bytes) -> Summary.Value:
    """Return a string tensor of our plugin."""
    array = np.array(text, object)
    return summary_value(tag, array, our_metadata(DATA_CLASS_TENSOR))


def blobs_value(tag: str, blobs: list[bytes]) -> Summary.Value:
    """Return a blob sequence of our plugin."""
    array = np.array(blobs, object)
    return summary_value(tag, array, our_metadata(DATA_CLASS_BLOB_SEQUENCE))


def summary_value(
    tag: str, array: np.ndarray, metadata: SummaryMetadata
) -> Summary.Value:
    """Return any tensor under any plugin."""
    tensor = tensor_util.make_tensor_proto(array)
    return Summary.Value(tag=tag, metadata=metadata, tensor=tensor)


def our_metadata(data_class: int) -> SummaryMetadata:
    """Return what makes a value one of our plugin."""
    plugin = SummaryMetadata.PluginData(plugin_name=contract.PLUGIN_NAME)
    return SummaryMetadata(plugin_data=plugin, data_class=data_class)


def png(pixels: np.ndarray) -> bytes:
    """Return uint8 pixels as an encoded picture."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def _pattern_values(plan: Plan, capture: int) -> list[Summary.Value]:
    values = [_capture_value(plan, "filter_patterns", capture)]
    for layer in range(plan.layers):
        if known.drawn_capture(plan, layer, capture) == capture:
            sheet = known.sheet(plan, layer, capture)
            path = plan.path(layer)
            tag = contract.layer_tag("filter_patterns", path)
            blobs = [png(sheet)]
            if plan.exemplars:
                blobs.append(png(known.exemplar_sheet(plan, capture)))
                responses = known.responses(plan, layer, capture)
                blobs.append(responses.tobytes())
            values.append(blobs_value(tag, blobs))
            values.append(_image_value("filter_patterns", path, sheet))
    return values


def _map_values(plan: Plan, capture: int) -> list[Summary.Value]:
    values = [_capture_value(plan, "grad_cam", capture)]
    maps = [known.heatmap(plan, row, capture) for row in plan.rows]
    grey = np.nan_to_num(np.concatenate(maps) * 127).astype(np.uint8)
    for layer in range(plan.layers):
        path = plan.path(layer)
        tag = contract.layer_tag("grad_cam", path)
        means = known.class_means(plan, capture)
        blobs = [np.stack(maps).tobytes(), means.tobytes()]
        values.append(blobs_value(tag, blobs))
        values.append(_image_value("grad_cam", path, grey))
    share = np.float32(known.num_correct(plan, capture) / plan.images)
    metadata = scalar_metadata.create_summary_metadata("", "")
    return [*values, summary_value("kerasviz/share_correct", share, metadata)]


def _held_out_value(plan: Plan, stream: str) -> Summary.Value:
    record = known_records.held_out_record(plan, stream)
    images = [png(known.held_out_picture(i)) for i in range(plan.images)]
    blobs = [record.to_json().encode(), *images]
    return blobs_value(contract.held_out_tag(record.stream), blobs)


def _capture_value(
    plan: Plan, kind: contract.Kind, capture: int
) -> Summary.Value:
    record = known_records.capture_record(plan, kind, capture)
    return record_value(contract.captures_tag(kind), record.to_json())


def _image_value(
    kind: contract.Kind, path: str, pixels: np.ndarray
) -> Summary.Value:
    height, width = pixels.shape[:2]
    blobs = [str(width).encode(), str(height).encode(), png(pixels)]
    return summary_value(
        contract.image_tag(kind, path),
        np.array(blobs, object),
        image_metadata.create_summary_metadata("", ""),
    )


if __name__ == "__main__":
    write_log(Path(sys.argv[1]), Plan(captures=12, layers=3, filters=16))
