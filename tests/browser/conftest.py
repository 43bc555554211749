"""Logs of known content, TensorBoards that show them, a browser."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.tab import Tab
from tests.known_content import Plan
from tests.tb_plugin.hostile.hostile_log import TORN_RECORDS, write_hostile_log
from tests.tensorboard_server import serve
from tests.written_log import write_log

MARKUP = "<img src=x onerror=parent.hacked=1>"
PREFIX = "/some/where"
LONG = Plan(captures=60, layers=1, filters=4, images=3)


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs: plain, long (60 captures), hostile, and one named as markup."""
    folder = tmp_path_factory.mktemp("logs")
    write_log(folder / "plain", Plan())
    write_log(folder / "long", LONG)
    write_log(folder / MARKUP, Plan(captures=2, layers=1, prefix=MARKUP))
    write_hostile_log(folder / "hostile")
    return folder


@pytest.fixture(scope="session")
def rust_address(logs: Path) -> Iterator[str]:
    """A TensorBoard with the Rust loader."""
    with serve(logs, "--load_fast=true", "--reload_interval=1") as address:
        _wait_until_read(address)
        yield address


@pytest.fixture(scope="session")
def python_address(logs: Path) -> Iterator[str]:
    """A TensorBoard with the Python loader, not at the root of its server."""
    flags = ["--load_fast=false", f"--path_prefix={PREFIX}"]
    with serve(logs, *flags) as address:
        _wait_until_read(address)
        yield address


@pytest.fixture(params=["rust", "python"])
def any_address(request: pytest.FixtureRequest) -> str:
    """Each of both TensorBoards."""
    address: str = request.getfixturevalue(f"{request.param}_address")
    return address


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile: it keeps the hundred files of the front end."""
    context = browser.new_context(viewport={"width": 1500, "height": 880})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def tab(profile: BrowserContext) -> Iterator[Tab]:
    """A fresh page without anything stored by another, which must not throw."""
    page = profile.new_page()
    tab = Tab.of(page)
    yield tab
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")
    page.close()
    assert tab.errors == []


def _wait_until_read(address: str) -> None:
    """TensorBoard answers before it has read everything."""
    last = 50 * len(TORN_RECORDS)
    newest = {"plain": 250, "long": 2950, MARKUP: 50, "hostile": last}
    deadline = time.monotonic() + 60
    for run, step in newest.items():
        while step not in _steps_read(address, f"{run}/kerasviz"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"step {step} of {run} is not at {address}")
            time.sleep(0.2)


def _steps_read(address: str, run: str) -> set[int]:
    url = f"{address}/data/plugin/kerasviz/captures?run={quote(run, safe='')}"
    try:
        with urllib.request.urlopen(url) as answer:
            read = json.load(answer)
    except urllib.error.HTTPError:  # the run is not there yet
        return set()
    return {each["step"] for each in [*read["captures"], *read["faults"]]}
