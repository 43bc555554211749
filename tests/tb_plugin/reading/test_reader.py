"""The reader gives the same samples, whichever loader reads the log."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tensorboard.context import RequestContext
from tensorboard.data.provider import DataProvider

from tb_plugin import contract
from tb_plugin.reading.calls import NUM_AHEAD
from tb_plugin.reading.reader import (
    NUM_THREADS,
    Reader,
    ReadError,
    memory_of,
)
from tests import known_content as known
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.tb_plugin.loaders import rust_provider
from tests.written_log import (
    capture_event,
    record_value,
    step_event,
    write_events,
)

RUN = "demo/kerasviz"
RECORDS = contract.captures_tag("grad_cam")
OpenReader = Callable[[Path], Reader]


@pytest.fixture
def open_reader(
    open_provider: Callable[[Path], DataProvider],
) -> Iterator[OpenReader]:
    with ThreadPoolExecutor(NUM_THREADS) as threads:
        yield lambda folder: Reader(
            open_provider(folder), threads, RequestContext(), ""
        )


@pytest.fixture
def reader(open_reader: OpenReader, log_dir: Path) -> Reader:
    return open_reader(log_dir)


def test_runs_are_those_with_our_tags(reader: Reader) -> None:
    tags = [contract.captures_tag(kind) for kind in sorted(contract.KINDS)]
    assert reader.runs() == {RUN: tags}
    assert list(reader.text_tags(RUN)) == tags


def test_records_come_back_as_written_by_step(
    reader: Reader, plan: Plan
) -> None:
    samples = reader.texts(RUN, RECORDS)
    written = [
        known_records.capture_record(plan, "grad_cam", i).to_json().encode()
        for i in range(plan.captures)
    ]
    assert [sample.text for sample in samples] == written
    steps = [i * STEPS_APART for i in range(plan.captures)]
    assert [sample.step for sample in samples] == steps
    assert samples[1].wall_time == known.START_TIME + STEPS_APART


def test_maps_come_back_bit_for_bit(reader: Reader, plan: Plan) -> None:
    tag = contract.layer_tag("grad_cam", plan.path(1))
    samples = reader.blob_samples(RUN, tag)
    keys = [sample.keys[0] for sample in samples.values()]
    written = [
        b"".join(known.heatmap(plan, row, i).tobytes() for row in plan.rows)
        for i in range(plan.captures)
    ]
    assert list(reader.blobs(keys)) == written


def test_what_is_not_there_is_empty(reader: Reader) -> None:
    assert reader.text_tags("no run") == {}
    assert reader.texts(RUN, "no tag") == ()
    assert reader.texts("no run", RECORDS) == ()
    assert reader.blob_samples(RUN, "no tag") == {}


def test_errors_of_some_blobs_leave_the_others(
    reader: Reader, plan: Plan
) -> None:
    tag = contract.layer_tag("grad_cam", plan.path(1))
    key = reader.blob_samples(RUN, tag)[0].keys[0]
    asked = [key, "no key", "", key]
    sound = [isinstance(blob, bytes) for blob in reader.blobs(asked)]
    assert sound == [True, False, False, True]


def test_blobs_are_read_only_some_ahead(reader: Reader) -> None:
    asked = iter([""] * 10 * NUM_AHEAD)
    blobs = reader.blobs(asked)
    next(blobs)
    assert len(list(asked)) == 9 * NUM_AHEAD


def test_a_step_that_claims_many_blobs_is_not_taken_at_its_word(
    open_reader: OpenReader, hostile_dir: Path
) -> None:
    tag = contract.layer_tag("grad_cam", "huge")
    reader = open_reader(hostile_dir)
    try:  # the Rust loader counts for itself, the Python loader believes it
        samples = reader.blob_samples("hostile/kerasviz", tag)
    except ReadError as error:
        assert str(error) == "a step claims 1099511627776 blobs"
    else:
        assert len(samples[0].keys) == 1


def test_every_one_of_many_steps_is_kept(
    open_reader: OpenReader, tmp_path: Path
) -> None:
    events = [step_event(i, [record_value(RECORDS, "x")]) for i in range(1500)]
    write_events(tmp_path, events)
    samples = open_reader(tmp_path).texts("kerasviz", RECORDS)
    assert [sample.step for sample in samples] == list(range(1500))


@pytest.mark.parametrize(
    ("num_steps", "room", "read"),
    [
        (6, 6, [0, 1, 2, 3, 4, 5]),
        (6, 5.9, [1, 3, 5]),
        (7, 4, [0, 2, 4, 6]),
        (7, 1, [6]),
        (7, 0.1, [6]),
    ],
)
def test_of_a_long_tag_as_much_is_read_as_has_room(
    open_reader: OpenReader,
    tmp_path: Path,
    num_steps: int,
    room: float,
    read: list[int],
) -> None:
    text = "[1, 2, 3]"
    events = [
        step_event(i, [record_value(RECORDS, text)]) for i in range(num_steps)
    ]
    write_events(tmp_path, events)
    max_bytes = round(room * memory_of(text.encode()))
    samples = open_reader(tmp_path).texts("kerasviz", RECORDS, max_bytes)
    assert [each.step for each in samples] == list(range(num_steps))
    assert [each.step for each in samples if not each.is_left_out] == read
    assert {each.text for each in samples if each.is_left_out} <= {None}


def test_room_goes_by_the_records_that_are_read(
    open_reader: OpenReader, tmp_path: Path
) -> None:
    """Every second one is large, and the newest is one of these."""
    texts = ["[]" if i % 2 else "[" * 999 for i in range(13)]
    events = [
        step_event(i, [record_value(RECORDS, text)])
        for i, text in enumerate(texts)
    ]
    write_events(tmp_path, events)
    room = 4 * memory_of(texts[0].encode())
    samples = open_reader(tmp_path).texts("kerasviz", RECORDS, room)
    read = [each for each in samples if not each.is_left_out]
    assert [each.step for each in read] == [0, 3, 6, 9, 12]
    assert sum(memory_of(each.text or b"") for each in read) <= room


@pytest.mark.parametrize("torn_bytes", [1, 100, 3000])
def test_a_torn_file_gives_all_but_its_last_capture(
    open_reader: OpenReader, tmp_path: Path, torn_bytes: int
) -> None:
    plan = Plan(captures=3)
    write_events(tmp_path, [capture_event(plan, i) for i in range(3)])
    [file] = (tmp_path / contract.RUN_NAME).iterdir()
    file.write_bytes(file.read_bytes()[:-torn_bytes])
    reader = open_reader(tmp_path)
    samples = reader.texts("kerasviz", RECORDS)
    assert [sample.step for sample in samples] == [0, STEPS_APART]
    tag = contract.layer_tag("grad_cam", plan.path(0))
    assert set(reader.blob_samples("kerasviz", tag)) == {0, STEPS_APART}


def test_an_outage_is_an_error_and_never_no_data(log_dir: Path) -> None:
    with ThreadPoolExecutor() as threads:
        with rust_provider(log_dir) as provider:
            reader = Reader(provider, threads, RequestContext(), "")
            assert list(reader.runs()) == [RUN]
        for ask in (reader.runs, lambda: reader.texts(RUN, RECORDS)):
            with pytest.raises(ReadError, match="could not read it"):
                ask()
