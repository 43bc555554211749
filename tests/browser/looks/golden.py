"""Compares screenshots with kept ones, whatever the fonts.

Words are made transparent and the page is shrunk to an eighth, so that what is
compared is where things lie and what colour they have.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "goldens"
SHRINK = 8
MEAN_LEVELS = 2.5  # of 255; another view is off by 10 and more
LARGE_LEVELS = 16  # that the worst twentieth may reach
WITHOUT_WORDS = """
  *, *::before, *::after {
    color: transparent !important;
    -webkit-text-fill-color: transparent !important;
    text-shadow: none !important;
    caret-color: transparent !important;
  }
"""


@dataclass(frozen=True)
class Distance:
    """How far two small pictures are apart, in levels of 255."""

    mean: float
    large: float

    @property
    def is_alike(self) -> bool:
        return self.mean <= MEAN_LEVELS and self.large <= LARGE_LEVELS


def small_shot(page: Page) -> Image.Image:
    """Return the page as it is compared."""
    shot = page.screenshot(animations="disabled", style=WITHOUT_WORDS)
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    return image.reduce(SHRINK)


def golden(name: str) -> Image.Image:
    """Return the kept picture of that name."""
    return Image.open(FOLDER / f"{name}.png").convert("RGB")


def distance(shot: Image.Image, kept: Image.Image) -> Distance:
    """Return how far apart two pictures of one size are."""
    a, b = (np.asarray(each, np.float32) for each in (shot, kept))
    apart = np.abs(a - b).max(axis=-1)
    return Distance(float(apart.mean()), float(np.percentile(apart, 95)))
