"""Opens the Chromium of this machine for the tests."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The same as in .ci/find_chromium.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # containers run the tests as root
    "--disable-gpu",  # the same pixels on every machine
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Return the path of a Chromium that runs.

    Raises:
        RuntimeError: none is on PATH.
    """
    for name in _NAMES:
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "--version"], check=False).returncode == 0
        ):
            return path
    raise RuntimeError(
        f"a Chromium on PATH was expected - none of {_NAMES} runs - "
        "`make test` installs one where it may"
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run a headless Chromium while the block runs."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()
