"""Filters of two captures are matched by the responses in the log."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from werkzeug.test import Client

from tb_plugin import contract
from tests import known_content as known
from tests import known_records
from tests.known_content import STEPS_APART, Plan
from tests.tb_plugin.serving.asking import ask
from tests.tb_plugin.serving.tensorboard_app import PREFIX, OpenClient
from tests.written_log import (
    blobs_value,
    png,
    record_value,
    step_event,
    write_events,
)

RUN = "demo/kerasviz"


def question(plan: Plan, layer: int, step: int, other: int) -> dict[str, str]:
    path = plan.path(layer)
    return {
        "run": RUN,
        "path": path,
        "step": str(step),
        "other_run": RUN,
        "other_path": path,
        "other_step": str(other),
    }


def test_filters_are_found_where_they_went(client: Client, plan: Plan) -> None:
    found = ask(client, "lineage", **question(plan, 1, 0, 2 * STEPS_APART))
    filters = list(range(0, 2 * plan.filters, 2))
    moved = dict(zip(filters, np.roll(filters, -2).tolist(), strict=True))
    pairs = {each["filter"]: each["other"] for each in found["pairs"]}
    assert pairs == moved
    assert all(each["correlation"] == 1 for each in found["pairs"])
    assert (found["num_images"], found["fault"]) == (known.POOL, None)
    assert found["chance"] < 0.6


def test_responses_of_a_repeated_picture_are_those_of_that_picture(
    client: Client, plan: Plan
) -> None:
    step = STEPS_APART  # at which layer 0 is as it was
    found = ask(client, "lineage", **question(plan, 0, 0, step))
    assert {e["filter"] - e["other"] for e in found["pairs"]} == {0}


def test_a_step_without_a_capture_is_not_there(
    client: Client, plan: Plan
) -> None:
    query = {**question(plan, 1, 0, 0), "other_step": "7"}
    response = client.get(PREFIX + "lineage", query_string=query)
    assert response.status_code == 404 and "at step 7" in response.text


def sound(plan: Plan) -> tuple[contract.Capture, list[bytes]]:
    record = known_records.capture_record(plan, "filter_patterns", 0)
    sheets = known.sheet(plan, 0, 0), known.exemplar_sheet(plan, 0)
    return record, [
        *map(png, sheets),
        known.responses(plan, 0, 0).tobytes(),
    ]


def without_sample(found: Any) -> Any:
    return dataclasses.replace(found, sample="", num_sampled=0)


def of_few(found: Any) -> Any:
    return dataclasses.replace(found, num_sampled=20)


@pytest.mark.parametrize(
    ("change", "blobs", "fault"),
    [
        (lambda found: None, 1, "no responses"),
        (without_sample, 2, "no responses"),
        (lambda found: found, 2, "no picture at this step"),
        (lambda found: found, 3, "bytes; the record says otherwise"),
        (of_few, 4, "20 images; 30 are needed"),
    ],
)
def test_what_cannot_be_matched_is_said(
    open_client: OpenClient, tmp_path: Path, change, blobs, fault
) -> None:
    plan = Plan(captures=1, layers=1, exemplars=True)
    record, content = sound(plan)
    [layer] = record.patterns
    layer = dataclasses.replace(layer, exemplars=change(layer.exemplars))
    record = dataclasses.replace(record, patterns=(layer,))
    if blobs == 3:
        content[2] = content[2][:-2]
    if blobs == 4:
        content[2] = content[2][: 2 * plan.filters * 20]
    tag = contract.layer_tag("filter_patterns", layer.path)
    values = [
        record_value(
            contract.captures_tag("filter_patterns"), record.to_json()
        ),
        blobs_value(tag, content[: min(blobs, 3)]),
    ]
    write_events(tmp_path, [step_event(0, values)])
    query = {**question(plan, 0, 0, 0), "run": "kerasviz"}
    query["other_run"] = "kerasviz"
    found = ask(open_client(tmp_path), "lineage", **query)
    assert fault in found["fault"] and found["pairs"] == []
