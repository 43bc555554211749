"""What is kept of a stream; numbers come back as they went."""

import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tb_plugin.contract import (
    Capture,
    ContractError,
    HeldOut,
)
from tb_plugin.digest.compact import Compactor, Lightener
from tb_plugin.digest.digest import (
    LayerTexts,
    digest_stream,
    numbers_text,
)
from tb_plugin.digest.overview import layers_payload
from tb_plugin.findings import find
from tb_plugin.reading.captures import DrawnLayer, layers_of
from tb_plugin.reading.reader import TextSample
from tb_plugin.reading.records import CaptureMemory
from tests import known_records
from tests.known_content import Plan
from tests.tb_plugin.digest.digests import PLAN, captures, digest_of

_STATUS = Path("/proc/self/status")


@pytest.mark.parametrize("kind", ["filter_patterns", "grad_cam"])
def test_numbers_of_a_layer_come_back_as_they_went(kind: Any) -> None:
    lines = digest_of(kind).lines(PLAN.path(1))
    for capture, line in zip(captures(kind), lines, strict=True):
        drawn = DrawnLayer(capture, layers_of(capture)[1])
        assert line == numbers_text(drawn)
        assert json.loads(line)["record"]["measures"]


def test_light_captures_keep_all_but_the_numbers() -> None:
    whole = captures("filter_patterns")
    light = digest_of("filter_patterns").records.captures
    for kept, given in zip(light, whole, strict=True):
        assert kept.patterns[0].filters == given.patterns[0].filters
        assert kept.patterns[0].sheet == given.patterns[0].sheet
        assert kept.patterns[0].measures == {}
        assert (kept.step, kept.notes) == (given.step, given.notes)


def test_layers_that_differ_in_numbers_alone_are_kept_once() -> None:
    first, second, _ = captures("filter_patterns")
    later = replace(second, step=1000)
    one, other, again = map(Lightener().capture, (first, second, later))
    assert other.patterns[0] is again.patterns[0]
    assert other.patterns[0] is not one.patterns[0]


def test_all_right_is_kept_apart_from_labels_of_one() -> None:
    whole = captures("grad_cam")[0]
    assert whole.outcome is not None
    count = len(whole.outcome.images)
    ones, rights = (1,) * count, (True,) * count
    columns = {"label": ones, "prediction": ones, "correct": rights}
    outcome = replace(whole.outcome, **columns)
    light = Lightener().capture(replace(whole, outcome=outcome)).outcome
    assert light is not None
    assert [type(each) for each in light.correct] == [bool] * count
    assert [type(each) for each in light.label] == [int] * count


def test_overview_of_a_stream_survives_its_packing() -> None:
    digest = digest_of("grad_cam")
    first, _ = json.loads(b"[" + digest.summary("layers") + b"]")
    assert first["steps"] == [0, 50, 100]
    [outcome] = json.loads(b"[" + digest.summary("outcomes") + b"]")
    assert outcome["num_correct"] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["filter_patterns", "grad_cam"])
def test_compact_captures_tell_the_same(kind: Any) -> None:
    compactor = Compactor()
    whole = captures(kind)
    small = [compactor.capture(each) for each in whole]
    assert layers_payload(small) == layers_payload(whole)
    assert find(small) == find(whole)


def many_layers(count: int, capture: int = 0) -> bytes:
    """Return a record that claims so many layers."""
    plan = Plan(captures=2, layers=1, filters=1)
    sound = known_records.capture_record(plan, "filter_patterns", capture)
    record = json.loads(sound.to_json())
    [layer] = record["patterns"]
    record["patterns"] = [{**layer, "path": f"p{i}"} for i in range(count)]
    return json.dumps(record).encode()


@pytest.mark.skipif(not _STATUS.exists(), reason="needs Linux's /proc")
def test_a_record_of_many_layers_takes_no_more_than_its_text() -> None:
    """A compressor for each of them took a quarter of a megabyte."""
    tag = "kerasviz/captures/filter_patterns"
    samples = [TextSample(i * 50, 0.0, many_layers(3000, i)) for i in range(2)]
    before = _peak_mb()
    digest = digest_stream(tag, samples, CaptureMemory())
    assert _peak_mb() - before < 200
    assert len(digest.lines("p2999")) == 2
    assert not digest.records.faults


def test_lines_of_many_pieces_are_those_of_the_captures() -> None:
    texts, plan = LayerTexts(), Plan(captures=60, layers=1, filters=64)
    captures = [
        known_records.capture_record(plan, "filter_patterns", i)
        for i in range(plan.captures)
    ]
    for capture in captures:
        texts.add(capture)
    pieces = texts.packed()[plan.path(0)]
    assert len(pieces) > 2
    found = b"".join(map(zlib.decompress, pieces)).split(b"\n")
    assert [json.loads(line)["step"] for line in found] == [
        capture.step for capture in captures
    ]


def test_more_layers_or_images_than_can_be_shown_are_refused() -> None:
    count = 10_001
    with pytest.raises(ContractError, match="more than 10000 entries"):
        Capture.from_json(many_layers(count))
    held_out = json.loads(known_records.held_out_record(Plan()).to_json())
    held_out["images"] = held_out["images"][:1] * count
    with pytest.raises(ContractError, match="more than 10000 entries"):
        HeldOut.from_json(json.dumps(held_out))
    seen = known_records.capture_record(Plan(), "grad_cam", 0)
    record = json.loads(seen.to_json())
    for name in ("images", "label", "prediction", "value", "correct"):
        record["outcome"][name] = record["outcome"][name][:1] * count
    for name in ("top_classes", "top_values"):
        record["outcome"][name] = record["outcome"][name][:1] * count
    with pytest.raises(ContractError, match="more than 10000 images"):
        Capture.from_json(json.dumps(record))


def _peak_mb() -> float:
    [line] = [x for x in _STATUS.read_text().split("\n") if "VmHWM" in x]
    return int(line.split()[1]) / 1000
