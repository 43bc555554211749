"""Records are parsed once and remembered within bounds."""

import pytest

from tb_plugin.contract import captures_tag
from tb_plugin.reading.reader import ReadError, TextSample, memory_of
from tb_plugin.reading.records import CaptureMemory, Fault, stream_records
from tests import known_content as known
from tests import known_records
from tests.known_content import STEPS_APART, Plan

PLAN = Plan(captures=4)
TAG = captures_tag("grad_cam")
TEXTS = [
    known_records.capture_record(PLAN, "grad_cam", i).to_json().encode()
    for i in range(PLAN.captures)
]


def sample(capture: int, text: bytes | None) -> TextSample:
    return TextSample(capture * STEPS_APART, known.START_TIME, text)


def test_a_text_seen_before_gives_the_very_same_record() -> None:
    memory = CaptureMemory()
    assert memory.capture(TEXTS[0]) is memory.capture(bytes(TEXTS[0]))
    assert memory.capture(TEXTS[0]) != memory.capture(TEXTS[1])


def test_the_least_used_records_are_forgotten_first() -> None:
    memory = CaptureMemory(max_bytes=sum(map(memory_of, TEXTS[:3:2])) + 10)
    first, second = memory.capture(TEXTS[0]), memory.capture(TEXTS[1])
    assert memory.capture(TEXTS[0]) is first
    memory.capture(TEXTS[2])
    assert memory.capture(TEXTS[0]) is first
    assert memory.capture(TEXTS[1]) is not second


def test_a_text_larger_than_the_memory_is_read_all_the_same() -> None:
    memory = CaptureMemory(max_bytes=1)
    assert memory.capture(TEXTS[0]) == memory.capture(TEXTS[0])


def test_records_and_faults_are_told_apart() -> None:
    samples = [sample(0, TEXTS[0]), sample(1, None), sample(2, b"?")]
    records = stream_records(TAG, samples, CaptureMemory())
    assert [capture.step for capture in records.captures] == [0]
    assert records.faults == (
        Fault(TAG, 50, "not one string"),
        Fault(TAG, 100, "not JSON: JSONDecodeError"),
    )


def test_of_a_step_written_twice_the_first_is_shown_and_it_is_said() -> None:
    samples = [sample(1, TEXTS[1]), sample(1, TEXTS[1])]
    records = stream_records(TAG, samples, CaptureMemory())
    assert len(records.captures) == 1
    [fault] = records.faults
    assert fault.message == "a second record; the first one is shown"


@pytest.mark.parametrize("tag", [captures_tag("grad_cam.2"), captures_tag("")])
def test_a_record_under_the_tag_of_another_stream_is_a_fault(tag: str) -> None:
    records = stream_records(tag, [sample(0, TEXTS[0])], CaptureMemory())
    assert records.captures == ()
    assert "of another stream" in records.faults[0].message


def test_a_tag_that_cannot_be_read_is_one_fault() -> None:
    records = stream_records(TAG, ReadError("gone"), CaptureMemory())
    assert records.faults == (Fault(TAG, None, "gone"),)


def test_a_stream_too_large_to_remember_leaves_the_memory_alone() -> None:
    memory = CaptureMemory(max_bytes=memory_of(TEXTS[0]) + 10)
    kept = memory.capture(TEXTS[0])
    samples = [sample(i, text) for i, text in enumerate(TEXTS)]
    records = stream_records(TAG, samples, memory)
    assert len(records.captures) == len(TEXTS)
    assert memory.capture(TEXTS[0]) is kept


def test_records_that_had_no_room_are_a_fault() -> None:
    samples = [sample(i, text) for i, text in enumerate(TEXTS)]
    for left_out in (0, 2):
        step = left_out * STEPS_APART
        samples[left_out] = TextSample(step, 0.0, None, is_left_out=True)
    records = stream_records(TAG, samples, CaptureMemory())
    assert [each.step for each in records.captures] == [50, 150]
    message = (
        "4 records are more than can be shown at once; "
        "2 of them were read, evenly spaced"
    )
    assert records.faults == (Fault(TAG, None, message),)


def test_a_record_of_too_many_values_is_not_even_parsed() -> None:
    """Each of them becomes an object, of a hundred bytes or more."""
    text = TEXTS[0][:-1] + b',"more":{' + b'"a":[1],' * 500_000 + b'"b":[]}}'
    found = stream_records(TAG, [sample(0, text)], CaptureMemory())
    assert found.captures == ()
    assert "a record that takes" in found.faults[0].message
