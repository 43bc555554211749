"""Whoever debugs the page sees the files that were written."""

from urllib.parse import urljoin

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab, painted

RUN = "plain/kerasviz"


def test_page_runs_from_its_single_files_where_the_address_says_so(
    tab: Tab, rust_address: str
) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open_in_tensorboard(rust_address, run=RUN, step=50, debug="modules")
    assert painted(tab.cell("filter 2", 50)) == known.pattern_colour(1, 1, 1)
    ours = [url.partition("/static/")[2] for url in asked if "/static/" in url]
    paths = {
        url.partition("/modules/")[2] for url in ours if "/modules/" in url
    }
    assert {"index.js", "api/api.js", "views/shell.js"} <= paths
    assert {"index.css", "styles/base.css"} <= paths
    tab.button("Heatmaps").click()
    expect(tab.cell("image 0", 50)).to_be_visible()
    tab.page.wait_for_url("**view=heatmaps**")
    assert "p.kerasviz.debug=modules" in tab.page.url


def test_page_runs_from_one_script_otherwise(
    tab: Tab, rust_address: str
) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open(rust_address, run=RUN)
    assert not any("/modules/" in url for url in asked)


def test_debugger_finds_the_source_map_and_the_sources(
    tab: Tab, rust_address: str
) -> None:
    maps: dict[str, str] = {}
    session = tab.page.context.new_cdp_session(tab.page)
    session.on(
        "Debugger.scriptParsed",
        lambda script: maps.update({script["url"]: script["sourceMapURL"]}),
    )
    session.send("Debugger.enable")
    tab.open(rust_address, run=RUN)
    [script] = [url for url in maps if url.endswith("/index.js")]
    address = urljoin(script, maps[script])
    said = tab.page.request.get(address).json()
    assert said["version"] == 3
    for source in said["sources"]:
        answer = tab.page.request.get(urljoin(address, source))
        assert answer.text().startswith("// @ts-check\n")
