"""Logs of released versions open as they did then, with either loader.

`expected.json` of a version is what its own plugin answered about its log.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tb_plugin.serving.asking import ask, ask_pack
from tests.tb_plugin.serving.tensorboard_app import OpenClient

LOGS = Path(__file__).parents[2] / "released_logs"
WORDS = ("title", "text")  # of a finding: these may get better

NEWER_COLUMNS = (  # of outcomes: empty in logs that are older
    "row_confidence",
    "row_box",
    "row_overlap",
    "label_value",
    "label_loss",
)


def _expected() -> list[Any]:
    return [
        pytest.param(
            each, id=" ".join([each["route"], *each["query"].values()])
        )
        for file in sorted(LOGS.glob("*/expected.json"))
        for each in json.loads(file.read_text("utf-8"))
    ]


@pytest.mark.parametrize("expected", _expected())
def test_route_answers_as_the_release_did(
    open_client: OpenClient, expected: dict[str, Any]
) -> None:
    client, route = open_client(LOGS), expected["route"]
    if "json" in expected:
        said = ask(client, route, **expected["query"])
        for finding in said.get("findings", ()):
            for name in WORDS:
                assert finding.pop(name)
        _take_out_newer(said)
        assert _in_any_order(said) == _in_any_order(expected["json"])
        return
    header, files = ask_pack(client, route, **expected["query"])
    assert header == expected["header"]
    assert [_digest(file) for file in files] == expected["sha256"]


def _in_any_order(said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with its findings unranked: ranks may get better."""
    if "findings" not in said:
        return said
    return {**said, "findings": sorted(said["findings"], key=str)}


def _take_out_newer(said: dict[str, Any]) -> None:
    """Take out what later versions added to records: empty in this log."""
    if "streams" in said:
        assert said.pop("version")
    for capture in said.get("captures", ()):
        if capture.get("outcome"):
            assert capture["outcome"].pop("output") is None
            for name in NEWER_COLUMNS:
                assert capture["outcome"].pop(name) == []
            assert capture["record"].pop("parts") == []
            assert capture["record"].pop("shares") == []
        elif "record" in capture:
            assert capture["record"].pop("exemplars") is None
            assert capture["record"].pop("margin_px") == 0
        else:
            assert capture.pop("happened") == []


def _digest(file: bytes | None) -> str | None:
    return None if file is None else hashlib.sha256(file).hexdigest()
