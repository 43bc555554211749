"""Make the pictures of the README again, from the log of the demo.

    make demo SERVE=0 && make test
    PATH=$PWD/.venv/bin:$PATH python -m docs.shoot logs/demo

Opens a real TensorBoard in the Chromium that the tests use, and writes
`docs/images/filters.png` and `docs/images/heatmaps.png`.
"""

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser.chromium import open_browser
from tests.browser.tab import Tab
from tests.tensorboard_server import serve

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1500, 880
# What is large in the right column: a row of the matrix, at a step.
SHOTS = {
    "filters": ("filter 32", 456),
    "heatmaps": ("#2", 190),
}
LIMIT_BYTES = 600_000  # a README should load at once
SETTLE_MS = 1500  # pictures have come by then, and the host's notices gone


def main() -> None:
    """Take both pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log_dir", type=Path, nargs="?", default="logs/demo")
    log_dir = parser.parse_args().log_dir
    IMAGES.mkdir(exist_ok=True)
    with serve(log_dir) as address, open_browser() as browser:
        for view, (row, step) in SHOTS.items():
            size: ViewportSize = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_page(viewport=size)
            shoot(page, address, view, row, step)
            save(page.screenshot(), IMAGES / f"{view}.png")


def save(png: bytes, path: Path) -> None:
    """Write the picture, with a palette where it would be too large."""
    shot = Image.open(io.BytesIO(png)).convert("RGB")
    shot.save(path, optimize=True)
    if path.stat().st_size > LIMIT_BYTES:
        palette = shot.quantize(256)
        shot.quantize(palette=palette).save(path, optimize=True)  # dithered


def shoot(page: Page, address: str, view: str, row: str, step: int) -> None:
    """Bring a view to where the picture is taken."""
    tab = Tab.of(page)
    tab.open_in_tensorboard(address, view=view)
    tab.cell(row, step).click()
    tab.expect_step(step)
    page.mouse.move(0, HEIGHT - 1)
    page.wait_for_timeout(SETTLE_MS)


if __name__ == "__main__":
    main()
