"""The examples of `http_api.md` have the shape of the real answers."""

import json
import re
from pathlib import Path
from typing import Any

from werkzeug.test import Client

import tb_plugin
from tb_plugin.contract import captures_tag
from tb_plugin.reading.progress import ReadingProgress
from tb_plugin.reading.records import StreamName
from tb_plugin.serving.payload import progress_payload
from tests.known_content import Plan
from tests.tb_plugin.serving.asking import ask, ask_pack
from tests.tb_plugin.serving.tensorboard_app import PREFIX

RUN = "demo/kerasviz"
TEXT = (Path(tb_plugin.__file__).parent / "http_api.md").read_text("utf-8")
SECTIONS = dict(
    re.findall(r"^## `([^?<`]+).*?\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
)


def example(route: str) -> Any:
    """Return the JSON example in the section of a route."""
    [code] = re.findall(r"```json\n(.*?)```", SECTIONS[route], re.S)
    return json.loads(code)


def assert_same_shape(shown: Any, real: Any, place: str) -> None:
    """Check keys, and the kind of each value, of an example."""
    if isinstance(shown, dict):
        _assert_same_keys(shown, real, place)
        for key in set(shown) - {"…"}:
            assert_same_shape(shown[key], real[key], f"{place}.{key}")
    elif isinstance(shown, list):
        assert isinstance(real, list), place
        if shown and real:
            assert_same_shape(shown[0], real[0], f"{place}[0]")
    elif None not in (shown, real):
        numbers = (int, float)
        alike = isinstance(shown, numbers) and isinstance(real, numbers)
        assert alike or type(shown) is type(real), place


def _assert_same_keys(shown: Any, real: Any, place: str) -> None:
    if "…" in shown:  # the example shows only some keys
        assert set(shown) - {"…"} <= set(real), place
    else:
        assert set(shown) == set(real), place


def test_every_route_has_a_section(client: Client) -> None:
    routes = {
        "runs",
        "progress",
        "version",
        "captures",
        "overview",
        "layer",
        "pictures",
        "class_means",
        "exemplars",
        "lineage",
    }
    assert routes | {"held_out", "static/"} == set(SECTIONS)


def test_example_of_runs_is_what_a_log_answers(client: Client) -> None:
    assert ask(client, "runs") == example("runs")


def test_example_of_captures_has_the_real_shape(client: Client) -> None:
    shown = example("captures")
    assert_same_shape(shown, ask(client, "captures", run=RUN), "captures")


def test_example_of_version_has_the_real_shape(client: Client) -> None:
    shown, real = example("version"), ask(client, "version", run=RUN)
    assert_same_shape(shown, real, "version")
    assert real["version"] == ask(client, "captures", run=RUN)["version"]


def test_example_of_progress_is_what_is_answered_meanwhile() -> None:
    name = StreamName("", RUN, captures_tag("grad_cam"))
    progress = ReadingProgress()
    with progress.reading(name, 1000) as count:
        for _ in range(312):
            count()
        told = progress_payload(RUN, progress.of_run("", RUN))
    assert told == example("progress")
    assert progress_payload(RUN, progress.of_run("", RUN))["reading"] is None


def test_example_of_overview_has_the_real_shape(client: Client) -> None:
    shown, real = example("overview"), ask(client, "overview", run=RUN)
    assert_same_shape(shown, real, "overview")
    assert len({finding["title"] for finding in real["findings"]}) > 3


def test_example_of_a_fault_is_what_a_torn_log_answers(
    hostile: Client,
) -> None:
    [shown] = example("captures")["faults"]
    assert shown in ask(hostile, "captures", run="hostile/kerasviz")["faults"]


def test_example_of_layer_has_the_real_shape(
    client: Client, plan: Plan
) -> None:
    place = {"kind": "grad_cam", "path": plan.path(1)}
    real = ask(client, "layer", run=RUN, **place)
    assert_same_shape(example("layer"), real, "layer")


def test_example_of_class_means_has_the_real_shape(
    client: Client, plan: Plan
) -> None:
    place = {"run": RUN, "path": plan.path(1)}
    real, _ = ask_pack(client, "class_means", steps="0", **place)
    assert_same_shape(example("class_means"), real, "class_means")


def test_example_of_exemplars_has_the_real_shape(
    client: Client, plan: Plan
) -> None:
    place = {"run": RUN, "path": plan.path(1)}
    real, _ = ask_pack(client, "exemplars", steps="0", **place)
    assert_same_shape(example("exemplars"), real, "exemplars")


def test_example_of_held_out_has_the_real_shape(client: Client) -> None:
    real, _ = ask_pack(client, "held_out", run=RUN, stream="grad_cam")
    assert_same_shape(example("held_out"), real, "held_out")


def test_entries_of_pictures_are_as_shown(client: Client, plan: Plan) -> None:
    shown = [
        json.loads(code)
        for code in re.findall(r"`(\{\"step\".*?\})`", SECTIONS["pictures"])
    ]
    path = plan.path(1)
    real, _ = ask_pack(
        client, "pictures", run=RUN, kind="grad_cam", path=path, steps="0,7"
    )
    assert [set(entry) for entry in real["entries"]] == [
        set(entry) for entry in shown[:2]
    ]
    assert real["entries"][1]["fault"] == shown[1]["fault"]
    assert shown[2] == {"step": 100, "left_out": True}


def test_errors_are_one_line_of_plain_text(client: Client) -> None:
    for query, status in (("", 400), ("?run=none", 404)):
        response = client.get(PREFIX + "captures" + query)
        assert response.status_code == status
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.text and "\n" not in response.text


def test_example_of_lineage_has_the_real_shape(
    client: Client, plan: Plan
) -> None:
    path = plan.path(1)
    own = {"run": RUN, "path": path, "step": "0"}
    other = {f"other_{name}": value for name, value in own.items()}
    real = ask(client, "lineage", **own, **other)
    assert_same_shape(example("lineage"), real, "lineage")
