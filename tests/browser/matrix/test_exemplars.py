"""The images that activate filters, in cells and beside the large picture."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn, painted, seen
from tests.known_content import Plan
from tests.tensorboard_server import serve
from tests.written_log import write_log

PLAN = Plan(captures=3, layers=1, filters=4, exemplars=True)
RUN = "known/kerasviz"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("exemplars")
    write_log(folder / "known", PLAN)
    with serve(folder, "--load_fast=false") as address:
        yield address


def crop_colour(tile: int, place: int, capture: int) -> tuple[int, ...]:
    image = known.exemplar_image(tile, place, capture)
    return known.exemplar_colour(image)


def test_cell_shows_the_pattern_and_its_exemplars(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN)
    cell = tab.cell("filter 2", 50)
    assert painted(cell, 0.25, 0.5) == known.pattern_colour(0, 1, 1)
    assert painted(cell, 0.63, 0.25) == crop_colour(1, 0, 1)
    assert painted(cell, 0.88, 0.25) == crop_colour(1, 1, 1)
    tab.button("Pattern").click()
    tab.page.wait_for_url("**cells=pattern**")
    expect(drawn(cell)).to_be_visible()
    assert painted(cell, 0.8, 0.25) == known.pattern_colour(0, 1, 1)


def test_detail_shows_exemplars_of_the_capture_and_frames_new_ones(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN, item=2, step=50)
    section = tab.loc(".exemplars")
    expect(section).to_contain_text("pool of 40 images")
    crops = section.locator(".crops li")
    expect(crops).to_have_count(known.NUM_EXEMPLARS)
    expect(section.locator(".crops li.new")).to_have_count(1)
    expect(section).to_contain_text("1 image that came since")
    expect(crops.nth(0).locator("small")).to_have_text("dots · 2")
    for place in range(known.NUM_EXEMPLARS):
        pixels = seen(crops.nth(place).locator("canvas"))
        middle = pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]
        assert tuple(middle) == crop_colour(1, place, 1)
    expect(section.locator(".classes")).to_contain_text("stripes 90%")


def test_exemplar_of_a_held_out_image_opens_the_whole_image(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN, item=0, step=50)
    tab.button("Image 2 with the place marked").click()
    seen_place = tab.loc(".large .seen")
    expect(seen_place).to_be_visible()
    expect(tab.loc(".whole")).to_contain_text("The whole held-out image")
    image, place = _rect(tab.loc(".large canvas")), _rect(seen_place)
    shape = known.HELD_OUT_WIDTH / known.HELD_OUT_HEIGHT
    assert image["width"] / image["height"] == pytest.approx(shape, abs=0.02)
    across, down = image["width"], image["height"]
    assert place["x"] - image["x"] == pytest.approx(across / 4, abs=2)
    assert place["y"] - image["y"] == pytest.approx(down / 2, abs=2)
    assert place["width"] == pytest.approx(across / 4, abs=2)
    tab.page.keyboard.press("f")
    expect(tab.loc(".detail.full .whole")).to_be_visible()
    for gone in (".detail.full", ".whole", ".detail.open"):
        tab.page.keyboard.press("Escape")
        expect(tab.loc(gone)).to_have_count(0)


def _rect(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def test_exemplar_of_a_pool_opens_its_crop_and_leads_to_other_filters(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN, item=4, step=50)
    # By the keyboard.
    tab.button("Image 13 with the place marked").focus()
    tab.page.keyboard.press("Enter")
    section = tab.loc(".whole")
    expect(section).to_contain_text("holds only this part of the image")
    expect(section.locator(".part")).to_be_visible()
    assert painted(tab.loc(".large")) == known.exemplar_colour(13)
    assert tab.violations() == []
    tab.button("Show the pattern").click()
    expect(section).to_have_count(0)
    assert painted(tab.loc(".large")) == known.pattern_colour(0, 2, 1)


def test_filters_are_found_by_the_class_that_activates_them(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN)
    expect(tab.loc("[role=rowheader]").nth(1)).to_contain_text("stripes")
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("stripes")
    hit = tab.loc("[role=listbox] [role=option]", "filter 2 · stripes 90%")
    expect(hit).to_be_visible()


def test_classes_are_charted_over_captures(tab: Tab, address: str) -> None:
    tab.open(address, run=RUN, item=2, step=50)
    chart = tab.loc(".named")
    expect(chart.locator("polyline")).to_have_count(2)
    items = chart.locator("li")
    expect(items).to_have_text(["stripes90%", "checks10%"])
    expect(chart.locator(".spark .mark")).to_have_count(2)
    colors = {
        each.evaluate("node => getComputedStyle(node).stroke")
        for each in chart.locator("polyline").all()
    }
    assert len(colors) == 2


def test_lineage_says_what_became_of_each_filter(
    tab: Tab, address: str
) -> None:
    tab.open(address, run=RUN, step=100)
    tab.button("Lineage").click()
    expect(tab.loc(".lineage header p").first).to_contain_text(
        re.compile(
            r"Of 4 filters, from baseline.* to .*: 1 kept their meaning, "
            "1 changed, 1 were rewritten, 1 cannot be compared"
        )
    )
    numbers = tab.loc(".lineage .item .fate")  # what was rewritten comes first
    expect(numbers).to_have_text(["0.20", "0.60", "0.90", "—"])
    assert tab.violations() == []
