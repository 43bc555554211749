"""Everything is found by name, and the keyboard tells what it does."""

import re

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.conftest import MARKUP
from tests.browser.tab import Tab, drawn

RUN = "plain/kerasviz"
PLAN = known.Plan()
TWELVE = re.compile("^filter 12 · not optimized$")


def test_slash_finds_a_filter_and_enter_opens_it(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    drawn(tab.cell("filter 2", 250))
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("filter 12")
    expect(tab.loc(".hits [aria-selected=true] b")).to_have_text(TWELVE)
    tab.page.keyboard.press("Enter")
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 12")
    expect(tab.loc(".hits")).to_have_count(0)


def test_image_is_found_by_its_label(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, view="overview", run=RUN)
    expect(tab.loc(".finding").first).to_be_visible()
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("image checks")
    # Labels come with the images: what is found grows while they load.
    expect(tab.loc(".hits li").first).to_contain_text("image 2")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("Enter")
    expect(tab.loc(".detail.open h2")).to_contain_text("image 2")


def test_layer_and_run_are_found(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    box = tab.view.get_by_role("combobox", name="Find a layer")
    box.fill("conv0 heatmaps")
    # Layers come with the captures: nothing is found before.
    expect(tab.loc(".hits li b").first).to_have_text(PLAN.path(0))
    tab.loc(".hits li").first.click()
    expect(tab.button("Heatmaps")).to_have_attribute("aria-current", "page")
    expect(tab.loc(".layers [aria-current] strong")).to_have_text(PLAN.path(0))
    box.fill("long")
    box.press("Enter")
    expect(tab.loc(".kept")).to_have_text("60 of 60 captures kept")


def test_search_that_finds_nothing_says_so(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    tab.view.get_by_role("combobox", name="Find a layer").fill("zzz")
    expect(tab.loc(".hits .none")).to_contain_text("Nothing of that name")
    tab.page.keyboard.press("Escape")
    expect(tab.loc(".hits")).to_have_count(0)


def test_what_another_view_knows_is_a_way_there(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN)
    drawn(tab.cell("image 2", 250))
    tab.view.get_by_role("combobox", name="Find a layer").fill("filter 12")
    expect(tab.loc(".hits .none")).to_contain_text("Others know more")
    tab.loc(".hits [role=option]", has_text="Filters").click()
    expect(tab.button("Filters")).to_have_attribute("aria-current", "page")
    expect(tab.loc(".hits [aria-selected=true] b")).to_have_text(TWELVE)


def test_statuses_are_found_in_every_view(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, view="overview", run=RUN)
    expect(tab.loc(".finding").first).to_be_visible()
    tab.view.get_by_role("combobox", name="Find a layer").fill("dead")
    hit = tab.loc(".hits [role=option]", has_text="dead").first
    hit.click()
    expect(tab.button("Filters")).to_have_attribute("aria-current", "page")
    expect(tab.loc(".row-head b").first).to_have_text("14")


def test_markup_among_what_is_found_is_text(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    tab.view.get_by_role("combobox", name="Find a layer").fill("onerror")
    expect(tab.loc(".hits b").first).to_have_text(f"{MARKUP}/kerasviz")
    assert tab.view.evaluate("parent.hacked") is None


def test_question_mark_lists_the_keys(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    drawn(tab.cell("filter 2", 250))
    tab.page.keyboard.press("?")
    expect(tab.view.get_by_role("dialog", name="Keys")).to_contain_text("Space")
    tab.page.keyboard.press("Escape")
    expect(tab.view.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_plus_and_minus_zoom(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, item=4)
    drawn(tab.loc(".large"))
    for key, level in (("+", "2×"), ("+", "4×"), ("-", "2×"), ("-", "1×")):
        tab.page.keyboard.press(key)
        expect(tab.view.get_by_label("Zoom")).to_have_text(level)
