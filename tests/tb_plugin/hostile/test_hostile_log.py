"""Whatever a log holds, the answer is a fault beside what could be read."""

from typing import Any

import pytest
from werkzeug.test import Client

from tests.tb_plugin.hostile import hostile_log
from tests.tb_plugin.serving.asking import ask, ask_pack

RUN = "hostile/kerasviz"


def faults(client: Client) -> list[dict[str, Any]]:
    return ask(client, "captures", run=RUN)["faults"]


@pytest.mark.parametrize("number", range(len(hostile_log.TORN_RECORDS)))
def test_each_torn_record_is_a_fault_that_says_why(
    hostile: Client, number: int
) -> None:
    step = (number + 1) * hostile_log.STEPS_APART
    said = [
        fault["message"]
        for fault in faults(hostile)
        if (fault["tag"], fault["step"]) == (hostile_log.CAPTURES, step)
    ]
    _, expected = hostile_log.TORN_RECORDS[number]
    assert len(said) == 1 and expected in said[0]


def test_sound_captures_are_shown_beside_torn_ones(hostile: Client) -> None:
    captures = ask(hostile, "captures", run=RUN)["captures"]
    assert [(c["kind"], c["step"]) for c in captures] == [
        ("filter_patterns", 0),
        ("grad_cam", 0),
    ]


def test_stream_without_strings_is_a_fault(hostile: Client) -> None:
    tags = {fault["tag"] for fault in faults(hostile)}
    assert {"kerasviz/captures/numbers", "kerasviz/captures/texts"} <= tags


def test_odd_stream_names_are_listed_as_they_are(hostile: Client) -> None:
    [run] = ask(hostile, "runs")["runs"]
    assert hostile_log.ODD_STREAM in run["streams"]


def test_maps_of_the_wrong_length_are_a_fault(hostile: Client) -> None:
    place = {"run": RUN, "kind": "grad_cam", "path": hostile_log.PLAN.path(0)}
    header, _ = ask_pack(hostile, "pictures", steps="0,50,100,150", **place)
    said = [entry["fault"] for entry in header["entries"]]
    assert said[0] == "the maps have 3 bytes; the record says otherwise"
    assert said[1:3] == ["no picture at this step"] * 2
    # A tensor of numbers; the Rust loader drops it.
    assert said[3] in ("the blob is of type float32", "no picture at this step")


def test_class_means_of_the_wrong_length_are_a_fault(hostile: Client) -> None:
    place = {"run": RUN, "path": hostile_log.PLAN.path(0)}
    header, _ = ask_pack(hostile, "class_means", steps="0,50,100", **place)
    assert [entry["fault"] for entry in header["entries"]] == [
        "the maps have 4 bytes; the record says otherwise",
        *["no picture at this step"] * 2,
    ]


def test_picture_that_would_fill_the_memory_is_a_fault(
    hostile: Client,
) -> None:
    path = hostile_log.PLAN.path(0)
    header, _ = ask_pack(
        hostile,
        "pictures",
        run=RUN,
        kind="filter_patterns",
        path=path,
        steps="0",
    )
    assert header["entries"] == [
        {"step": 0, "fault": "a picture of 60000 x 60000 pixels is too large"}
    ]


def test_exemplars_that_would_fill_the_memory_are_a_fault(
    hostile: Client,
) -> None:
    place = {"run": RUN, "path": hostile_log.PLAN.path(0)}
    header, _ = ask_pack(hostile, "exemplars", steps="0", **place)
    assert header["entries"] == [
        {"step": 0, "fault": "a picture of 60000 x 60000 pixels is too large"}
    ]


def test_torn_held_out_images_are_faults(hostile: Client) -> None:
    header, _ = ask_pack(hostile, "held_out", run=RUN, stream="grad_cam")
    images = len(header["held_out"]["images"])
    assert images == hostile_log.PLAN.images
    assert [entry["fault"] for entry in header["entries"]] == [
        "the picture is not png",
        *["the picture is missing"] * (images - 1),
    ]
    assert {fault["step"]: fault["message"] for fault in header["faults"]} == {
        0: "not JSON: JSONDecodeError",
        100: "an empty recording",
    }
