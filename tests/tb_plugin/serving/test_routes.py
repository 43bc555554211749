"""What each route answers about a complete run, with either loader."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from werkzeug.test import Client

from tb_plugin import contract
from tb_plugin.contract.decode import parse_json, to_json
from tb_plugin.reading import pictures
from tests import known_content as known
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.tb_plugin.loaders import rust_provider
from tests.tb_plugin.serving.asking import ask, ask_pack, pixels
from tests.tb_plugin.serving.tensorboard_app import (
    PREFIX,
    OpenClient,
    plugin_client,
)
from tests.written_log import (
    blobs_value,
    record_value,
    step_event,
    write_events,
    write_log,
)

RUN = "demo/kerasviz"
YEAR = "private, max-age=31536000, immutable"


def layer_question(
    plan: Plan, kind: contract.Kind, layer: int
) -> dict[str, str]:
    return {"run": RUN, "kind": kind, "path": plan.path(layer)}


def test_captures_tell_the_whole_story(client: Client, plan: Plan) -> None:
    said = ask(client, "captures", run=RUN)
    story = [c for c in said["captures"] if c["stream"] == "grad_cam"]
    assert [c["index"] for c in story] == list(range(plan.captures))
    assert [c["fit"] for c in story] == [0, 0, 0, 0, 1, 1]
    assert [c["epoch"] for c in story] == [0, 1, 2, 3, 1, 2]
    assert story[0]["reason"] == "baseline" and story[-1]["reason"] == "last"
    assert [c["num_correct"] for c in story] == [
        known.num_correct(plan, i) for i in range(plan.captures)
    ]
    assert said["faults"] == []


@pytest.mark.parametrize("kind", contract.KINDS)
def test_layer_gives_every_number_that_was_written(
    client: Client, plan: Plan, kind: contract.Kind
) -> None:
    said = ask(client, "layer", **layer_question(plan, kind, 1))
    for capture, entry in enumerate(said["captures"]):
        record = known_records.capture_record(plan, kind, capture)
        [written] = [
            layer
            for layer in (*record.patterns, *record.maps)
            if layer.path == plan.path(1)
        ]
        back = to_json(written)
        assert parse_json(back) == entry["record"]
        assert entry["version"] and entry["picture_step"] == entry["step"]
        assert (entry["outcome"] is None) == (kind == "filter_patterns")


def test_unchanged_layers_point_at_the_picture_that_is_valid(
    client: Client, plan: Plan
) -> None:
    said = ask(client, "layer", **layer_question(plan, "filter_patterns", 0))
    assert [entry["picture_step"] for entry in said["captures"]] == [
        known.drawn_capture(plan, 0, i) * STEPS_APART
        for i in range(plan.captures)
    ]
    assert all(entry["version"] for entry in said["captures"])


def test_sheets_have_the_pixels_that_were_drawn(
    client: Client, plan: Plan
) -> None:
    place = layer_question(plan, "filter_patterns", 1)
    header, sheets = ask_pack(client, "pictures", steps="250,0,50", **place)
    assert [entry["step"] for entry in header["entries"]] == [250, 0, 50]
    for capture, sheet in zip((5, 0, 1), sheets, strict=True):
        assert (pixels(sheet) == known.sheet(plan, 1, capture)).all()


def test_maps_have_the_values_that_were_written(
    client: Client, plan: Plan
) -> None:
    place = layer_question(plan, "grad_cam", 0)
    _, [_, maps] = ask_pack(client, "pictures", steps="0,50", **place)
    written = [known.heatmap(plan, row, 1) for row in plan.rows]
    assert maps == np.stack(written).tobytes()


def test_class_means_have_the_values_that_were_written(
    client: Client, plan: Plan
) -> None:
    place = layer_question(plan, "grad_cam", 0)
    entry = ask(client, "layer", **place)["captures"][1]
    _, [means] = ask_pack(
        client, "class_means", run=RUN, path=place["path"], steps="50"
    )
    assert means == known.class_means(plan, 1).tobytes()
    # The map of the one image of class 2 is NaN here.
    assert entry["record"]["mean_class"] == [0, 1]
    assert entry["record"]["mean_count"] == [2, 2]


def test_class_means_of_no_class_are_no_bytes_and_no_fault(
    open_client: OpenClient, tmp_path: Path
) -> None:
    plan = Plan(captures=1, layers=1)
    record = known_records.capture_record(plan, "grad_cam", 0)
    layer = dataclasses.replace(record.maps[0], mean_class=(), mean_count=())
    text = dataclasses.replace(record, maps=(layer,)).to_json()
    blobs = [bytes(4 * 48 * plan.images), b""]
    tag = contract.layer_tag("grad_cam", layer.path)
    values = [record_value(contract.captures_tag("grad_cam"), text)]
    values.append(blobs_value(tag, blobs))
    write_events(tmp_path, [step_event(0, values)])
    place = {"run": "kerasviz", "path": layer.path}
    client = open_client(tmp_path)
    header, [means] = ask_pack(client, "class_means", steps="0", **place)
    assert means == b"" and "fault" not in header["entries"][0]


def test_exemplars_are_the_crops_that_were_written(
    client: Client, plan: Plan
) -> None:
    place = layer_question(plan, "filter_patterns", 1)
    entry = ask(client, "layer", **place)["captures"][1]
    _, [crops] = ask_pack(
        client, "exemplars", run=RUN, path=place["path"], steps="50"
    )
    assert np.array_equal(pixels(crops), known.exemplar_sheet(plan, 1))
    assert entry["record"]["exemplars"]["image"][0] == [1, 2, 3]


def test_crops_that_no_record_describes_are_a_fault(
    open_client: OpenClient, tmp_path: Path
) -> None:
    """As of a log without exemplars in its records."""
    plan = Plan(captures=1, layers=1)
    record = known_records.capture_record(plan, "filter_patterns", 0)
    [layer], text = record.patterns, record.to_json()
    tag = contract.layer_tag("filter_patterns", layer.path)
    values = [record_value(contract.captures_tag("filter_patterns"), text)]
    values.append(blobs_value(tag, [b"sheet", b"crops"]))
    write_events(tmp_path, [step_event(0, values)])
    place = {"run": "kerasviz", "path": layer.path}
    header, _ = ask_pack(open_client(tmp_path), "exemplars", steps="0", **place)
    assert header["entries"] == [
        {"step": 0, "fault": "no picture at this step"}
    ]


def test_steps_without_picture_are_faults_in_their_place(
    client: Client, plan: Plan
) -> None:
    place = layer_question(plan, "grad_cam", 0)
    header, found = ask_pack(client, "pictures", steps="7,0,999", **place)
    absent = "no picture at this step"
    assert header["entries"][0] == {"step": 7, "fault": absent}
    assert header["entries"][2] == {"step": 999, "fault": absent}
    assert found[1] is not None


@pytest.mark.parametrize(
    ("steps", "version", "expected"),
    [("0", "x", YEAR), ("0", None, "no-store"), ("0,7", "x", "no-store")],
)
def test_only_whole_answers_with_a_version_are_cached(
    client: Client, plan: Plan, steps: str, version: str | None, expected: str
) -> None:
    query = {**layer_question(plan, "grad_cam", 0), "steps": steps}
    if version:
        query["v"] = version
    response = client.get(PREFIX + "pictures", query_string=query)
    assert response.headers.getlist("Cache-Control") == [expected]


def test_answers_that_grow_are_not_cached(client: Client) -> None:
    for route in ("runs", f"captures?run={RUN}"):
        response = client.get(PREFIX + route)
        assert response.headers.getlist("Cache-Control") == [
            "no-cache, must-revalidate"
        ]


def test_a_full_pack_leaves_the_rest_for_another_question(
    client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PACK_BYTES", 1500)
    place = layer_question(plan, "grad_cam", 0)
    header, found = ask_pack(client, "pictures", steps="0,50,100,7", **place)
    # 1152 bytes each: the pack has grown over 1500 with the second one.
    assert [picture is None for picture in found] == [False, False, True, True]
    assert header["entries"][2] == {"step": 100, "left_out": True}
    assert "fault" in header["entries"][3]


def test_a_picture_that_is_too_large_is_a_fault(
    client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURE_BYTES", 1151)
    place = layer_question(plan, "grad_cam", 0)
    header, _ = ask_pack(client, "pictures", steps="0", **place)
    said = "a picture of 1152 bytes is too large"
    assert header["entries"] == [{"step": 0, "fault": said}]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("route", ["runs", "pictures", "static/index.js"])
def test_other_methods_are_refused(
    client: Client, route: str, method: str
) -> None:
    response = client.open(PREFIX + route, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_an_outage_is_503_with_a_sentence(log_dir: Path) -> None:
    with rust_provider(log_dir) as provider:
        client = plugin_client(provider)
        assert ask(client, "runs")["runs"]
    for route in ("runs", f"captures?run={RUN}"):
        response = client.get(PREFIX + route)
        assert response.status_code == 503
        assert response.text.startswith("TensorBoard could not read it")


@pytest.mark.parametrize(
    "name", ["ü ñ 漢字", "a b:c/d%2f", "<b>&\"'\\\n", "x" * 300]
)
def test_odd_layer_names_are_found(
    open_client: OpenClient, tmp_path: Path, name: str
) -> None:
    plan = Plan(captures=2, layers=1, prefix=name)
    write_log(tmp_path, plan)
    client = open_client(tmp_path)
    place = {"run": "kerasviz", "kind": "grad_cam", "path": plan.path(0)}
    assert len(ask(client, "layer", **place)["captures"]) == 2
    _, [found] = ask_pack(client, "pictures", steps="50", **place)
    assert found is not None


def test_run_with_pictures_and_no_record_is_empty_and_not_absent(
    open_client: OpenClient, tmp_path: Path
) -> None:
    tag = contract.layer_tag("grad_cam", "a")
    write_events(tmp_path, [step_event(0, [blobs_value(tag, [b"x"])])])
    client = open_client(tmp_path)
    assert ask(client, "runs")["runs"] == [{"run": "kerasviz", "streams": []}]
    assert ask(client, "captures", run="kerasviz")["captures"] == []
