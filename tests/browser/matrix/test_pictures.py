"""What is painted is what was written, to the pixel."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.matrix.heatmap_paint import covered, overlay_pixel
from tests.browser.tab import Tab, painted, seen

PLAN = known.Plan()
RUN = "plain/kerasviz"


def near(colour: tuple[int, ...], expected: tuple[float, ...]) -> bool:
    return bool(np.abs(np.subtract(colour, expected)).max() <= 3)


def test_tile_shows_its_filter_at_its_capture(
    tab: Tab, any_address: str
) -> None:
    tab.open(any_address, run=RUN, layer=PLAN.path(1))
    for tile, capture in [(1, 0), (1, 5), (7, 3)]:
        cell = tab.cell(f"filter {2 * tile}", 50 * capture)
        expected = known.pattern_colour(1, tile, capture)
        for x, y in [(0.5, 0.5), (0.01, 0.5), (0.5, 0.01), (0.98, 0.5)]:
            assert painted(cell, x, y) == expected
        height, width = seen(cell).shape[:2]
        assert tuple(seen(cell)[height // 2, width // 2]) == expected


def test_unchanged_capture_shows_the_picture_that_it_repeats(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, layer=PLAN.path(0))
    drawn_once = known.pattern_colour(0, 1, 0)
    assert painted(tab.cell("filter 2", 100)) == drawn_once
    assert painted(tab.cell("filter 2", 250)) != drawn_once


def test_grid_shows_all_filters_of_the_present_capture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, layer=PLAN.path(1), show="grid", step=100)
    expect(tab.loc("[role=option]")).to_have_count(PLAN.filters)
    for tile in range(1, PLAN.filters):
        item = tab.loc("[role=option]").nth(tile)
        assert painted(item) == known.pattern_colour(1, tile, 2)


@pytest.mark.parametrize("colours", ["turbo", "viridis", "jet", "grey"])
def test_map_has_the_colours_of_its_values(
    tab: Tab, rust_address: str, colours: str
) -> None:
    tab.open(
        rust_address, view="heatmaps", run=RUN, step=250, item=_item(3),
        opacity=1, colours=colours,
    )  # fmt: skip
    for x, y in [(0.5, 0.5), (0.7, 0.6), (0.1, 0.9)]:
        expected = overlay_pixel(PLAN, 3, 5, (x, y), colours, 1)
        assert near(painted(tab.loc(".large"), x, y), expected)


def test_opacity_lets_the_image_through_as_computed(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN, step=250, item=_item(3))
    for percent in (40, 75, 0):
        tab.loc("[aria-label=Opacity]").fill(str(percent))
        tab.loc(f"output:text-is('{percent}%')").wait_for()
        for x, y in [(0.5, 0.85), (0.7, 0.2), (0.1, 0.9)]:
            expected = overlay_pixel(PLAN, 3, 5, (x, y), "turbo", percent / 100)
            assert near(painted(tab.loc(".large"), x, y), expected)


def test_scale_is_of_the_whole_run_or_of_the_picture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(
        rust_address, view="heatmaps", run=RUN, step=0, item=_item(3),
        opacity=1, colours="grey",
    )  # fmt: skip
    peak = (0.01, 0.01)
    largest = max(known.heatmap(PLAN, 3, c).max() for c in range(PLAN.captures))
    level = 255 / largest
    assert near(painted(tab.loc(".large"), *peak), (level,) * 3)
    tab.button("picture").click()
    tab.loc("button[aria-pressed=true]:text-is('picture')").wait_for()
    assert painted(tab.loc(".large"), *peak) == (255, 255, 255)


def test_map_that_is_not_finite_is_hatched_and_named(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN, opacity=0.1)
    cell = tab.cell("image 2", 50)
    places = np.linspace(0.02, 0.98, 25)
    levels = {painted(cell, x, 0.5) for x in places}
    assert levels == {(72, 72, 72), (208, 208, 208)}
    assert cell.locator(".word").inner_text() == "not finite"


def test_map_without_evidence_leaves_the_image_and_says_so(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN)
    cell = tab.cell("image 1", 0)
    background = known.held_out_picture(1)[40, 8]
    share = covered(0, 0.6)
    expected = share * np.array([48, 18, 59]) + (1 - share) * background
    assert near(painted(cell, 0.1, 0.85), tuple(expected))
    assert cell.locator(".word").inner_text() == "no evidence"


def test_held_key_or_a_button_shows_the_image_alone_and_the_pointer_does_not(
    tab: Tab, rust_address: str
) -> None:
    tab.open(
        rust_address,
        view="heatmaps",
        run=RUN,
        step=250,
        item=_item(3),
        opacity=1,
    )
    large = tab.loc(".large")
    assert painted(large, 0.1, 0.9) != (40, 40, 40)
    large.hover()
    assert painted(large, 0.1, 0.9) != (40, 40, 40)
    tab.page.keyboard.down("o")
    expect(tab.button("Original")).to_have_attribute("aria-pressed", "true")
    assert painted(large, 0.1, 0.9) == (40, 40, 40)
    tab.page.keyboard.up("o")
    original = tab.button("Original")
    expect(original).to_have_attribute("aria-pressed", "false")
    assert painted(large, 0.1, 0.9) != (40, 40, 40)
    original.click()
    expect(original).to_have_attribute("aria-pressed", "true")
    assert painted(large, 0.1, 0.9) == (40, 40, 40)


def _item(image: int) -> str:
    return known.image_hash(image)
