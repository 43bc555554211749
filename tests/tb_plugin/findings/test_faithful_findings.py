"""Whether it is said that heatmaps are no better than a bump in the center."""

from dataclasses import replace

import pytest

from tb_plugin import findings
from tb_plugin.contract import Capture
from tb_plugin.findings.finding import Finding
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=3)


def checked(
    record: Capture, maps: list[float | None], centers: list[float | None]
) -> Capture:
    """Return the record with a check of its first heatmaps."""
    layers = []
    for layer in record.maps:
        rest = (None,) * (len(layer.maximum) - len(maps))
        more = {
            "faithfulness": (*maps, *rest),
            "faithfulness_centre": (*centers, *rest),
        }
        layers.append(replace(layer, measures={**layer.measures, **more}))
    return replace(record, maps=tuple(layers))


def found(maps: list[float | None], *, reason: str = "last") -> list[Finding]:
    captures = [
        known_records.capture_record(PLAN, "grad_cam", i)
        for i in range(PLAN.captures)
    ]
    centers: list[float | None] = [0.2, 0.3, 0.2, 0.3]
    last = checked(captures[-1], maps, centers)
    captures[-1] = replace(last, reason=reason)
    return [
        each
        for each in findings.find(captures)
        if "a bump in the center" in each.title
    ]


@pytest.mark.parametrize("reason", ["last", "sanity check"])
def test_heatmaps_no_better_than_the_center_are_named(reason: str) -> None:
    [told, *_] = found([0.1, 0.4, 0.2, 0.3], reason=reason)
    assert told.tone == "care"
    assert "0.25, the bump 0.25, over 4 heatmaps" in told.text


def test_better_heatmaps_and_too_few_are_no_finding() -> None:
    assert not found([0.6, 0.7, 0.5, 0.8])
    assert not found([0.1, 0.4, None, 0.3])
    assert not found([None] * 4)
