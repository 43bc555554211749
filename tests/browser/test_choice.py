"""Runs, layers and views are chosen; one thing is looked at closely."""

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn, painted, seen

RUN = "plain/kerasviz"
PLAN = known.Plan()


def test_run_picker_shows_another_run(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    picker = tab.view.get_by_label("Run", exact=True)
    expect(picker.locator("option")).to_have_count(4)
    picker.select_option("long/kerasviz")
    expect(tab.loc(".kept")).to_have_text("60 of 60 captures kept")
    tab.expect_step(2950)


def test_layer_list_shows_another_layer(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250)
    assert painted(tab.cell("filter 2", 250)) == known.pattern_colour(1, 1, 5)
    tab.loc(".layers button").first.click()
    expect(tab.loc(".layers [aria-current] strong")).to_have_text(PLAN.path(0))
    expect(tab.loc(".detail h2 small")).to_have_text(PLAN.path(0))
    assert painted(tab.cell("filter 2", 250)) == known.pattern_colour(0, 1, 5)


def test_click_on_a_filter_shows_its_numbers(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN)
    tab.cell("filter 4", 100).click()
    expect(tab.loc(".detail h2")).to_contain_text("Filter 4")
    facts = tab.facts()
    assert facts["Activation reached"] == "3"
    assert facts["Status"] == "live"
    assert facts["Drawn"] == "computed"
    assert facts["change"] == "0.2"
    assert painted(tab.loc(".large")) == known.pattern_colour(1, 2, 2)
    tab.cell("filter 0", 100).click()
    expect(tab.loc(".detail h2")).to_contain_text("Filter 0")
    assert tab.facts()["Status"].startswith("saturated at its largest")


def test_click_on_an_image_shows_what_the_model_says(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN)
    tab.cell("image 3", 100).click()
    expect(tab.loc(".detail h2")).to_contain_text("image 3")
    assert tab.loc(".best").inner_text().split() == [
        *("stripes", "60%"),
        *("checks", "3%"),
        *("dots", "label", "2%"),
    ]
    expect(tab.loc(".detail h3").first).to_contain_text("✗ wrong")
    facts = tab.facts()
    assert facts["Label"] == "dots probability 2%"
    assert facts["Explained"] == "stripes"
    assert facts["Its score (logit)"] == "3.5"
    most = known.heatmap(PLAN, 3, 2).max()
    assert facts["Largest value"].startswith(f"{most:.3g} ")
    assert "% of this image's scale" in facts["Largest value"]
    assert facts["inside box"] == "0.2"


def test_boxes_lie_where_the_user_said(tab: Tab, rust_address: str) -> None:
    tab.open(
        rust_address, view="heatmaps", run=RUN, item=known.image_hash(2),
        opacity=0,
    )  # fmt: skip
    large, box = tab.loc(".large"), tab.loc(".large .box").first
    drawn(large)
    inside = seen(box)
    height, width = inside.shape[:2]
    objects = np_close(
        inside[height // 2, width // 2], known.held_out_colour(2)
    )
    assert objects
    top, left = known.object_corner(2)
    frame, outline = large.bounding_box(), box.bounding_box()
    assert frame and outline
    scale = 288 / known.HELD_OUT_WIDTH
    assert abs(outline["x"] - frame["x"] - scale * left) < 2
    assert abs(outline["y"] - frame["y"] - scale * top) < 2


def test_swipe_shows_two_captures_in_one_picture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    tab.view.get_by_label("Compare with", exact=True).select_option("0")
    expect(tab.loc(".large .tag.a")).to_have_text("A baseline")
    tab.loc(".swipe").fill("30")
    picture = seen(tab.loc(".large"))
    row = picture[picture.shape[0] // 3]
    width = picture.shape[1]
    assert np_close(row[int(0.2 * width)], known.pattern_colour(1, 2, 0))
    assert np_close(row[int(0.4 * width)], known.pattern_colour(1, 2, 5))


def test_escape_closes_what_is_open(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, item=4)
    expect(tab.loc(".detail.open")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.loc(".detail.open")).to_have_count(0)


def test_everything_is_reached_by_the_keyboard(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=250)
    drawn(tab.cell("filter 2", 250))
    reached = []
    for _ in range(34):
        tab.page.keyboard.press("Tab")
        reached.append(
            tab.view.evaluate(
                "document.activeElement.getAttribute('role') || "
                "document.activeElement.innerText || "
                "document.activeElement.className"
            )
        )
    for name in ("Filters", "Heatmaps", "Following newest", "step", "slider"):
        assert name in reached
    assert {"Film strip", "Grid", "gridcell"} <= set(reached)


def test_arrows_and_enter_open_a_tile(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250)
    tab.loc("[role=gridcell][tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Enter"):
        tab.page.keyboard.press(key)
    expect(tab.loc(".detail h2")).to_contain_text("Filter 4")
    tab.expect_step(200)
    tab.page.keyboard.press("ArrowDown")
    expect(tab.loc(".detail h2")).to_contain_text("Filter 6")


def np_close(colour: object, expected: tuple[int, ...]) -> bool:
    """Return whether no channel differs by more than the screen may."""
    pairs = zip(tuple(colour), expected, strict=True)  # type: ignore[call-overload]
    return all(abs(int(a) - b) <= 3 for a, b in pairs)
