"""The pages say how many seconds of a training `budget=0.05` allows."""

import inspect
import re

import pytest

from kerasviz_callbacks import CaptureOptions, KerasViz
from kerasviz_callbacks.schedule.allowance import allowed_s
from tests.docs.markdown import DOCS

_ALLOWED = re.compile(r"(\d+) (s|minutes) to (\d+) (minutes|hours)")
_UNIT_S = {"s": 1, "minutes": 60, "hours": 3600}


@pytest.mark.parametrize(
    ("page", "count"), [("docs/how_to/cost.md", 4), ("README.md", 1)]
)
def test_pages_give_the_seconds_that_a_budget_allows(page, count):
    share = inspect.signature(KerasViz).parameters["budget"].default
    grace_s = CaptureOptions().grace_s
    found = _ALLOWED.findall((DOCS.parent / page).read_text("utf-8"))
    assert len(found) == count
    for allowed, unit, trained, trained_unit in found:
        trained_s = int(trained) * _UNIT_S[trained_unit]
        seconds = allowed_s(share, trained_s, aside_s=0, grace_s=grace_s)
        assert seconds / _UNIT_S[unit] == pytest.approx(int(allowed), abs=0.5)
