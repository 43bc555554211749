"""A link shows another person the same picture."""

import pytest
from playwright.sync_api import Browser, expect

from tests import known_content as known
from tests.browser.conftest import PREFIX
from tests.browser.tab import Tab, painted

RUN = "plain/kerasviz"
PLAN = known.Plan()


def test_link_opens_the_same_picture_in_a_fresh_browser(
    tab: Tab, browser: Browser, rust_address: str
) -> None:
    tab.open_in_tensorboard(rust_address, view="heatmaps", run=RUN)
    tab.cell("image 3", 150).click()
    tab.view.get_by_label("Colormap").select_option("viridis")
    tab.loc("[aria-label=Opacity]").fill("80")
    tab.page.wait_for_url("**opacity=0.8**")
    picture = [painted(tab.loc(".large"), x, 0.6) for x in (0.2, 0.5, 0.8)]
    context = browser.new_context()
    other = Tab.of(context.new_page())
    other.page.goto(tab.page.url)
    frame = other.page.locator("iframe").first
    large = frame.content_frame.locator(".large")
    assert [painted(large, x, 0.6) for x in (0.2, 0.5, 0.8)] == picture
    step = frame.content_frame.locator("input.step")
    expect(step).to_have_value("150")
    context.close()


def test_path_prefix_is_kept(tab: Tab, python_address: str) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open_in_tensorboard(python_address, run=RUN, step=50)
    assert painted(tab.cell("filter 2", 50)) == known.pattern_colour(1, 1, 1)
    ours = [url for url in asked if "kerasviz" in url]
    assert len(ours) > 5
    assert all(f"{PREFIX}/" in url for url in ours)


def test_back_and_forward_go_through_places(
    tab: Tab, rust_address: str
) -> None:
    tab.open_in_tensorboard(rust_address, run=RUN, step=100)
    tab.cell("filter 4", 100).click()
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 4")
    tab.button("Heatmaps").click()
    expect(tab.cell("image 0", 100)).to_be_visible()
    tab.page.go_back()
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 4")
    tab.page.go_back()
    expect(tab.loc(".detail.open")).to_have_count(0)
    tab.expect_step(100)
    tab.page.go_forward()
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 4")


def test_scrubbing_does_not_fill_the_history(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    tab.expect_step(250)
    before = tab.view.evaluate("history.length")
    for _ in range(4):
        tab.page.keyboard.press("ArrowLeft")
    tab.page.wait_for_url("**step=50**")
    assert tab.view.evaluate("history.length") == before


def test_another_tab_of_tensorboard_keeps_the_place(
    tab: Tab, rust_address: str
) -> None:
    tab.open_in_tensorboard(rust_address, run=RUN, step=100, item=4)
    tab.page.get_by_role("tab", name="Scalars").click()
    tab.page.wait_for_url("**#scalars**")
    tab.page.get_by_role("tab", name="kerasviz").click()
    tab.expect_step(100)
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 4")
    assert "p.kerasviz.step=100" in tab.page.url


@pytest.mark.parametrize(
    "choice",
    [
        {"run": "gone/kerasviz"},
        {"run": RUN, "layer": "no/such/layer"},
        {"run": RUN, "item": "99", "step": 10**15, "view": "filters"},
    ],
)
def test_link_to_what_is_not_there_still_gives_a_page(
    tab: Tab, rust_address: str, choice: dict[str, object]
) -> None:
    tab.open(rust_address, **choice)
    expect(tab.loc(".notice, .empty, .cell").first).to_be_visible()
    tab.view.get_by_label("Run", exact=True).select_option(RUN)
    tab.loc(".layers button").last.click()
    expect(tab.cell("filter 2", 250)).to_be_visible()
