"""The held-out images of a stream, as they are served."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from tb_plugin import contract
from tb_plugin.contract.decode import parse_json
from tb_plugin.reading import pictures
from tb_plugin.reading.held_out import MAX_RECORDINGS
from tests import known_content as known
from tests import known_records
from tests.known_content import Plan
from tests.tb_plugin.serving.asking import ask_pack, pixels
from tests.tb_plugin.serving.tensorboard_app import OpenClient
from tests.written_log import (
    blobs_value,
    capture_event,
    record_value,
    step_event,
    write_events,
)

RUN = "demo/kerasviz"


def test_held_out_images_come_in_the_order_of_the_callback(
    client: Client, plan: Plan
) -> None:
    header, found = ask_pack(client, "held_out", run=RUN, stream="grad_cam")
    record = known_records.held_out_record(plan)
    assert header["held_out"] == parse_json(record.to_json())
    hashes = [image.hash for image in record.images]
    assert [entry["hash"] for entry in header["entries"]] == hashes
    for image, picture in enumerate(found):
        assert (pixels(picture) == known.held_out_picture(image)).all()


def test_stream_without_held_out_images_has_none(
    open_client: OpenClient, tmp_path: Path
) -> None:
    record = known_records.capture_record(Plan(), "filter_patterns", 0)
    tag = contract.captures_tag("filter_patterns")
    value = record_value(tag, record.to_json())
    write_events(tmp_path / "demo", [step_event(0, [value])])
    header, _ = ask_pack(
        open_client(tmp_path), "held_out", run=RUN, stream="filter_patterns"
    )
    assert header["held_out"]["images"] == header["entries"] == []


def test_later_recordings_come_first_and_earlier_ones_stay(
    open_client: OpenClient, tmp_path: Path
) -> None:
    tag = contract.held_out_tag("grad_cam")
    later = known_records.held_out_record(Plan(images=2)).to_json()
    blobs = [later.replace('"dots"', '"points"').encode(), b"?", b"?"]
    events = [capture_event(Plan(images=4), 0)]
    events.append(step_event(5, [blobs_value(tag, blobs)]))
    write_events(tmp_path, events)
    client = open_client(tmp_path)
    place = {"run": "kerasviz", "stream": "grad_cam"}
    header, found = ask_pack(client, "held_out", **place)
    hashes = [image["hash"] for image in header["held_out"]["images"]]
    assert hashes == [known.image_hash(i) for i in range(4)]
    assert header["held_out"]["class_names"][0] == "points"
    assert [picture is None for picture in found] == [True, True, False, False]


def test_held_out_images_beyond_a_full_pack_are_faults(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PACK_BYTES", 1)
    header, found = ask_pack(client, "held_out", run=RUN, stream="grad_cam")
    assert found[0] is not None and found[1] is None
    assert "fill the response" in header["entries"][1]["fault"]


def test_of_many_recordings_the_newest_are_read(
    open_client: OpenClient, tmp_path: Path
) -> None:
    tag = contract.held_out_tag("grad_cam")
    text = known_records.held_out_record(Plan(images=1)).to_json()
    hashes = [f"{step:016x}" for step in range(MAX_RECORDINGS + 3)]
    texts = [text.replace(known.image_hash(0), one).encode() for one in hashes]
    events = [
        step_event(step, [blobs_value(tag, [text, b"?"])])
        for step, text in enumerate(texts)
    ]
    write_events(tmp_path, events)
    place = {"run": "kerasviz", "stream": "grad_cam"}
    header, _ = ask_pack(open_client(tmp_path), "held_out", **place)
    said = [entry["hash"] for entry in header["entries"]]
    assert said == hashes[: -MAX_RECORDINGS - 1 : -1]
    assert "newest 64 recordings" in header["faults"][-1]["message"]
