"""One picture, large: zoomed, compared, kept as a file."""

import io
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn, painted, seen
from tests.known_content import Plan

RUN = "plain/kerasviz"
PLAN = Plan()


def test_scrubber_of_the_detail_moves_everything(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    tab.view.get_by_label("Capture of this picture").fill("1")
    tab.expect_step(50)
    tab.button("The next capture (right arrow)").click()
    tab.expect_step(100)
    tab.button("Play the pictures").click()
    tab.expect_step(250)


def test_two_captures_stand_side_by_side(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4, versus=0, ab="side")
    sides = tab.loc(".side-by-side .large")
    expect(sides).to_have_count(2)
    for i, capture in enumerate((0, 5)):
        colour = known.pattern_colour(1, 2, capture)
        assert painted(sides.nth(i)) == colour


def test_difference_is_computed_from_both(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4, versus=0)
    tab.button("Difference").click()
    a, b = known.pattern_colour(1, 2, 0), known.pattern_colour(1, 2, 5)
    expected = [128 + (y - x) / 2 for x, y in zip(a, b, strict=True)]
    bar = tab.loc(".ab .legend")
    expect(bar).to_contain_text("A lighter by 255alikeB by 255")
    shown = painted(tab.loc(".large"))
    assert np.abs(np.subtract(shown, expected)).max() <= 1
    tab.page.wait_for_url("**ab=difference**")


def test_two_runs_are_compared_at_any_capture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, layer=PLAN.path(0), step=250, item=2)
    tab.view.get_by_label("Compare with run").select_option("long/kerasviz")
    tab.view.get_by_label("Compare with", exact=True).select_option("500")
    tab.button("Side by side").click()
    other = tab.loc(".side-by-side .large").first
    expect(other).to_contain_text("A long/kerasviz, epoch 10")
    assert painted(other) == known.pattern_colour(0, 1, 10)


def test_wheel_zooms_to_what_is_under_the_pointer(
    tab: Tab, rust_address: str
) -> None:
    tab.open(
        rust_address, view="heatmaps", run=RUN, step=250, opacity=0,
        item=known.image_hash(0), boxes="off",
    )  # fmt: skip
    large = tab.loc(".large")
    drawn(large)
    box = large.bounding_box()
    assert box
    top, left = known.object_corner(0)
    x = box["x"] + box["width"] * (left + 8) / known.HELD_OUT_WIDTH
    y = box["y"] + box["height"] * (top + 8) / known.HELD_OUT_HEIGHT
    tab.page.mouse.move(x, y)
    tab.page.mouse.wheel(0, -120)
    expect(tab.view.get_by_label("Zoom")).to_have_text("2×")
    tab.page.mouse.wheel(0, -120)
    expect(tab.view.get_by_label("Zoom")).to_have_text("4×")
    tab.page.mouse.move(0, 0)
    tab.page.wait_for_timeout(200)
    middle = seen(large)[70:150, 100:190].reshape(-1, 3)
    assert (np.abs(middle - known.held_out_colour(0)) <= 2).all(1).mean() > 0.9


def test_wide_column_shows_a_larger_picture(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, item=4)
    before = tab.loc(".large").bounding_box()
    tab.button("Wide").click()
    expect(tab.loc(".large")).to_have_css("width", "616px")
    assert before and before["width"] == 288


def test_picture_takes_all_of_the_page(tab: Tab, rust_address: str) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    drawn(tab.loc(".large"))
    tab.page.keyboard.press("f")
    expect(tab.loc(".detail.full")).to_be_visible()
    box = tab.loc(".large").bounding_box()
    assert box and box["width"] > 600
    expect(tab.loc(".topbar")).to_have_attribute("inert", "")
    for _ in range(3):
        tab.page.keyboard.press("+")
    expect(tab.view.get_by_label("Zoom")).to_have_text("8×")
    sides = tab.loc(".large canvas").evaluate(
        "node => [node.width, node.height]"
    )
    assert max(sides) <= 3000  # painted smaller, and enlarged
    assert painted(tab.loc(".large")) == known.pattern_colour(1, 2, 5)
    tab.page.keyboard.press("ArrowLeft")
    tab.expect_step(200)
    tab.page.keyboard.press("Escape")
    expect(tab.loc(".detail.full")).to_have_count(0)
    expect(tab.loc(".detail.open")).to_be_visible()


def test_pictures_side_by_side_are_as_large_as_one(
    tab: Tab, rust_address: str
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4, versus=0, ab="side")
    for picture in (tab.loc(".large").first, tab.loc(".large").last):
        expect(picture).to_have_css("width", "286px")


def test_picture_is_kept_as_png(
    tab: Tab, rust_address: str, tmp_path: Path
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4, versus=0)
    drawn(tab.loc(".large"))
    shot = saved(tab, "Save what is shown as a picture", tmp_path)
    assert shot.size == (640, 640 + 3 * 22)  # with three lines under it
    pixels = np.asarray(shot.convert("RGB"))
    assert tuple(pixels[320, 100]) == known.pattern_colour(1, 2, 0)
    assert tuple(pixels[320, 500]) == known.pattern_colour(1, 2, 5)


def test_strip_is_kept_as_an_animation(
    tab: Tab, rust_address: str, tmp_path: Path
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4)
    drawn(tab.loc(".large"))
    name = "Save all captures of this row as an animated PNG"
    film = saved(tab, name, tmp_path)
    assert film.n_frames == PLAN.captures  # type: ignore[attr-defined]
    for capture in range(PLAN.captures):
        film.seek(capture)
        pixel = film.convert("RGB").getpixel((144, 144))
        assert pixel == known.pattern_colour(1, 2, capture)


def test_strip_is_kept_as_a_gif(
    tab: Tab, rust_address: str, tmp_path: Path
) -> None:
    tab.open(rust_address, run=RUN, step=250, item=4, **{"from": 50, "to": 250})
    drawn(tab.loc(".large"))
    film = saved(
        tab,
        "Save the captures of the range as a GIF, of 256 colors a frame",
        tmp_path,
    )
    assert film.format == "GIF"
    assert getattr(film, "n_frames", 0) == 5  # those of the range
    for at, capture in enumerate((1, 2, 3, 4, 5)):
        film.seek(at)
        assert film.info["duration"] == (1000 if at == 4 else 250)
        colour = film.convert("RGB").getpixel((144, 144))
        assert np_close(colour, known.pattern_colour(1, 2, capture))


def np_close(colour: object, expected: tuple[int, ...]) -> bool:
    return bool(np.abs(np.subtract(colour, expected)).max() <= 1)


def saved(tab: Tab, button: str, folder: Path) -> Image.Image:
    """Press a button that saves, and open what came."""
    with tab.page.expect_download() as download:
        tab.button(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return Image.open(io.BytesIO(path.read_bytes()))
