"""Responses computed from records, by hand."""

import dataclasses
import json
from typing import Any

import pytest

from tb_plugin.contract import Capture, PatternLayer
from tb_plugin.contract.decode import json_bytes
from tb_plugin.digest.digest import numbers_text
from tb_plugin.reading.captures import (
    DrawnLayer,
    captures_by_step,
    drawn_layers,
    picture_step,
)
from tb_plugin.reading.reader import BlobSample
from tb_plugin.reading.records import Fault, StreamRecords
from tb_plugin.serving import payload
from tb_plugin.serving.params import LayerQuestion
from tests import known_records
from tests.known_content import STEPS_APART, Plan

PLAN = Plan(captures=6, layers=3)
QUESTION = LayerQuestion("r", "filter_patterns", PLAN.path(0))


def stream(kind: Any, indices: Any = range(PLAN.captures)) -> StreamRecords:
    captures = tuple(
        known_records.capture_record(PLAN, kind, i) for i in indices
    )
    return StreamRecords(kind, captures, ())


def answer(*records: StreamRecords) -> Any:
    """Return the answer of `captures` as a browser gets it."""
    return json.loads(json_bytes(payload.captures_payload("r", {}, records)))


def pattern(capture: int, **changes: Any) -> DrawnLayer:
    record = known_records.capture_record(PLAN, "filter_patterns", capture)
    layer = dataclasses.replace(record.patterns[0], **changes)
    return DrawnLayer(record, layer)


def test_captures_are_sorted_by_step_then_stream() -> None:
    said = answer(stream("grad_cam"), stream("filter_patterns"))["captures"]
    places = [(c["step"], c["stream"]) for c in said]
    assert places == sorted(places) and len(places) == 2 * PLAN.captures


def test_correct_answers_are_counted_among_labelled_images() -> None:
    said = answer(stream("grad_cam"))["captures"]
    assert [c["num_labelled"] for c in said] == [PLAN.images - 1] * 6
    assert [c["num_correct"] for c in said] == [1, 2, 3, 4, 5, 5]


def test_patterns_have_no_count_of_answers() -> None:
    [first, *_] = answer(stream("filter_patterns"))["captures"]
    assert first["num_labelled"] is first["num_correct"] is None


@pytest.mark.parametrize(
    ("indices", "num_written"), [([], 0), ([0, 1, 2], 3), ([0, 5], 6), ([4], 5)]
)
def test_missing_captures_are_those_below_the_newest(
    indices: list[int], num_written: int
) -> None:
    [said] = answer(stream("grad_cam", indices))["streams"]
    assert (said["num_kept"], said["num_written"]) == (
        len(indices),
        num_written,
    )


def test_layers_come_as_drawn_last_and_dropped_ones_at_the_end() -> None:
    first, second = stream("filter_patterns", [0, 1]).captures
    newest = dataclasses.replace(second, patterns=second.patterns[:0:-1])
    said = answer(StreamRecords("filter_patterns", (first, newest), ()))[
        "layers"
    ]
    assert [(e["path"], e["num_captures"]) for e in said] == [
        (PLAN.path(2), 2),
        (PLAN.path(1), 2),
        (PLAN.path(0), 1),
    ]
    assert (said[0]["num_filters"], said[0]["num_drawn"]) == (16, 8)


def test_faults_of_all_streams_are_listed() -> None:
    faults = Fault("t", 5, "m"), Fault("u", None, "n")
    records = [StreamRecords(fault.tag, (), (fault,)) for fault in faults]
    assert answer(*records)["faults"] == [vars(fault) for fault in faults]


def test_a_changed_picture_lies_at_its_own_step() -> None:
    assert picture_step(pattern(5)) == 5 * STEPS_APART


def test_an_unchanged_picture_lies_where_its_last_tile_came_about() -> None:
    steps = (0, 50, None, *[0] * 5)
    drawn = pattern(3, origin=("unchanged",) * 8, origin_step=steps)
    assert picture_step(drawn) == 50


def test_one_changed_tile_makes_a_new_picture() -> None:
    origin = ("fresh",) + ("unchanged",) * 7
    assert picture_step(pattern(3, origin=origin)) == 150


def layer_versions(*samples: BlobSample) -> list[str | None]:
    drawn = [pattern(i) for i in (0, 1, 5)]
    kept = {sample.step: sample for sample in samples}
    numbered = [(one, numbers_text(one)) for one in drawn]
    said = json.loads(payload.layer_bytes(QUESTION, numbered, kept, []))
    return [entry["version"] for entry in said["captures"]]


def test_version_is_null_where_no_picture_is_kept() -> None:
    versions = layer_versions(BlobSample(0, 1.0, ("k",)))
    # Capture 1 repeats the picture of capture 0.
    assert versions[0] == versions[1] is not None
    assert versions[2] is None


def test_version_follows_the_time_of_writing_and_not_the_key() -> None:
    [first, *_] = layer_versions(BlobSample(0, 1.0, ("k",)))
    assert layer_versions(BlobSample(0, 1.0, ("other key",)))[0] == first
    assert layer_versions(BlobSample(0, 1.5, ("k",)))[0] != first


def test_drawn_layers_are_those_of_kind_and_path() -> None:
    captures: list[Capture] = captures_by_step(
        [stream("grad_cam"), stream("filter_patterns")]
    )
    drawn = drawn_layers(captures, "filter_patterns", PLAN.path(1))
    assert all(isinstance(one.layer, PatternLayer) for one in drawn)
    assert {one.layer.path for one in drawn} == {PLAN.path(1)}
    assert len(drawn) == PLAN.captures
