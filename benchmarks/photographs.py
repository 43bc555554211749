"""Opens photographs as squares of one size."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image


def middles(paths: Iterable[Path], size_px: int) -> np.ndarray:
    """Return (n, size_px, size_px, 3) uint8, the middles of photographs."""
    return np.stack([_middle(path, size_px) for path in paths])


def _middle(path: Path, size_px: int) -> np.ndarray:
    with Image.open(path) as image:
        side = min(image.size)
        left, top = ((length - side) // 2 for length in image.size)
        box = left, top, left + side, top + side
        resized = image.convert("RGB").resize((size_px, size_px), box=box)
        return np.asarray(resized)
