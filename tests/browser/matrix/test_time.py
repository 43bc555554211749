"""One scrubber moves everything, by every means."""

import re

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.conftest import LONG
from tests.browser.tab import Tab, painted

RUN = "plain/kerasviz"
PLAN = known.Plan()


def current_label(tab: Tab) -> str:
    """Return what the column head of the present capture says."""
    return tab.loc(".column-head[aria-current]").inner_text()


def test_every_kept_capture_of_sixty_can_be_seen(
    tab: Tab, any_address: str
) -> None:
    tab.open(any_address, run="long/kerasviz", step=0)
    expect(tab.loc(".kept")).to_have_text("60 of 60 captures kept")
    for capture in range(60):
        tab.expect_step(50 * capture)
        cell = tab.cell("filter 2", 50 * capture)
        expect(cell).to_be_in_viewport(ratio=0.9)
        assert painted(cell) == known.pattern_colour(0, 1, capture)
        tab.page.keyboard.press("ArrowRight")
    tab.expect_step(50 * (LONG.captures - 1))


def test_keys_move_through_time(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    tab.expect_step(250)
    for key, step in [
        ("ArrowLeft", 200),
        ("ArrowLeft", 150),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 50),
        ("End", 250),
        ("ArrowRight", 250),
    ]:
        tab.page.keyboard.press(key)
        tab.expect_step(step)
        expect(tab.loc(".cell[aria-current]")).to_have_count(PLAN.filters)


def test_ruler_is_scrubbed_by_the_pointer(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    tab.expect_step(250)
    box = tab.loc(".ruler").bounding_box()
    assert box
    y = box["y"] + 40
    tab.page.mouse.move(box["x"], y)
    tab.page.mouse.down()
    tab.expect_step(0)
    tab.page.mouse.move(box["x"] + 0.41 * box["width"], y)
    tab.expect_step(100)
    tab.page.mouse.move(box["x"] + 5 * box["width"], y)
    tab.expect_step(250)
    tab.page.mouse.up()


def test_ruler_tells_a_screen_reader_where_it_is(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=100)
    ruler = tab.view.get_by_role("slider", name="Capture")
    expect(ruler).to_have_attribute("aria-valuenow", "3")
    said = "epoch 2, step 100, capture 3 of 6"
    expect(ruler).to_have_attribute("aria-valuetext", said)


def test_step_box_goes_to_the_nearest_capture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    tab.expect_step(250)
    box = tab.loc("input.step")
    for typed, step in [("110", 100), ("9999", 250), ("-3", 0), ("x", 0)]:
        box.fill(typed)
        box.press("Enter")
        tab.expect_step(step)
    assert current_label(tab) == "base"


def test_column_head_goes_to_its_capture(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    tab.loc(".column-head").nth(3).click()
    tab.expect_step(150)
    assert current_label(tab) == "3"


def test_space_plays_to_the_end_and_stops_there(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=100)
    tab.expect_step(100)
    tab.page.keyboard.press(" ")
    expect(tab.button("Pause")).to_be_visible()
    tab.expect_step(250)
    expect(tab.button("Play")).to_be_visible()
    expect(tab.button("Following newest")).to_be_visible()


def test_time_is_kept_over_views(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=150)
    tab.button("Heatmaps").click()
    expect(tab.cell("image 3", 150)).to_have_attribute("aria-current", "true")
    tab.expect_step(150)


def test_timeline_tells_events_and_outcome(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    events = tab.loc(".events").inner_text()
    assert re.findall("baseline|new fit|last", events) == [
        "baseline",
        "new fit",
        "last",
    ]
    share = round(100 * known.num_correct(PLAN, 2) / (PLAN.images - 1))
    tab.loc(".column-head").nth(2).click()
    expect(tab.loc(".outcome")).to_have_text(f"{share}% right")
    assert tab.loc(".curve polyline").get_attribute("points")
