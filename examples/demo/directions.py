"""A seed in, striped discs whose label is the direction of the stripes out.

What the tutorial fine-tunes on. The networks of `examples.demo` learn to tell
stripes from other textures however they are turned; here how they are turned
is all that counts.
"""

import numpy as np
from numpy.typing import NDArray

from examples.demo.pictures import SIZE_PX, Pictures, disc_mask

CLASS_NAMES = ("across", "rising", "upright", "falling")
PERIOD_PX = 6.0
RADIUS_PX = 14.0
NOISE = 0.12
_MARGIN_PX = 16.0


def striped_discs(count: int, seed: int) -> Pictures:
    """Return discs anywhere, as many of each direction, in any colours."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(CLASS_NAMES)
    places = rng.uniform(_MARGIN_PX, SIZE_PX - _MARGIN_PX, (count, 2))
    centres = places.astype(np.float32)
    ground = rng.uniform(0.3, 0.6, (count, 1, 1, 3))
    canvas = ground + rng.normal(0, NOISE, (count, SIZE_PX, SIZE_PX, 3))
    for index, centre in enumerate(centres):
        inside = disc_mask(centre, np.float32(RADIUS_PX))[..., None]
        stripes = _stripes(rng, int(labels[index]))
        canvas[index] += inside * (stripes - canvas[index])
    pixels = np.rint(255 * np.clip(canvas, 0, 1)).astype(np.uint8)
    boxes = np.concatenate([centres - RADIUS_PX, centres + RADIUS_PX], axis=1)
    return Pictures(
        images=pixels,
        labels=labels.astype(np.int64),
        stamped=np.zeros(count, bool),
        boxes=(boxes / SIZE_PX).astype(np.float32),
    )


def _stripes(rng: np.random.Generator, label: int) -> NDArray[np.float64]:
    """Return stripes of two colours all over a picture."""
    angle = np.pi * (label + rng.uniform(-0.2, 0.2)) / len(CLASS_NAMES)
    y, x = np.mgrid[:SIZE_PX, :SIZE_PX]
    across = x * np.sin(angle) + y * np.cos(angle)
    wave = np.sin(2 * np.pi * across / PERIOD_PX + rng.uniform(0, 2 * np.pi))
    share = (0.5 + 0.5 * wave)[..., None]
    dark, light = rng.uniform(0, 0.45, 3), rng.uniform(0.55, 1, 3)
    mixed: NDArray[np.float64] = dark + share * (light - dark)
    return mixed
