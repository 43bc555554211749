"""What TensorBoard around the plugin does reaches it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Response, Route, expect

from tests import known_content as known
from tests.browser.tab import Tab, drawn, painted, seen
from tests.known_content import Plan
from tests.tensorboard_server import serve
from tests.written_log import capture_event, write_events

PLAN = Plan(captures=8, layers=1, filters=4, images=2)
RELOAD = ".reload-button"


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A log with three of eight captures, and a TensorBoard on it."""
    write_events(tmp_path, [capture_event(PLAN, i) for i in range(3)])
    flags = ["--load_fast=false", "--reload_interval=1"]
    with serve(tmp_path, *flags) as address:
        yield tmp_path, address


def test_reload_brings_in_captures_while_a_model_trains(
    tab: Tab, growing: tuple[Path, str]
) -> None:
    log_dir, address = growing
    tab.open_in_tensorboard(address, run="kerasviz")
    _reload_until(tab, "3 of 3 captures kept")
    tab.expect_step(100)
    write_events(log_dir, [capture_event(PLAN, i) for i in (3, 4)])
    _reload_until(tab, "5 of 5 captures kept")
    tab.expect_step(200)
    assert painted(tab.cell("filter 2", 200)) == known.pattern_colour(0, 1, 4)
    tab.page.locator("body").press("Escape")
    tab.loc(".column-head").nth(1).click()
    write_events(log_dir, [capture_event(PLAN, i) for i in (5, 6)])
    _reload_until(tab, "7 of 7 captures kept")
    tab.expect_step(50)
    expect(tab.button("2 new captures")).to_be_visible()


def test_new_captures_are_shown_without_a_reload(
    tab: Tab, growing: tuple[Path, str]
) -> None:
    """TensorBoard's own reload of the page is off by default."""
    log_dir, address = growing
    tab.open_in_tensorboard(address, run="kerasviz")
    tab.expect_step(100)
    write_events(log_dir, [capture_event(PLAN, 3)])
    assert painted(tab.cell("filter 2", 150)) == known.pattern_colour(0, 1, 3)
    tab.expect_step(150)
    tab.loc(".column-head").nth(1).click()
    asked: list[int] = []
    tab.page.on("response", lambda r: _count_version(r, asked))
    write_events(log_dir, [capture_event(PLAN, i) for i in (4, 5)])
    expect(tab.button("2 new captures")).to_be_visible()
    tab.expect_step(50)
    assert asked and max(asked) < 300
    tab.button("2 new captures").click()
    tab.expect_step(250)


def test_hidden_tab_reads_again_only_when_it_is_seen(
    tab: Tab, rust_address: str
) -> None:
    tab.open_in_tensorboard(rust_address, run="plain/kerasviz")
    drawn(tab.cell("filter 2", 250))
    tab.page.get_by_role("tab", name="Scalars").click()
    tab.view.wait_for_function("innerHeight === 0")
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    with tab.page.expect_response("**/data/runs"):
        tab.page.locator(RELOAD).click()
    tab.page.wait_for_timeout(300)
    assert not any("kerasviz/runs" in url for url in asked)
    with tab.page.expect_response("**/kerasviz/runs"):
        tab.page.get_by_role("tab", name="kerasviz").click()


def test_theme_follows_tensorboard(tab: Tab, rust_address: str) -> None:
    tab.open_in_tensorboard(rust_address, run="plain/kerasviz")
    expect(tab.loc(".cell").first).to_be_visible()
    corner = seen(tab.loc(".topbar"))[5, 5]
    assert corner.min() > 240
    menu = tab.page.get_by_label("Menu for changing light or dark theme")
    menu.click()
    tab.page.get_by_role("menuitem", name="Dark").click()
    tab.loc(":root[data-theme=dark]").wait_for()
    assert seen(tab.loc(".topbar"))[5, 5].max() < 60
    assert tab.loc("body").evaluate("b => getComputedStyle(b).color") == (
        "rgb(241, 243, 244)"
    )


def test_unreachable_server_is_told_and_tried_again(
    tab: Tab, rust_address: str
) -> None:
    tab.open_in_tensorboard(rust_address, run="plain/kerasviz", step=100)
    expect(tab.cell("filter 2", 100)).to_be_visible()
    routes = "**/data/plugin/kerasviz/*"
    tab.page.route(routes, lambda route: route.abort())
    tab.page.locator(RELOAD).click()
    notice = tab.loc(".notice")
    expect(notice).to_contain_text("TensorBoard does not respond")
    assert painted(tab.cell("filter 2", 100)) == known.pattern_colour(1, 1, 2)
    tab.page.unroute(routes)
    tab.button("Try again").click()
    expect(notice).to_have_count(0)


def test_pictures_that_fail_are_told_and_tried_again(
    tab: Tab, rust_address: str
) -> None:
    routes = "**/data/plugin/kerasviz/pictures*"
    tab.page.route(routes, _torn)
    tab.open(rust_address, run="plain/kerasviz")
    expect(tab.loc(".notice")).to_contain_text("not a pack of pictures")
    tab.page.unroute(routes)
    tab.button("Try again").click()
    assert painted(tab.cell("filter 2", 250)) == known.pattern_colour(1, 1, 5)


def test_log_without_captures_tells_how_to_make_some(
    tab: Tab, rust_address: str
) -> None:
    empty = '{"schema": 1, "runs": []}'
    tab.page.route("**/kerasviz/runs", lambda route: route.fulfill(body=empty))
    tab.open(rust_address)
    expect(tab.loc("main .empty")).to_contain_text("KerasViz(log_dir, images")


def test_long_reading_says_how_far_it_is_to_a_screen_reader_too(
    tab: Tab, rust_address: str
) -> None:
    reading = {"stream": "grad_cam", "num_read": 312, "num_records": 1000}
    told = json.dumps({"run": "long/kerasviz", "reading": reading})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/captures*", hold)
    tab.page.route("**/progress*", lambda route: route.fulfill(body=told))
    tab.open(rust_address, run="long/kerasviz", step=100)
    words = "Reading grad_cam: 312 of 1000 captures"
    expect(tab.loc("main .empty")).to_contain_text(words)
    bar = tab.view.get_by_role("progressbar", name=words)
    expect(bar).to_have_attribute("value", "312")
    for route in held:
        route.continue_()
    expect(tab.cell("filter 2", 100)).to_be_visible()
    expect(bar).to_have_count(0)


def _count_version(response: Response, sizes: list[int]) -> None:
    if "kerasviz/version" in response.url:
        sizes.append(len(response.body()))


def _torn(route: Route) -> None:
    route.fulfill(body=b"KV")


def _reload_until(tab: Tab, text: str) -> None:
    """Press TensorBoard's Reload until its server has read the new events."""
    kept = tab.loc(".kept")
    for _ in range(100):
        tab.page.locator(RELOAD).click()
        tab.page.wait_for_timeout(200)
        if kept.inner_text() == text:
            return
    expect(kept).to_have_text(text)
