"""Many captures fit the width; a range of them is chosen and played."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import LONG
from tests.browser.tab import Tab

RUN = "long/kerasviz"
LAST = 50 * (LONG.captures - 1)


def shown(tab: Tab) -> int:
    """Return the number of captures that the film strip shows."""
    expect(tab.loc(".column-head").first).to_be_visible()
    return tab.loc(".column-head").count()


def test_sixty_captures_fit_without_scrolling(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    assert 6 < shown(tab) < 20
    inner, outer = tab.loc("kv-scroller").evaluate(
        "node => [node.scrollWidth, node.clientWidth]"
    )
    assert inner <= outer
    tab.button("all 60").click()
    tab.page.wait_for_url("**columns=all**")
    inner, outer = tab.loc("kv-scroller").evaluate(
        "node => [node.scrollWidth, node.clientWidth]"
    )
    assert inner > 2 * outer


def test_gap_between_columns_opens(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=LAST)
    mark = tab.loc(".gap-mark").first
    title = mark.get_attribute("title") or ""
    count = int(re.findall(r"\d+", title)[0])
    mark.click()
    tab.page.wait_for_url("**from=**to=**")
    assert shown(tab) >= min(count, 6)
    tab.button("Show the whole run").click()
    expect(tab.button("Show the whole run")).to_have_count(0)


def test_brush_chooses_a_range_by_pointer_and_keys(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=1000)
    tab.expect_step(1000)
    box = tab.loc(".brush").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    tab.page.mouse.move(box["x"] + 10 / 59 * box["width"], y)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 30 / 59 * box["width"], y)
    tab.page.mouse.up()
    tab.page.wait_for_url("**from=500**to=1500**")
    end = tab.view.get_by_role("slider", name="End of the range")
    expect(end).to_have_attribute("aria-valuetext", re.compile("step 1500"))
    end.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.page.wait_for_url("**to=1450**")
    tab.expect_step(1000)  # time itself stays
    tab.loc(".ruler").focus()
    tab.page.keyboard.press("[")
    tab.page.wait_for_url("**from=1000**to=1450**")
    tab.page.keyboard.press("\\")
    expect(tab.loc(".brush.chosen")).to_have_count(0)


def test_range_is_played_over_and_over(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, **{"from": 100, "to": 200, "step": 100})
    tab.button("Loop").click()
    tab.view.get_by_label("Speed").select_option("4")
    tab.button("Play").click()
    for step in (200, 100, 200):
        tab.expect_step(step)
    tab.button("Pause").click()


def test_lanes_say_when_a_layer_was_frozen(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run="plain/kerasviz")
    tab.button("Layers over time").click()
    frozen = tab.loc(".spans button", has_text="conv0").first
    expect(frozen).to_have_accessible_name(
        "backbone/conv0, patterns: 3 drawn, 3 frozen"
    )
    expect(tab.loc(".spans g.not-finite")).to_have_count(2)
    left = tab.loc(".spans .playhead").first.bounding_box()
    above = tab.loc(".ruler .playhead").bounding_box()
    assert left and above and abs(left["x"] - above["x"]) < 1
    frozen.click()
    expect(tab.loc(".layers [aria-current] strong")).to_have_text(
        "backbone/conv0"
    )
