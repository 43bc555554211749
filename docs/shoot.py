r"""Makes the pictures of the tab for the README and the docs.

    make demo SERVE=0 && make test
    PATH=$PWD/.venv/bin:$PATH python -m docs.shoot logs/demo \
        --seeds logs/seeds --real logs/real

Opens a real TensorBoard in the Chromium that the tests use, and writes one
picture per view into `docs/images`. That of Compare shows two seeds of the
demo, trained into `--seeds` unless they are there. That of the README shows
the run of the tutorial. Without these options, both stay as they are.
"""

import argparse
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser.chromium import open_browser
from tests.browser.tab import Tab
from tests.tensorboard_server import serve

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1500, 880


@dataclass(frozen=True)
class Shot:
    """A view, as an address says it."""

    choice: dict[str, object]


SHOTS = {
    "overview": Shot({"view": "overview", "step": 228}),
    "filters": Shot({"view": "filters", "item": 32, "step": 456}),
    "heatmaps": Shot({"view": "heatmaps", "step": 190}),
    "difference": Shot(
        {"view": "heatmaps", "step": 228, "versus": 190, "ab": "difference"}
    ),
}
SEEDS = (3, 5)
FIRST, SECOND = (f"seed {seed}/kerasviz" for seed in SEEDS)
COMPARE = Shot(
    {
        "view": "compare", "kind": "grad_cam", "step": 190, "run": FIRST,
        "compare": quote(SECOND, safe=""),
    }
)  # fmt: skip
REAL = Shot(
    {
        "view": "filters", "layer": "efficientnet_lite0/block13_expand",
        "item": 720, "step": 104,
    }
)  # fmt: skip
ROW = "#2"  # of Heatmaps; its key in an address is a hash
LIMIT_BYTES = 600_000  # a README should load at once
SETTLE_MS = 1500  # pictures have come by then, and the host's notices gone


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log_dir", type=Path, nargs="?", default="logs/demo")
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--real", type=Path)
    arguments = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    take(arguments.log_dir, SHOTS)
    if arguments.seeds:
        train_seeds(arguments.seeds)
        take(arguments.seeds, {"compare": COMPARE})
    if arguments.real:
        take(arguments.real, {"tab": REAL})


def take(log_dir: Path, shots: Mapping[str, Shot]) -> None:
    """Take pictures of one log."""
    with serve(log_dir) as address, open_browser() as browser:
        for name, shot in shots.items():
            size: ViewportSize = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_page(viewport=size)
            shoot(page, address, shot)
            save(page.screenshot(), IMAGES / f"{name}.png")
            page.close()


def train_seeds(log_dir: Path) -> None:
    """Train the demo with each seed that is not there yet."""
    from examples.demo.story import Plan, tell  # loads TensorFlow

    for seed in SEEDS:
        run = log_dir / f"seed {seed}"
        if not run.exists():
            tell(replace(Plan(), seed=seed), run)


def save(png: bytes, path: Path) -> None:
    """Write the picture, with a palette where it would be too large."""
    shot = Image.open(io.BytesIO(png)).convert("RGB")
    shot.save(path, optimize=True)
    if path.stat().st_size > LIMIT_BYTES:
        palette = shot.quantize(256)
        shot.quantize(palette=palette).save(path, optimize=True)  # dithered


def shoot(page: Page, address: str, shot: Shot) -> None:
    """Bring a view to where the picture is taken."""
    tab = Tab.of(page)
    tab.open_in_tensorboard(address, **shot.choice)
    if shot.choice["view"] == "heatmaps":
        tab.cell(ROW, int(str(shot.choice["step"]))).click()
    tab.expect_step(int(str(shot.choice["step"])))
    page.mouse.move(0, HEIGHT - 1)
    page.wait_for_timeout(SETTLE_MS)


if __name__ == "__main__":
    main()
