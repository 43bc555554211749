"""Images of one capture as a grid: what is mistaken, chosen, and picked."""

import re

from playwright.sync_api import Locator, expect

from tests import known_content as known
from tests.browser.tab import Tab, painted

RUN = "plain/kerasviz"


def items(tab: Tab) -> Locator:
    """Return the images of the grid."""
    return tab.loc("[role=option]")


def named(start: str) -> re.Pattern[str]:
    """Return the name of an image: `start`, and how faint its heatmap is."""
    return re.compile(rf"^{re.escape(start)}, \d+% of this image's scale$")


def open_grid(tab: Tab, address: str, **choice: object) -> None:
    tab.open(address, view="heatmaps", show="grid", run=RUN, **choice)
    expect(items(tab).first).to_be_visible()


def test_grid_shows_all_images_of_the_present_capture(
    tab: Tab, rust_address: str
) -> None:
    open_grid(tab, rust_address, step=100, opacity=0)
    expect(items(tab)).to_have_count(known.Plan().images)
    first = items(tab).first
    expect(first).to_have_accessible_name(
        named(
            "image 0, epoch 2, step 100, predicted dots 60%, label dots, right"
        )
    )
    assert painted(first, 0.02, 0.02) == (255, 255, 255)  # the watermark
    tab.page.keyboard.press("Home")
    expect(items(tab).nth(2)).to_have_accessible_name(
        named(
            "image 2, baseline, epoch 0, step 0, predicted dots 50%, "
            "label checks, wrong"
        )
    )


def test_cell_of_the_confusion_matrix_chooses_images(
    tab: Tab, rust_address: str
) -> None:
    open_grid(tab, rust_address, step=100)
    name = "label dots, predicted stripes: 1 image, 50% of the label"
    tab.button(name).click()
    expect(items(tab)).to_have_count(1)
    expect(items(tab)).to_have_accessible_name(
        named(
            "image 3, epoch 2, step 100, predicted stripes 60%, label dots, "
            "wrong"
        )
    )
    tab.page.wait_for_url("**label=0**predicted=1**")
    tab.page.keyboard.press("End")  # by then it is right
    expect(items(tab)).to_have_count(0)
    tab.page.keyboard.press("Home")
    expect(items(tab)).to_have_count(1)
    tab.loc(".confusions [aria-pressed=true]").click()
    expect(items(tab)).to_have_count(known.Plan().images)


def test_selection_is_picked_named_and_kept_in_a_link(
    tab: Tab, rust_address: str
) -> None:
    open_grid(tab, rust_address, step=100)
    items(tab).first.focus()
    tab.page.keyboard.press("x")
    expect(items(tab).first).to_have_attribute("aria-selected", "true")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("ArrowDown")
    items(tab).nth(2).click(modifiers=["Shift"])
    box = tab.view.get_by_label("Name of the selection")
    box.fill("watermarks")
    box.press("Enter")
    box.blur()
    tab.page.wait_for_url("**selection=watermarks**")
    link = tab.page.url
    tab.page.goto("about:blank")
    tab.page.goto(link)
    expect(tab.loc(".selection h3")).to_have_text("Selection: 3 images")
    expect(tab.view.get_by_label("Name of the selection")).to_have_value(
        "watermarks"
    )
    tab.button("selected 3").click()
    expect(items(tab)).to_have_count(3)
    tab.button("Clear").click()
    expect(items(tab)).to_have_count(known.Plan().images)
