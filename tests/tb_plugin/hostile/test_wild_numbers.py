"""Whatever number a record holds, its run is answered, and so are others."""

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from tb_plugin.contract import Capture, ContractError
from tests import known_records
from tests.tb_plugin.hostile.wild_numbers import (
    COUNTS,
    NUMBERS,
    PLAN,
    write_wild_log,
)
from tests.tb_plugin.loaders import PROVIDERS
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client


def answer(client: Client, route: str, query: str = "") -> bytes:
    response = client.get(f"{PREFIX}{route}?run=kerasviz&{query}")
    assert response.status_code in (200, 404), (route, response.status)
    assert b"Infinity" not in response.data and b"NaN" not in response.data
    return bytes(response.data)


@pytest.mark.parametrize("value", [*NUMBERS, *COUNTS])
def test_any_number_is_answered(tmp_path: Path, value: float) -> None:
    write_wild_log(tmp_path, value)
    layer = f"path={PLAN.path(0)}&kind"
    with PROVIDERS["python"](tmp_path) as provider:
        client = plugin_client(provider)
        told = json.loads(answer(client, "captures"))
        assert len(told["captures"]) + len(told["faults"]) == 2 * PLAN.captures
        answer(client, "overview")
        for kind in ("grad_cam", "filter_patterns"):
            answer(client, "layer", f"{layer}={kind}")
            answer(client, "pictures", f"{layer}={kind}&steps=0")


def changed(**fields: float) -> str:
    record = known_records.capture_record(PLAN, "grad_cam", 1)
    return json.dumps({**json.loads(record.to_json()), **fields})


@pytest.mark.parametrize("value", [1.7e308, -1e101])
def test_numbers_that_overflow_as_they_are_added_up_are_refused(value) -> None:
    with pytest.raises(ContractError, match="cost_s is too large"):
        Capture.from_json(changed(cost_s=value))
    record = json.loads(changed())
    record["maps"][0]["maximum"][0] = value
    with pytest.raises(ContractError, match=r"maximum\[0\] is too large"):
        Capture.from_json(json.dumps(record))


@pytest.mark.parametrize("value", [-1, 1e12, 1e99])
def test_a_time_that_no_calendar_has_is_refused(value) -> None:
    with pytest.raises(ContractError, match="wall_time is no time"):
        Capture.from_json(changed(wall_time=value))
