"""The glossaries of the docs explain all that a record may hold."""

import dataclasses
import re
from pathlib import Path

import pytest

from tb_plugin import contract
from tb_plugin.contract import FILTER_STATUSES, HEATMAP_STATUSES, LABELS
from tests.docs.markdown import text_of
from tests.known_content import Plan
from tests.known_measures import map_measures, pattern_measures

METHODS = Path(__file__).parents[2] / "kerasviz_callbacks/heatmaps/methods.py"
_SINCE = re.compile(r"_(previous|baseline|floor|seed)$")


def rows(page: str) -> dict[str, str]:
    """Return the rest of each row of a page's tables, by the names in it."""
    return {
        name: row
        for row in re.findall(r"^\| (`.*) \|$", text_of(page), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row.split(" | ")[0])
    }


@pytest.mark.parametrize("status", [*FILTER_STATUSES, *HEATMAP_STATUSES])
def test_every_status_is_explained(status) -> None:
    row = rows("reference/statuses")[status]
    assert LABELS.get(status, "") in row


def test_every_method_is_explained() -> None:
    named = re.findall(r'^    "(\w+)": ', METHODS.read_text(), re.MULTILINE)
    assert len(named) >= 6
    assert set(named) <= rows("reference/methods").keys()


def test_every_measure_is_explained() -> None:
    plan = Plan()
    measured = {**pattern_measures(plan, 0, 2), **map_measures(plan, 2)}
    text = text_of("reference/measures")
    missing = {
        name
        for name in measured
        if f"`{_SINCE.sub('', name)}" not in text
        and not name.startswith("crop_")  # a place, not a measure
    }
    assert len(measured) > 20 and missing == set()


def test_every_record_has_its_place() -> None:
    records = {
        name
        for name in contract.__all__
        if dataclasses.is_dataclass(getattr(contract, name))
    }
    shown = re.findall(
        r"autoclass:: tb_plugin\.contract\.(\w+)", text_of("reference/records")
    )
    assert sorted(shown) == sorted(records)
