"""Logs whose records hold numbers that no network has."""

import json
from pathlib import Path
from typing import Any

from tb_plugin import contract
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.written_log import record_value, step_event, write_events

PLAN = Plan(captures=3, layers=2, images=2)
# Beyond all limits, at them, and next to nothing.
NUMBERS = (1.7e308, -1.7e308, 1e100, -1e100, 3.4e38, 5e-324, -0.0)
COUNTS = (2**53, 2**53 - 1, -(2**53), -1, 2**31)
_PLACES = ("step", "schema", "row_image", "mean_count")
_SIZES = ("height", "width", "columns")
# Of a place that was pasted: a record has no other shares than from 0 to 1.
_SHARES = ("turned", "elsewhere", "others", "left", "left_elsewhere", "box")


def write_wild_log(log_dir: Path, value: float) -> None:
    """Write a run with this number wherever a record has one of its kind."""
    events = []
    for capture in range(PLAN.captures):
        values = []
        for kind in contract.KINDS:
            sound = known_records.capture_record(PLAN, kind, capture)
            text = json.dumps(_wild(json.loads(sound.to_json()), value))
            values.append(record_value(contract.captures_tag(kind), text))
        events.append(step_event(capture * STEPS_APART, values))
    write_events(log_dir, events)


def _wild(place: Any, value: float, name: str = "") -> Any:
    if isinstance(place, dict):
        return {key: _wild(inner, value, key) for key, inner in place.items()}
    if isinstance(place, list):
        return [_wild(inner, value, name) for inner in place]
    is_place = name in (*_PLACES, *_SHARES) or name.endswith(_SIZES)
    if is_place or isinstance(place, bool) or type(place) is not type(value):
        return place
    return value
