"""How many filters kept their meaning, and what the others became."""

from dataclasses import replace
from typing import Any

import pytest

from tb_plugin import findings
from tb_plugin.contract import Capture
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=4, layers=1, filters=4, exemplars=True)
DOTS, STRIPES = 0, 1
UNFROZEN = "trainable weights: more"


def mix(*classes: int) -> dict[str, Any]:
    """Return the columns of filters that see one texture each."""
    return {
        "mix_class": tuple((each, (each + 1) % 3) for each in classes),
        "mix_count": ((9, 1),) * 4,
        "mix_total": (10,) * 4,
    }


def capture(index: int, alike: tuple, **changes: Any) -> Capture:
    record = known_records.capture_record(PLAN, "filter_patterns", index)
    [layer] = record.patterns
    columns = changes.pop("columns", {})
    origin = changes.pop("origin", "fresh")
    layer = replace(
        layer,
        origin=(origin,) * 4,
        origin_step=(None if origin == "fresh" else 0,) * 4,
        measures={**layer.measures, "response_correlation_baseline": alike},
        exemplars=replace(layer.exemplars, **columns),
    )
    return replace(record, patterns=(layer,), **changes)


def said(*captures: Capture) -> str:
    titles = [each.title for each in findings.find(captures)]
    return "\n".join(title for title in titles if "meaning" in title)


BASE = capture(0, (None,) * 4, columns=mix(DOTS, DOTS, STRIPES, STRIPES))


def test_filters_that_respond_alike_kept_their_meaning() -> None:
    now = capture(1, (0.95, 0.8, 0.79, 0.2))
    assert "2 of 4 filters kept their meaning since the baseline" in said(
        capture(0, (None,) * 4), now
    )


def test_a_single_filter_was_rewritten() -> None:
    def text(*alike: float) -> str:
        found = findings.find([BASE, capture(1, alike)])
        return next(each.text for each in found if "meaning" in each.title)

    assert "; 1 was rewritten (below 0.5)" in text(0.9, 0.9, 0.9, 0.2)
    assert "; 2 were rewritten (below 0.5)" in text(0.9, 0.9, 0.1, 0.2)


def test_what_the_others_became_is_counted_by_class() -> None:
    now = capture(1, (0.9, 0.9, 0.1, 0.1), columns=mix(DOTS, DOTS, DOTS, DOTS))
    assert said(BASE, now).endswith("; 2 became dots detectors")
    now = capture(
        1, (0.9, 0.9, 0.1, 0.9), columns=mix(DOTS, DOTS, DOTS, STRIPES)
    )
    assert said(BASE, now).endswith("; 1 became a dots detector")


def test_an_unfreezing_is_named_where_the_layer_stood_still_until_then() -> (
    None
):
    frozen = capture(1, (1.0,) * 4, origin="unchanged")
    now = capture(2, (0.9, 0.9, 0.1, 0.1), reason=UNFROZEN)
    assert "through the unfreezing" in said(BASE, frozen, now)
    trained = capture(1, (0.9,) * 4)
    assert "since the baseline" in said(BASE, trained, now)


@pytest.mark.parametrize(
    "captures",
    [
        (BASE, capture(1, (1.0,) * 4, origin="unchanged")),
        (BASE, capture(1, (0.9, None, None, None))),
        (BASE, known_records.capture_record(PLAN, "filter_patterns", 1)),
    ],
    ids=["never changed", "too few known", "without a pool"],
)
def test_nothing_is_said_without_grounds(captures) -> None:
    assert said(*captures) == ""


def test_lineage_comes_after_warnings_and_what_single_filters_became() -> None:
    now = capture(1, (0.9, 0.9, 0.1, 0.1), columns=mix(DOTS, DOTS, DOTS, DOTS))
    [layer] = now.patterns
    layer = replace(layer, status=("dead", "live", "live", "live"))
    found = findings.find([BASE, replace(now, patterns=(layer,))])
    assert [each.tone for each in found] == ["bad", "news", "news"]
    titles = [each.title for each in found]
    assert "never fires" in titles[0]
    assert "turned from stripes to dots" in titles[1]
    assert "kept their meaning" in titles[2]
