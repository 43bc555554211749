"""A real `tensorboard` process, with each loader, at a root and a prefix.

With the Python loader it has TensorFlow beside it, which then reads the files.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tb_plugin.serving.assets import assets_version, list_assets
from tests.known_content import STEPS_APART, Plan
from tests.tb_plugin.loaders import wait_until
from tests.tb_plugin.serving.asking import unpacked
from tests.tensorboard_server import serve
from tests.written_log import capture_event, write_events, write_log

MANY = Plan(captures=200, layers=1, filters=4, images=3)
RUN = "many/kerasviz"
FLAGS = {
    "rust": ("--load_fast=true", "--reload_interval=1"),
    "python, prefix": (
        "--load_fast=false",
        "--reload_interval=1",
        "--path_prefix=/some/where",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    write_log(folder / "many", MANY)
    return folder


@pytest.fixture(scope="module", params=list(FLAGS))
def address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    without = ["tensorflow"] if request.param == "rust" else []
    with serve(folder, *FLAGS[request.param], without=without) as address:
        yield address


def get(address: str, route: str, **query: str) -> bytes:
    url = f"{address}/data/plugin/kerasviz/{route}"
    with urllib.request.urlopen(
        f"{url}?{urllib.parse.urlencode(query)}"
    ) as got:
        return got.read()


def captures(address: str, run: str) -> list[Any]:
    try:
        return json.loads(get(address, "captures", run=run))["captures"]
    except urllib.error.HTTPError as error:
        with error:
            assert error.code == 404  # not loaded yet
        return []


def test_tab_is_there_without_a_flag(address: str) -> None:
    listing = f"{address}/data/plugins_listing"
    with urllib.request.urlopen(listing) as got:
        plugin = json.load(got)["kerasviz"]
    assert plugin["enabled"] and plugin["tab_name"] == "KerasViz"
    prefix = urllib.parse.urlparse(address).path
    version = assets_version(list_assets())
    module = f"{prefix}/data/plugin/kerasviz/static/{version}/index.js"
    assert plugin["loading_mechanism"]["module_path"] == module
    assert b"render" in get(address, f"static/{version}/index.js")


def test_every_one_of_200_captures_is_served(address: str) -> None:
    num_expected = 2 * MANY.captures
    wait_until(lambda: len(captures(address, RUN)) == num_expected)
    said = json.loads(get(address, "captures", run=RUN))
    assert [c["step"] for c in said["captures"][::2]] == [
        i * STEPS_APART for i in range(MANY.captures)
    ]
    assert said["streams"] == [
        {"stream": stream, "num_kept": 200, "num_written": 200}
        for stream in ("filter_patterns", "grad_cam")
    ]


@pytest.mark.parametrize("kind", ["filter_patterns", "grad_cam"])
def test_every_one_of_200_pictures_is_served(address: str, kind: str) -> None:
    steps = ",".join(str(i * STEPS_APART) for i in range(MANY.captures))
    query = {"run": RUN, "kind": kind, "path": MANY.path(0), "steps": steps}
    header, pictures = unpacked(get(address, "pictures", **query))
    assert len(header["entries"]) == MANY.captures
    assert all(pictures)


def test_new_captures_are_there_while_training_runs(
    address: str, folder: Path, request: pytest.FixtureRequest
) -> None:
    name = f"growing {request.node.callspec.params['address']}"
    plan, run = Plan(captures=4, layers=1), f"{name}/kerasviz"
    events = [capture_event(plan, i) for i in range(plan.captures)]
    write_events(folder / name, events[:2])
    wait_until(lambda: len(captures(address, run)) == 4)
    write_events(folder / name, events[2:])
    wait_until(lambda: len(captures(address, run)) == 8)


@pytest.mark.parametrize(
    ("route", "status"), [("captures", 400), ("captures?run=x", 404)]
)
def test_errors_keep_their_status(
    address: str, route: str, status: int
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{address}/data/plugin/kerasviz/{route}")
    with caught.value as error:
        assert error.code == status
        assert error.headers["Content-Type"].startswith("text/plain")
