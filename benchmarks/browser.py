"""How fast the tab is on a large log, in a real TensorBoard and a Chromium.

    pip install '.[test]'
    python -m benchmarks.browser --log-dir /tmp/scaled

Writes a log of 20 runs x 1000 captures x 8 layers x 64 filters unless the same
is there, and prints: what the server answers cold and warm, the first picture
after the tab opens, the rate of scrubbing, blank time while scrolling, memory;
and the first picture of TensorBoard's own Images tab on the same log.
"""

import argparse
import gzip
import json
import os
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.browser_log import Scale, keep_scaled_log
from benchmarks.memory import resident_mb
from tests.browser.chromium import open_browser
from tests.browser.tab import Tab
from tests.tensorboard_server import serve

RUN = "run00/kerasviz"
LAYER = "backbone/conv7"
SCRIPT = (Path(__file__).parent / "browser_page.js").read_text()
MEGABYTE = 1e6
READ_TIMEOUT_S = 900
# The stock cards lie in shadow roots; each picture is a request of its own.
IMAGE_IS_THERE = """() => performance.getEntriesByType('resource').some(
  (each) => each.name.includes('individualImage') && each.responseEnd)"""


def main() -> None:
    arguments = _arguments()
    scale = Scale(
        arguments.runs, arguments.captures, arguments.layers,
        arguments.filters, arguments.images,
    )  # fmt: skip
    log_dir: Path = arguments.log_dir
    print(f"{scale} in {log_dir} …", flush=True)
    keep_scaled_log(log_dir, scale)
    begun = time.monotonic()
    with serve(log_dir, *arguments.flags, timeout_s=600) as address:
        _wait_until_read(address, scale)
        _say("read by TensorBoard after", time.monotonic() - begun, "s")
        _measure_server(address, scale)
        with open_browser() as browser:
            _measure_tab(browser, address)
            _measure_images(browser, address)
        for name, megabytes in _memory():
            _say(f"memory of {name}", megabytes, "MB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log-dir", type=Path, required=True)
    for name, default in [
        ("runs", 20), ("captures", 1000), ("layers", 8), ("filters", 64),
        ("images", 16),
    ]:  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--flags", nargs="*", default=["--load_fast=true"])
    return parser.parse_args()


def _wait_until_read(address: str, scale: Scale) -> None:
    """Wait for the last run; a log that cannot be read is an error at once."""
    run = f"run{scale.runs - 1:02d}/kerasviz"
    deadline = time.monotonic() + READ_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            read = json.loads(_get(address, "captures", run=run)[1])
        except OSError:  # not there yet
            read = {"captures": [], "faults": []}
        if read["faults"]:
            raise RuntimeError(f"{run} has faults: {read['faults'][:3]}")
        if len(read["captures"]) >= 2 * scale.captures:
            return
        time.sleep(2)
    raise RuntimeError(f"{run} was not read within {READ_TIMEOUT_S} s")


def _get(address: str, route: str, **query: str) -> tuple[float, bytes]:
    """Return the seconds and what a browser would get of a route."""
    url = f"{address}/data/plugin/kerasviz/{route}?{urlencode(query)}"
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    begun = time.monotonic()
    with urllib.request.urlopen(request) as answer:
        sent = answer.read()
    seconds = time.monotonic() - begun
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    _sent_bytes[route] = len(sent)
    return seconds, gzip.decompress(sent) if is_packed else sent


_sent_bytes: dict[str, int] = {}


def _measure_server(address: str, scale: Scale) -> None:
    step = 50 * (scale.captures // 2)
    steps = ",".join(str(step + 50 * i) for i in range(16))
    asked: list[tuple[str, dict[str, str]]] = [
        ("runs", {}),
        ("captures", {"run": RUN}),
        ("overview", {"run": RUN}),
        ("layer", {"run": RUN, "kind": "filter_patterns", "path": LAYER}),
        ("layer", {"run": RUN, "kind": "grad_cam", "path": LAYER}),
        ("pictures", {"run": RUN, "kind": "filter_patterns", "path": LAYER,
                      "steps": steps}),
        ("held_out", {"run": RUN, "stream": "grad_cam"}),
    ]  # fmt: skip
    for route, query in asked:
        first, _ = _get(address, route, **query)
        again, body = _get(address, route, **query)
        print(
            f"server {route:9} {query.get('kind', ''):15} "
            f"cold {first:6.2f} s  warm {again:6.2f} s  "
            f"sent {_sent_bytes[route] / MEGABYTE:6.2f} MB "
            f"of {len(body) / MEGABYTE:6.2f} MB",
            flush=True,
        )


def _measure_tab(browser: Browser, address: str) -> None:
    with _page(browser) as page:
        tab = Tab.of(page)
        tab.open(address, view="overview", run=RUN)
        _say("first finding", _call(page, "firstFinding()"), "ms")
    for view in ("filters", "heatmaps"):
        with _page(browser) as page:
            tab = Tab.of(page)
            tab.open(
                address, view=view, run=RUN, layer=LAYER, step=25_000,
                columns="all",
            )  # fmt: skip
            _say(f"{view}: first picture", _call(page, "firstPicture()"), "ms")
            _measure_motion(page, view)


def _measure_motion(page: Page, view: str) -> None:
    page.wait_for_timeout(1500)
    for key in ("ArrowRight", "ArrowLeft"):
        rate = page.evaluate(f"measures.scrub('{key}', 5)")
        _say(f"{view}: scrubbing by {key}", rate["shown"], "pictures/s")
    for pixels in (10, 40, 160):
        blank = page.evaluate(f"measures.scroll({pixels}, 5)")
        name = f"{view}: scrolling {pixels} px a frame, longest blank"
        _say(name, blank["longest"], f"ms ({blank['frames']:.0f} frames/s)")
    jumps = page.evaluate("measures.jump(12)")
    _say(f"{view}: blank after a jump, median", jumps[len(jumps) // 2], "ms")
    _say(f"{view}: blank after a jump, longest", jumps[-1], "ms")
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    _say(f"{view}: heap", heap / MEGABYTE, "MB")


def _measure_images(browser: Browser, address: str) -> None:
    """Time the stock Images tab to its first picture, of 10 kept steps."""
    with _page(browser) as page:
        page.goto(f"{address}/#images")
        page.wait_for_function(IMAGE_IS_THERE, timeout=60_000)
        _say(
            "Images tab: first picture",
            page.evaluate("performance.now()"),
            "ms",
        )


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1500, "height": 880})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.add_init_script(SCRIPT)
    yield page
    context.close()


def _call(page: Page, call: str) -> float:
    answer: float = page.evaluate(f"measures.{call}")
    return answer


def _memory() -> list[tuple[str, float]]:
    """Return resident megabytes of TensorBoard's processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            name = (folder / "comm").read_text().strip()
            resident = resident_mb(folder.name)
        except OSError:  # it has ended
            continue
        names = {Path(os.fsdecode(part)).name for part in command}
        if "server" in names or b"tensorboard.main" in command:
            found.append((f"{name} {folder.name}", resident))
    return found


def _say(what: str, value: float, unit: str) -> None:
    print(f"{what:55} {value:8.1f} {unit}", flush=True)


if __name__ == "__main__":
    main()
