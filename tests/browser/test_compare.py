"""Runs side by side, aligned by layer, filter and image."""

from playwright.sync_api import Locator, expect

from tests import known_content as known
from tests.browser.tab import Tab, painted
from tests.known_content import Plan

RUN, OTHER = "plain/kerasviz", "long/kerasviz"
PLAN = Plan()


def line(tab: Tab, row: str, run: str, moment: str) -> Locator:
    """Return the tile of a row of a run at a moment, `epoch 2, step 100`."""
    label = f'[aria-label^="{row}, {run}, {moment}"]'
    return tab.loc(f"[role=gridcell]{label}").first


def test_two_runs_have_a_line_each_under_a_filter(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="compare", run=RUN, layer=PLAN.path(0))
    tab.view.get_by_label(OTHER).check()
    own = line(tab, "filter 4", RUN, "baseline, epoch 0, step 0")
    assert painted(own) == known.pattern_colour(0, 2, 0)
    other = line(tab, "filter 4", OTHER, "epoch 2, step 100")
    assert painted(other) == known.pattern_colour(0, 2, 2)
    tab.page.wait_for_url("**compare=long**")


def test_columns_are_epochs_steps_or_times(tab: Tab, rust_address: str) -> None:
    tab.open(
        rust_address, view="compare", run=RUN, layer=PLAN.path(0), step=0,
        compare="long%2Fkerasviz",
    )  # fmt: skip
    second = tab.loc(".column-head").nth(1)
    expect(second).to_have_text("1")
    tab.button("step").click()
    expect(second).to_have_text("50")
    tab.button("time").click()
    expect(second).to_have_text("50 s")
    tab.page.wait_for_url("**axis=time**")


def test_images_of_two_runs_are_matched_by_their_content(
    tab: Tab, rust_address: str
) -> None:
    tab.open(
        rust_address, view="compare", kind="grad_cam", run=RUN,
        layer=PLAN.path(0), compare="long%2Fkerasviz",
    )  # fmt: skip
    expect(line(tab, "image 2", OTHER, "baseline")).to_be_visible()
    missing = line(tab, "image 3", OTHER, "baseline")
    expect(missing.locator(".word")).to_have_text("not drawn")
    line(tab, "image 2", OTHER, "baseline").click()
    expect(tab.loc(".detail.open h2")).to_contain_text("image 2")


def test_run_that_lacks_the_layer_shows_one_of_its_own(
    tab: Tab, rust_address: str
) -> None:
    tab.open(
        rust_address, view="compare", run=RUN, layer=PLAN.path(1),
        compare="long%2Fkerasviz",
    )  # fmt: skip
    lane = tab.loc(".lane-1", has_text="long/kerasviz · backbone/conv0")
    expect(lane.first).to_be_visible()
    expect(tab.loc(".side")).to_contain_text(
        "long/kerasviz: not paired. A log holds no responses"
    )
    other = line(tab, "filter 4", f"{OTHER}, not paired", "baseline")
    assert painted(other) == known.pattern_colour(0, 2, 0)
    expect(tab.loc(".notice")).to_have_count(0)
    other.click()
    expect(tab.loc(".detail.open h2")).to_contain_text("Filter 4")
    tab.page.wait_for_url("**run=long**")
