"""Nothing in a log is executed; what is wrong with it is told."""

from playwright.sync_api import expect

from tests.browser.conftest import MARKUP
from tests.browser.tab import Tab, drawn


def test_markup_in_names_is_text(tab: Tab, rust_address: str) -> None:
    for view in ("filters", "heatmaps"):
        tab.open(rust_address, view=view, run=f"{MARKUP}/kerasviz")
        expect(tab.loc(".layers strong")).to_have_text(f"{MARKUP}0")
        drawn(tab.loc(".cell").first)
        tab.loc(".cell").first.click()
        expect(tab.loc(".detail.open h2")).to_contain_text(MARKUP)
        assert tab.loc("img, script[src=x]").count() == 0
        assert tab.view.evaluate("parent.hacked") is None


def test_faults_of_a_log_are_listed(tab: Tab, any_address: str) -> None:
    tab.open(any_address, view="heatmaps", run="hostile/kerasviz")
    tab.loc(".log-button").click()
    log = tab.loc(".log")
    for told in (
        "schema version 99; this plugin reads 1",
        "not JSON",
        "is too long",
    ):
        expect(log).to_contain_text(told)
    expect(log).to_contain_text("kerasviz/captures/grad_cam, step 400")
    tab.page.keyboard.press("Escape")
    expect(log).to_have_count(0)


def test_pictures_that_cannot_be_shown_are_marked(
    tab: Tab, any_address: str
) -> None:
    for view, word in (("filters", "missing"), ("heatmaps", "no image")):
        tab.open(any_address, view=view, run="hostile/kerasviz")
        missing = tab.loc(".cell .picture.missing")
        expect(missing.first).to_be_visible()
        expect(missing.first.locator(".word")).to_have_text(word)
        expect(tab.loc(".cell .picture:not(.missing)")).to_have_count(0)
