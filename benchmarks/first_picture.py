"""How long a person waits for the first picture, in a new browser.

    make demo SERVE=0
    python -m benchmarks.first_picture logs/demo [--times 5]

Opens a real TensorBoard at each view, each time in a new browser with an empty
cache, and prints, in seconds: *theirs*, until TensorBoard begins to load the
frame of the plugin, and *ours*, from there to the first picture (the first
finding on the Overview). Other work on the machine makes both longer.
"""

import argparse
import os
import statistics
from pathlib import Path

from benchmarks.browser import SCRIPT
from tests.browser.chromium import open_browser
from tests.browser.tab import Tab
from tests.tensorboard_server import serve

VIEWS = {
    "overview": "firstFinding()",
    "filters": "firstPicture()",
    "heatmaps": "firstPicture()",
}


def main() -> None:
    """Print the medians of each view."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log_dir", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with serve(options.log_dir) as address:
        for view in VIEWS:
            waits = [measured(address, view) for _ in range(options.times)]
            theirs, ours = (sorted(x) for x in zip(*waits, strict=True))
            print(
                f"{view:9} theirs {statistics.median(theirs):.2f}, ours "
                f"{statistics.median(ours):.2f} ({ours[0]:.2f} to "
                f"{ours[-1]:.2f})",
                flush=True,
            )


def measured(address: str, view: str) -> tuple[float, float]:
    """Return seconds until the frame, and from there to the first picture."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1500, "height": 880})
        page.add_init_script(SCRIPT)
        tab = Tab.of(page)
        tab.open_in_tensorboard(address, view=view)
        ours: float = tab.view.evaluate(f"measures.{VIEWS[view]}")
        begin = tab.view.evaluate("performance.timeOrigin")
        theirs: float = begin - page.evaluate("performance.timeOrigin")
    return theirs / 1000, ours / 1000


if __name__ == "__main__":
    main()
