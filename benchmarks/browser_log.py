"""Writes a synthetic log directory of a given scale, fast.

One run is written, of the records of `tests/known_records.py` with all their
measures and with sheets of coloured noise; the other runs are copies of its
event file, which TensorBoard reads and keeps like any other.
"""

import hashlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.image import metadata as image_metadata

from tb_plugin import contract
from tests import known_content as known
from tests import known_records
from tests.known_content import Plan
from tests.written_log import (
    blobs_value,
    png,
    record_value,
    step_event,
    summary_value,
    write_events,
)

NUM_SHEETS = 24  # drawn; captures take them in turn
JPEG_QUALITY = 90
_STAMP = "benchmark.txt"  # in the log directory: what was written there


@dataclass(frozen=True)
class Scale:
    """How much a log holds."""

    runs: int
    captures: int
    layers: int
    filters: int
    images: int

    @property
    def plan(self) -> Plan:
        return Plan(self.captures, self.layers, self.filters, self.images)


def keep_scaled_log(log_dir: Path, scale: Scale) -> bool:
    """Write the log unless it is there, of this scale and of today's records.

    Raises:
        FileExistsError: something is there that this did not write.
    """
    stamp = log_dir / _STAMP
    wanted = _stamp_of(scale)
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    if log_dir.exists() and any(log_dir.iterdir()):
        if not stamp.exists():
            raise FileExistsError(
                f"--log-dir must be empty or of this benchmark - {log_dir} "
                f"has no {_STAMP} - give another one"
            )
        shutil.rmtree(log_dir)
    write_scaled_log(log_dir, scale)
    stamp.write_text(wanted)
    return True


def _stamp_of(scale: Scale) -> str:
    """Return what another scale, or another contract, would make another."""
    plan = Plan()
    records = [
        known_records.capture_record(plan, kind, 1).to_json()
        for kind in contract.KINDS
    ]
    digest = hashlib.sha256("\n".join(records).encode()).hexdigest()
    return f"{scale}\n{digest}\n"


def write_scaled_log(log_dir: Path, scale: Scale) -> None:
    """Write the runs `run00`, `run01`, … under `log_dir`."""
    first = log_dir / "run00"
    write_events(first, _events(scale))
    for i in range(1, scale.runs):
        shutil.copytree(first, log_dir / f"run{i:02d}")


def _events(scale: Scale) -> Iterator[Event]:
    plan, sheets = scale.plan, _sheets(scale.plan)
    for capture in range(scale.captures):
        values = _pattern_values(plan, capture, sheets)
        values += _map_values(plan, capture)
        if capture == 0:
            values += [_held_out_value(plan, kind) for kind in contract.KINDS]
        yield step_event(capture * known.STEPS_APART, values)


def _sheets(plan: Plan) -> list[bytes]:
    generator = np.random.default_rng(0)
    height, width, _ = known.sheet(plan, 0, 0).shape
    coarse = generator.integers(
        0, 256, (NUM_SHEETS, height // 8, width // 8, 3), np.uint8
    )
    return [_jpeg(each, (width, height)) for each in coarse]


def _jpeg(pixels: np.ndarray, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
    image.save(buffer, "jpeg", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _pattern_values(
    plan: Plan, capture: int, sheets: list[bytes]
) -> list[Summary.Value]:
    record = known_records.capture_record(plan, "filter_patterns", capture)
    tag = contract.captures_tag("filter_patterns")
    text = record.to_json().replace('"encoding":"png"', '"encoding":"jpeg"')
    values = [record_value(tag, text)]
    for layer in range(plan.layers):
        sheet = sheets[(capture + 5 * layer) % len(sheets)]
        path = plan.path(layer)
        tag = contract.layer_tag("filter_patterns", path)
        values += [blobs_value(tag, [sheet]), _image_value(path, sheet)]
    return values


def _image_value(path: str, sheet: bytes) -> Summary.Value:
    """Return the same sheet as TensorBoard's own Images tab wants it."""
    width, height = Image.open(io.BytesIO(sheet)).size
    blobs = [str(width).encode(), str(height).encode(), sheet]
    return summary_value(
        contract.image_tag("filter_patterns", path),
        np.array(blobs, object),
        image_metadata.create_summary_metadata("", ""),
    )


def _map_values(plan: Plan, capture: int) -> list[Summary.Value]:
    record = known_records.capture_record(plan, "grad_cam", capture)
    tag = contract.captures_tag("grad_cam")
    values = [record_value(tag, record.to_json())]
    maps = np.stack([known.heatmap(plan, row, capture) for row in plan.rows])
    means = known.class_means(plan, capture)
    blobs = [maps.tobytes(), means.tobytes()]
    for layer in range(plan.layers):
        tag = contract.layer_tag("grad_cam", plan.path(layer))
        values.append(blobs_value(tag, blobs))
    return values


def _held_out_value(plan: Plan, stream: str) -> Summary.Value:
    record = known_records.held_out_record(plan, stream)
    images = [png(known.held_out_picture(i)) for i in range(plan.images)]
    tag = contract.held_out_tag(stream)
    return blobs_value(tag, [record.to_json().encode(), *images])
