"""The page holds together at every width, and can be read in both themes."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn

RUN = "plain/kerasviz"
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["filters", "heatmaps"])
def test_texts_have_the_contrast_of_aa(
    tab: Tab, rust_address: str, theme: str, view: str
) -> None:
    items = {"filters": "4", "heatmaps": known.image_hash(3)}
    tab.open(rust_address, run=RUN, view=view, step=100, item=items[view])
    expect(tab.loc(".detail.open")).to_be_visible()
    tab.loc(".log-button").click()
    dark = "document.body.classList.toggle('dark-mode', {})"
    tab.view.evaluate(dark.format(str(theme == "dark").lower()))
    tab.loc(f":root[data-theme={theme}]").wait_for()
    assert tab.view.evaluate(CONTRAST) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["overview", "compare"])
def test_texts_of_a_whole_run_have_the_contrast_of_aa(
    tab: Tab, rust_address: str, theme: str, view: str
) -> None:
    tab.open(rust_address, run=RUN, view=view, step=100)
    expect(tab.loc(".finding, .cell").first).to_be_visible()
    tab.page.keyboard.press("?")
    dark = "document.body.classList.toggle('dark-mode', {})"
    tab.view.evaluate(dark.format(str(theme == "dark").lower()))
    tab.loc(f":root[data-theme={theme}]").wait_for()
    assert tab.view.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [3840, 1500, 1000, 700])
def test_overview_fits_every_width(
    tab: Tab, rust_address: str, width: int
) -> None:
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.open(rust_address, run=RUN, view="overview")
    expect(tab.loc(".finding").first).to_be_visible()
    for part in ("html", ".app", ".topbar", ".timeline", "main", ".overview"):
        inner, outer = tab.loc(part).evaluate(
            "node => [node.scrollWidth, node.clientWidth]"
        )
        assert inner <= outer, part


@pytest.mark.parametrize("width", [3840, 1500, 1000, 700])
def test_nothing_but_the_matrix_scrolls_sideways(
    tab: Tab, rust_address: str, width: int
) -> None:
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.open(rust_address, run=RUN, view="heatmaps", item=known.image_hash(3))
    expect(tab.loc(".detail.open")).to_be_visible()
    drawn(tab.loc(".cell").first)
    for part in ("html", ".app", ".topbar", ".timeline", ".side", ".detail"):
        inner, outer = tab.loc(part).evaluate(
            "node => [node.scrollWidth, node.clientWidth]"
        )
        assert inner <= outer, part


def test_detail_comes_only_when_something_is_open_on_a_narrow_page(
    tab: Tab, rust_address: str
) -> None:
    tab.page.set_viewport_size({"width": 1000, "height": 700})
    tab.open(rust_address, run=RUN)
    expect(tab.loc(".cell").first).to_be_visible()
    expect(tab.loc(".detail")).to_be_hidden()
    tab.cell("filter 2", 250).click()
    expect(tab.loc(".detail")).to_be_visible()
    expect(tab.cell("filter 2", 250)).to_be_in_viewport(ratio=0.9)
    tab.button("Close details").click()
    expect(tab.loc(".detail")).to_be_hidden()


def test_layers_are_a_drawer_on_the_narrowest_page(
    tab: Tab, rust_address: str
) -> None:
    tab.page.set_viewport_size({"width": 700, "height": 800})
    tab.open(rust_address, run=RUN)
    expect(tab.loc(".side")).to_be_hidden()
    tab.button("Layers and display").click()
    tab.loc(".layers button").first.click()
    expect(tab.loc(".side")).to_be_hidden()
    tab.page.wait_for_url("**layer=backbone%2Fconv0**")
