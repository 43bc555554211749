"""A log directory of which most is wrong, and what must be said of each part.

The capture at step 0 is sound; its pictures are not.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import (
    DATA_CLASS_BLOB_SEQUENCE,
    DATA_CLASS_TENSOR,
    Summary,
)

from tb_plugin import contract
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.written_log import (
    blobs_value,
    our_metadata,
    record_value,
    step_event,
    summary_value,
    write_events,
)

PLAN = Plan(layers=1, exemplars=True)
ODD_STREAM = "ü <b>\"x\"</b>& 'y' %00 ../.. \n"
CAPTURES = contract.captures_tag("grad_cam")
MAPS = contract.layer_tag("grad_cam", PLAN.path(0))
SHEETS = contract.layer_tag("filter_patterns", PLAN.path(0))
HELD_OUT = contract.held_out_tag("grad_cam")

Change = Callable[[dict[str, Any]], object]


def changed_record(capture: int, change: Change) -> bytes:
    """Return the text of a sound record with one thing changed in it."""
    record = json.loads(
        known_records.capture_record(PLAN, "grad_cam", capture).to_json()
    )
    change(record)
    return json.dumps(record).encode()


# Texts of records, one per capture from 1 on, and what must be said of each.
TORN_RECORDS: tuple[tuple[bytes, str], ...] = (
    (b"{", "not JSON"),
    (b"", "not JSON"),
    (b"\xff\xfe\xfd", "not JSON"),
    (b"[" * 100_000, "not JSON"),
    (b"7" * 5000, "not JSON"),
    (b"[]", "without a schema version"),
    (b'{"schema": true}', "without a schema version"),
    (b'{"schema": 99}', "schema version 99; this plugin reads 1"),
    (b'{"schema": 1}', "Capture has no kind"),
    (changed_record(10, lambda r: r.pop("outcome")), "has no outcome"),
    (changed_record(11, lambda r: r.update(step=1e999)), "step is not int"),
    (changed_record(12, lambda r: r.update(cost_s=1e999)), "is not finite"),
    (changed_record(13, lambda r: r.update(step=10**400)), "too large"),
    (changed_record(14, lambda r: r.update(stream="x")), "of another stream"),
    (changed_record(15, lambda r: r.update(step=1)), "of another stream"),
    (
        changed_record(16, lambda r: r.update(kind=[])),
        "one of the known values",
    ),
    (
        changed_record(17, lambda r: r["maps"][0].update(height=2**32)),
        "a size is not from 1 to",
    ),
    (
        changed_record(18, lambda r: r["outcome"]["row_image"].append(0)),
        "columns of rows differ in length",
    ),
    (
        changed_record(19, lambda r: r.update(notes=[0] * 200_000)),
        "sane length",
    ),
    (
        changed_record(20, lambda r: r["outcome"].update(row_box=[[0] * 5])),
        "columns of detections differ",
    ),
    (b" " * (16 * 2**20 + 1), "is too long"),
)


def bomb_png() -> bytes:
    """Return a small file that claims 60 000 x 60 000 pixels."""
    header = struct.pack(
        ">I4sIIBBBBB", 13, b"IHDR", *[60_000] * 2, 8, 2, 0, 0, 0
    )
    return b"\x89PNG\r\n\x1a\n" + header + bytes(8)


def huge_blobs() -> Summary.Value:
    """Return a blob sequence whose shape claims 2^40 blobs; one is there."""
    value = blobs_value(contract.layer_tag("grad_cam", "huge"), [b"x"])
    value.tensor.tensor_shape.dim[0].size = 2**40
    return value


def write_hostile_log(log_dir: Path) -> None:
    """Write the run under `log_dir`."""
    sound = [
        known_records.capture_record(PLAN, kind, 0).to_json()
        for kind in contract.KINDS
    ]
    first = [
        record_value(contract.captures_tag("filter_patterns"), sound[0]),
        record_value(CAPTURES, sound[1]),
        blobs_value(SHEETS, [bomb_png(), bomb_png()]),
        blobs_value(MAPS, [b"abc", b"wxyz"]),
        *_misplaced_values(),
        blobs_value(HELD_OUT, [b"{"]),
    ]
    held_out = known_records.held_out_record(PLAN).to_json().encode()
    second = [blobs_value(MAPS, []), blobs_value(HELD_OUT, [held_out, b"png?"])]
    third = [blobs_value(MAPS, [b"a", b"b", b"c"]), blobs_value(HELD_OUT, [])]
    numbers = np.zeros(2, np.float32)
    fourth = [
        summary_value(MAPS, numbers, our_metadata(DATA_CLASS_BLOB_SEQUENCE))
    ]
    others = {1: second, 2: third, 3: fourth}
    events = [step_event(0, first)]
    for capture, (text, _) in enumerate(TORN_RECORDS, 1):
        values = [record_value(CAPTURES, text), *others.get(capture, [])]
        events.append(step_event(capture * STEPS_APART, values))
    write_events(log_dir, events)


def _misplaced_values() -> list[Summary.Value]:
    """Return what is of our plugin, and not as our writer writes it."""
    tensor = our_metadata(DATA_CLASS_TENSOR)
    numbers = np.zeros((2, 2), np.float32)
    texts = np.array(["a", "b"], object)
    return [
        summary_value(contract.captures_tag("numbers"), numbers, tensor),
        summary_value(contract.captures_tag("texts"), texts, tensor),
        record_value(contract.captures_tag(ODD_STREAM), "{}"),
        record_value(contract.captures_tag(""), "{}"),
        record_value("kerasviz/unknown", "x"),
        blobs_value("kerasviz/captures/blobs", [b"{}"]),
        huge_blobs(),
    ]
