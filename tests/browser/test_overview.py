"""The first page of a run: findings that lead to what they tell of."""

import re

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn

RUN = "plain/kerasviz"
PLAN = known.Plan()


def test_run_with_a_story_opens_on_its_overview(
    tab: Tab, any_address: str
) -> None:
    tab.open(any_address, view=None, run=RUN)
    expect(tab.button("Overview")).to_have_attribute("aria-current", "page")
    first, second = (tab.loc(".finding").nth(i) for i in range(2))
    expect(first).to_contain_text("Warning: 2 layers: 2 of 16 filters never")
    expect(second).to_contain_text("Held-out images right: 20% → 100% from")


def test_finding_shows_before_and_after_and_leads_there(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="overview", run=RUN)
    told = tab.loc(".finding", has_text="Attention moved")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("6 images")
    expect(told.locator(".moment-of canvas:visible")).to_have_count(2)
    told.click()
    expect(tab.button("Heatmaps")).to_have_attribute("aria-current", "page")
    expect(tab.loc(".detail.open h2")).to_contain_text("image 3")
    tab.expect_step(150)
    expect(tab.loc(".side-by-side .tag").first).to_have_text("A epoch 2")
    tab.page.go_back()
    expect(told).to_be_visible()


def test_matrix_of_change_leads_to_a_layer_at_a_capture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="overview", run=RUN)
    row = tab.loc(".change-row").first
    expect(row.locator(".strip i.noise")).to_have_count(3)
    box = row.locator(".strip-box").bounding_box()
    assert box
    tab.page.mouse.click(box["x"] + box["width"] * 4.5 / 6, box["y"] + 8)
    tab.expect_step(200)
    expect(tab.loc(".layers [aria-current] strong")).to_have_text(PLAN.path(0))
    drawn(tab.cell("filter 2", 200))


def test_overview_follows_the_scrubber(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, view="overview", run=RUN, step=0)
    card = tab.loc(".card", has_text="Held-out images right")
    expect(card.locator(".now b")).to_have_text("20%")
    tab.page.keyboard.press("End")
    expect(card.locator(".now b")).to_have_text("100%")
    expect(tab.loc(".statuses li").last).to_have_text(re.compile("^2 dead"))


def test_change_is_counted_from_the_baseline_or_the_capture_before(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="overview", run=RUN, step=250)
    now = tab.loc(".change-row output").nth(1)
    expect(now).to_have_text("0.563")
    tab.button("since the capture before").click()
    expect(now).to_have_text("0")
    tab.page.wait_for_url("**since=previous**")


def test_story_tells_events_and_cost(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, view="overview", run=RUN)
    story = tab.loc(".story")
    cost = "Drawing added 8% to training time."
    for told in ("baseline", "new fit", "last", "6 captures took 3 s", cost):
        expect(story).to_contain_text(told)
    story.get_by_role("button", name="new fit").click()
    tab.expect_step(50 * PLAN.second_fit)


def test_overview_that_fails_is_told_and_tried_again(
    tab: Tab, rust_address: str
) -> None:
    route = "**/data/plugin/kerasviz/overview*"
    tab.page.route(route, lambda asked: asked.abort())
    tab.open(rust_address, view="overview", run=RUN)
    expect(tab.loc(".notice")).to_contain_text("TensorBoard does not respond")
    tab.page.unroute(route)
    tab.button("Try again").click()
    expect(tab.loc(".finding").first).to_be_visible()
