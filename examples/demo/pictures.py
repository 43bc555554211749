"""Draws pictures with a known right answer from a seed; numpy only.

Each picture is a textured disc somewhere on a muted cloudy background. What
the disc is made of is the label; where it lies is known to the pixel. Some
pictures carry a stamp in the lower right corner, white letters on a dark blue
plate, and no disc ever touches it.

      +----------------+
      |    .---.       |   disc: the label, the right place to look
      |   |#-#-#|      |
      |    '---'       |   stamp: the wrong place to look, for whoever
      |          [DEMO]|   trains on pictures where it gives a label away
      +----------------+
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CLASS_NAMES = ("stripes", "checks", "dots", "waves")
SIZE_PX = 64
RADIUS_PX = (10.0, 14.0)
PERIOD_PX = 6.0  # of every texture: its shape tells the label, not its scale
MARGIN_PX = 2  # between disc and stamp or edge, and stamp and edge

PLATE_COLOUR = (0.05, 0.10, 0.45)
STAMP_OPACITY = 0.65
LETTERS = (  # "DEMO", one pixel a sign
    "##  ### #   # ### ",
    "# # #   ## ## # # ",
    "# # ##  # # # # # ",
    "# # #   #   # # # ",
    "##  ### #   # ### ",
)


@dataclass(frozen=True)
class Pictures:
    """Pictures and what is known about them.

    Attributes:
        images: (n, h, w, 3) uint8.
        labels: (n,) int64, indices of `CLASS_NAMES`.
        stamped: (n,) bool.
        boxes: (n, 4) float32: left, upper, right, lower edge of the disc, in
            fractions of the picture.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    stamped: NDArray[np.bool_]
    boxes: Floats


def draw_pictures(
    labels: NDArray[np.int64],
    stamped: NDArray[np.bool_],
    *,
    seed: int,
) -> Pictures:
    """Draw one picture per label, with the stamp where `stamped` says so."""
    rng = np.random.default_rng(seed)
    canvas = _clouds(rng, len(labels))
    centres, radii = _places(rng, len(labels))
    discs = np.stack(
        [disc_mask(*place) for place in zip(centres, radii, strict=True)]
    )
    textures = np.stack([_texture(rng, int(label)) for label in labels])
    canvas += discs[..., None] * (textures - canvas)
    canvas[stamped] = _stamp(canvas[stamped])
    return Pictures(
        images=np.rint(np.clip(canvas, 0, 1) * 255).astype(np.uint8),
        labels=labels,
        stamped=stamped,
        boxes=_boxes(centres, radii),
    )


def disc_mask(centre: Floats, radius: np.float32) -> Floats:
    """Return (h, w) in [0, 1]: how much of each pixel the disc covers.

    `centre` is x, y; both in pixels, where pixel i spans [i, i + 1].
    """
    x, y = _pixel_centres()
    distance = np.hypot(x - centre[0], y - centre[1])
    return np.asarray(np.clip(radius - distance + 0.5, 0, 1), np.float32)


def stamp_box() -> tuple[int, int, int, int]:
    """Return left, upper, right, lower edge of the stamp in pixels."""
    width, height = len(LETTERS[0]) + 3, len(LETTERS) + 4
    corner = SIZE_PX - MARGIN_PX
    return corner - width, corner - height, corner, corner


def _clouds(rng: np.random.Generator, count: int) -> Floats:
    """Return 1/f noise, mostly grey: saturated noise would drown the discs."""
    rows, columns = np.fft.fftfreq(SIZE_PX), np.fft.rfftfreq(SIZE_PX)
    frequency = np.hypot(rows[:, None], columns).astype(np.float32)
    frequency[0, 0] = np.inf  # no constant part: the mean is set below
    white = rng.standard_normal((count, 4, SIZE_PX, SIZE_PX), np.float32)
    noise = np.fft.irfft2(np.fft.rfft2(white) / frequency**1.3)
    noise /= noise.std(axis=(2, 3), keepdims=True)
    grey, colour = noise[:, :1], noise[:, 1:]
    canvas = 0.52 + 0.16 * np.moveaxis(grey + 0.15 * colour, 1, 3)
    return np.clip(canvas, 0, 1).astype(np.float32)


def _places(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    """Return centres (n, 2) and radii (n,) of discs that clear the stamp."""
    centres = np.empty((count, 2), np.float32)
    radii = rng.uniform(*RADIUS_PX, count).astype(np.float32)
    for index, radius in enumerate(radii):
        reach = radius + MARGIN_PX
        centres[index] = rng.uniform(reach, SIZE_PX - reach, 2)
        while _gap_to_stamp(centres[index]) < reach:
            centres[index] = rng.uniform(reach, SIZE_PX - reach, 2)
    return centres, radii


def _gap_to_stamp(centre: Floats) -> float:
    left, upper, _, _ = stamp_box()
    return float(np.hypot(*np.maximum([left, upper] - centre, 0)))


def _texture(rng: np.random.Generator, label: int) -> Floats:
    """Return (h, w, 3): a texture in two clearly different colours."""
    angle, shift_u, shift_v = rng.uniform(0, 2 * np.pi, 3)
    x, y = (2 * np.pi / PERIOD_PX * axis for axis in _pixel_centres())
    u = x * np.cos(angle) + y * np.sin(angle) + shift_u
    v = y * np.cos(angle) - x * np.sin(angle) + shift_v
    waves = {
        "stripes": np.sin(u),
        "checks": 2 * np.sin(u) * np.sin(v),
        "dots": np.cos(u) + np.cos(v) - 0.7,
        "waves": np.sin(u + 1.6 * np.sin(v / 2)),
    }
    share = 1 / (1 + np.exp(-4 * waves[CLASS_NAMES[label]]))[..., None]
    first = rng.uniform(0, 1, 3)
    second = (first + 0.5) % 1  # differs by a half in each of the three
    mixed = share * first + (1 - share) * second
    return np.asarray(mixed, np.float32)


def _stamp(canvas: Floats) -> Floats:
    """Return the pictures with the stamp laid over them."""
    left, upper, right, lower = stamp_box()
    plate = np.empty((lower - upper, right - left, 3), np.float32)
    plate[:] = PLATE_COLOUR
    letters = np.array([[sign == "#" for sign in row] for row in LETTERS])
    plate[2:-2, 2:-1][letters] = 1
    stamped = canvas.copy()
    under = stamped[:, upper:lower, left:right]
    under += STAMP_OPACITY * (plate - under)
    return stamped


def _boxes(centres: Floats, radii: Floats) -> Floats:
    reach = radii[:, None]
    edges = np.concatenate([centres - reach, centres + reach], axis=1)
    return (edges / SIZE_PX).astype(np.float32)


def _pixel_centres() -> tuple[Floats, Floats]:
    axis = np.arange(SIZE_PX, dtype=np.float32) + 0.5
    x, y = np.meshgrid(axis, axis)
    return x, y
