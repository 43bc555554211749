"""Rows are sorted, filtered and pinned; a link keeps all of it."""

from playwright.sync_api import Locator, expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn, painted, seen
from tests.known_content import Plan

RUN = "plain/kerasviz"
PLAN = Plan()


def heads(tab: Tab) -> Locator:
    """Return what begins each row that is drawn."""
    return tab.loc("[role=rowheader]")


def test_filters_are_sorted_by_change(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN)
    expect(heads(tab).first).to_have_text("0")
    tab.view.get_by_label("Sort by").select_option("change")
    expect(heads(tab).first).to_have_text("14")
    tab.page.wait_for_url("**sort=change**")


def test_filters_are_chosen_by_status(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250)
    tab.button("dead 1").click()
    expect(heads(tab)).to_have_text(["14"])
    tab.button("not optimized 1").click()
    expect(heads(tab)).to_have_text(["12", "14"])
    tab.page.keyboard.press("Home")
    expect(heads(tab)).to_have_count(0)


def test_pinned_filter_stays_on_top_of_a_link(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, item=10)
    tab.button("Keep on top").click()
    expect(heads(tab).first).to_have_text("★ 10")
    tab.page.wait_for_url("**pins=10**")
    tab.open(rust_address, run=RUN, pins=10)
    expect(heads(tab).first).to_have_text("★ 10")


def test_best_crop_is_cut_from_its_image(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    crop = tab.loc(".crop")
    expect(crop).to_contain_text("In image 2. Mean activation on it: 3")
    expect(crop).to_contain_text("the pattern reaches 2 times that")
    colour = seen(crop.locator("canvas"))[40, 40]
    assert tuple(colour) == known.held_out_colour(2)


def test_numbers_stand_beside_their_floor(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    picture = tab.loc(".change-table tbody tr").first
    expect(picture.locator("td")).to_have_text(["0.375", "0", "0.02", "0.2"])


def test_images_are_chosen_by_what_is_wrong_now(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN, step=150)
    tab.button("wrong now 1").click()
    expect(heads(tab).first).to_contain_text("image 4")
    tab.page.keyboard.press("Home")
    expect(tab.button("wrong now 4")).to_be_visible()
    tab.button("flipped 5").click()
    expect(heads(tab).first).to_contain_text("image 1")


def test_images_are_chosen_by_label(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN)
    tab.view.get_by_label("Label").select_option(label="stripes")
    expect(heads(tab)).to_have_count(3)
    expect(heads(tab).last).to_contain_text("mean map")
    tab.page.wait_for_url("**label=1**")


def test_mean_heatmap_of_a_class_is_drawn_and_explained(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN, step=250)
    cell = tab.cell("mean heatmap of dots", 250)
    shares = known.class_means(PLAN, 5)[0]
    strongest = np_peak(shares)
    bright = sum(painted(cell, *strongest))
    assert bright > sum(painted(cell, 0.02, 0.98))
    cell.click()
    expect(tab.loc(".detail h2")).to_contain_text("Mean heatmap: dots")
    assert tab.facts()["Mean of"] == "2 images"


def test_outline_marks_the_top_region(tab: Tab, rust_address: str) -> None:
    tab.open(
        rust_address, view="heatmaps", run=RUN, step=250, opacity=0,
        item=known.image_hash(3), boxes="off", contour="on",
    )  # fmt: skip
    large = tab.loc(".large")
    drawn(large)
    pixels = seen(large).reshape(-1, 3).tolist()
    assert [255, 255, 255] in pixels
    assert [0, 0, 0] in pixels
    tab.view.get_by_label("Outline at half").uncheck()
    tab.page.wait_for_timeout(200)
    assert [0, 0, 0] not in seen(large).reshape(-1, 3).tolist()


def test_boxes_lie_over_every_tile_until_they_are_taken_off(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, view="heatmaps", run=RUN)
    expect(tab.loc(".cell .box").first).to_be_visible()
    tab.view.get_by_label("Boxes").uncheck()
    expect(tab.loc(".cell .box")).to_have_count(0)
    tab.page.wait_for_url("**boxes=off**")


def np_peak(shares: known.np.ndarray) -> tuple[float, float]:
    """Return where the largest value lies, in parts of the width and height."""
    row, column = divmod(int(shares.argmax()), shares.shape[1])
    return (column + 0.5) / shares.shape[1], (row + 0.5) / shares.shape[0]
