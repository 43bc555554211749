"""Every view looks as it did when a person last looked at it, in both themes.

`pytest tests/browser/looks/test_goldens.py --refresh-goldens` keeps what is
there now: look at `goldens/` before committing.
"""

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.looks.golden import FOLDER, distance, golden, small_shot
from tests.browser.tab import Tab
from tests.known_content import Plan

PLAN = Plan()
VIEWS: dict[str, dict[str, object]] = {
    "overview": {"view": "overview", "step": 150},
    "filters": {"view": "filters", "step": 150},
    "heatmaps": {"view": "heatmaps", "step": 150},
    "detail": {"view": "filters", "step": 250, "item": 4, "versus": 0},
    "compare": {
        "view": "compare", "step": 100, "layer": PLAN.path(0),
        "compare": "long%2Fkerasviz",
    },
}  # fmt: skip
THEMES = ("light", "dark")
THEME = "dark => document.body.classList.toggle('dark-mode', dark)"


@pytest.mark.parametrize("view", VIEWS)
def test_view_looks_as_before(
    tab: Tab,
    rust_address: str,
    view: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    tab.open(rust_address, run="plain/kerasviz", **VIEWS[view])
    expect(tab.loc(".cell .picture, .finding canvas").first).to_be_attached()
    tab.page.wait_for_load_state("networkidle")
    expect(tab.loc(".picture.loading")).to_have_count(0)
    for theme in THEMES:
        tab.view.evaluate(THEME, theme == "dark")
        tab.loc(f":root[data-theme={theme}]").wait_for()
        name, shot = f"{view}-{theme}", small_shot(tab.page)
        if request.config.getoption("--refresh-goldens"):
            shot.save(FOLDER / f"{name}.png", optimize=True)
        shot.save(tmp_path / f"{name}.png")
        apart = distance(shot, golden(name))
        assert apart.is_alike, f"{apart}: see {tmp_path / name}.png"


def test_views_and_themes_are_told_apart() -> None:
    kept = [golden(f"{view}-{theme}") for view in VIEWS for theme in THEMES]
    for a, b in combinations(kept, 2):
        assert not distance(a, b).is_alike
