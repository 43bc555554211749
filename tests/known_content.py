"""What a test log shows: every pixel and answer, as a function of its place.

A test can so say what must be seen: `pattern_colour` for a tile of a sheet,
`heatmap` for a raw map, `held_out_picture` for an image. The records beside
are in `known_records.py`; `written_log.py` brings both to disk.

What happens over `captures` captures, 50 steps apart: a baseline, then epochs,
a second fit in the middle that counts from epoch 0, and a last capture. The
first of several pattern layers is frozen during the first fit (`unchanged`, no
picture written). The evidence moves from the upper left corner to the object.
Held-out image `i` is answered right from capture `i` on.
"""

from dataclasses import dataclass

import numpy as np

STEPS_APART = 50
START_TIME = 1_764_000_000.0
CLASS_NAMES = ("dots", "stripes", "checks")
TILE_PX, PATTERN_PX = 32, 28
HELD_OUT_HEIGHT, HELD_OUT_WIDTH = 48, 64
MAP_HEIGHT, MAP_WIDTH = 6, 8
NUM_EXEMPLARS, CROP_PX, POOL = 3, 16, 40
MARGIN_COLOUR = (128, 128, 128)


@dataclass(frozen=True)
class Plan:
    """How much a log holds.

    `prefix` begins every layer path: a place for odd characters. The map of
    row 2 is NaN in capture 1; row 1 has no evidence in the baseline. Filters
    have exemplars only if asked for: logs before 0.2 have none.
    """

    captures: int = 6
    layers: int = 2
    filters: int = 8
    images: int = 6
    targets: int = 1
    prefix: str = "backbone/conv"
    exemplars: bool = False

    def path(self, layer: int) -> str:
        return f"{self.prefix}{layer}"

    @property
    def second_fit(self) -> int:
        """Return the first capture of the second fit."""
        return self.captures // 2 + 1

    @property
    def columns(self) -> int:
        """Return the number of tiles in a row of a sheet."""
        return max(1, int(np.ceil(np.sqrt(self.filters))))

    @property
    def rows(self) -> range:
        """Return the rows of the maps: all images, for one target each."""
        return range(self.images * self.targets)


def pattern_colour(layer: int, tile: int, capture: int) -> tuple[int, ...]:
    """Return the RGB of a tile as drawn in `capture`."""
    return (60 + 50 * layer) % 256, 40 * tile % 256, 250 - 35 * capture % 251


def drawn_capture(plan: Plan, layer: int, capture: int) -> int:
    """Return the capture whose sheet of patterns is valid at `capture`."""
    frozen = layer == 0 and plan.layers > 1 and capture < plan.second_fit
    return 0 if frozen else capture


def sheet(plan: Plan, layer: int, capture: int) -> np.ndarray:
    """Return the (height, width, 3) uint8 sheet of a pattern layer."""
    height = -(-plan.filters // plan.columns) * TILE_PX
    shape = (height, plan.columns * TILE_PX, 3)
    pixels = np.full(shape, MARGIN_COLOUR, np.uint8)
    for tile in range(plan.filters):
        y, x = np.array(divmod(tile, plan.columns)) * TILE_PX
        colour = pattern_colour(layer, tile, capture)
        pixels[y : y + PATTERN_PX, x : x + PATTERN_PX] = colour
    return pixels


def exemplar_image(tile: int, place: int, capture: int) -> int:
    """Return the image of the pool that an exemplar is a part of.

    One leaves from capture to capture, and another comes.
    """
    return (5 * tile + place + capture) % POOL


def exemplar_colour(image: int) -> tuple[int, ...]:
    """Return the RGB of a part of an image of the pool."""
    return 6 * image, 255 - 6 * image, 90


def responses(plan: Plan, layer: int, capture: int) -> np.ndarray:
    """Return (filters, images) float16: each capture shifts them by one."""
    random = np.random.default_rng(layer)
    values = random.gamma(2.0, size=(plan.filters, POOL)).astype("<f2")
    return np.roll(values, capture, axis=0)


def exemplar_sheet(plan: Plan, capture: int) -> np.ndarray:
    """Return the (height, width, 3) uint8 sheet of a layer's exemplars."""
    shape = (plan.filters * CROP_PX, NUM_EXEMPLARS * CROP_PX, 3)
    pixels = np.zeros(shape, np.uint8)
    for tile in range(plan.filters):
        for place in range(NUM_EXEMPLARS):
            y, x = tile * CROP_PX, place * CROP_PX
            colour = exemplar_colour(exemplar_image(tile, place, capture))
            pixels[y : y + CROP_PX, x : x + CROP_PX] = colour
    return pixels


def heatmap(plan: Plan, row: int, capture: int) -> np.ndarray:
    """Return the raw (height, width) float32 map of a row."""
    if row == 1 and capture == 0:
        return np.zeros((MAP_HEIGHT, MAP_WIDTH), np.float32)
    if row == 2 and capture == 1:
        return np.full((MAP_HEIGHT, MAP_WIDTH), np.nan, np.float32)
    way = capture / max(plan.captures - 1, 1)
    top, left = object_corner(row % plan.images)
    y, x = np.mgrid[:MAP_HEIGHT, :MAP_WIDTH]
    far = (y - way * (top + 8) / 8) ** 2 + (x - way * (left + 8) / 8) ** 2
    return ((1 + way) * np.exp(-far / 3)).astype(np.float32)


def mean_rows(plan: Plan, capture: int) -> dict[int, list[int]]:
    """Return the rows that each class's mean map is of, by class.

    The label's row of each image that has a label, else its first; only where
    the map has evidence.
    """
    rows: dict[int, list[int]] = {}
    for image in range(plan.images - 1):
        is_right = prediction(image, capture) == image % 3
        row = image if is_right or plan.targets == 1 else plan.images + image
        if np.nan_to_num(heatmap(plan, row, capture)).any():
            rows.setdefault(image % 3, []).append(row)
    return dict(sorted(rows.items()))


def class_means(plan: Plan, capture: int) -> np.ndarray:
    """Return the (classes, height, width) float32 mean maps."""
    means = []
    for rows in mean_rows(plan, capture).values():
        maps = [heatmap(plan, row, capture) for row in rows]
        means.append(np.mean([one / one.sum() for one in maps], axis=0))
    return np.array(means, np.float32)


def held_out_picture(image: int) -> np.ndarray:
    """Return the (height, width, 3) uint8 image: a square, a watermark."""
    picture = np.full((HELD_OUT_HEIGHT, HELD_OUT_WIDTH, 3), 40, np.uint8)
    picture[:8, :8] = 255
    top, left = object_corner(image)
    picture[top : top + 16, left : left + 16] = held_out_colour(image)
    return picture


def held_out_colour(image: int) -> tuple[int, ...]:
    """Return the RGB of the object in held-out image `image`."""
    return 200, 30 * image % 256, 90


def object_corner(image: int) -> tuple[int, int]:
    """Return the top and left of the 16-pixel object in an image."""
    return 8 + 4 * (image % 6), 16 + 8 * (image % 4)


def label(plan: Plan, image: int) -> int | None:
    """Return the class of an image; the last one has none."""
    return None if image == plan.images - 1 else image % 3


def prediction(image: int, capture: int) -> int:
    """Return the class that the model answers."""
    return image % 3 if capture >= image else (image + 1) % 3


def num_correct(plan: Plan, capture: int) -> int:
    """Return how many labelled images are answered right."""
    answers = [prediction(i, capture) for i in range(plan.images)]
    return sum(label(plan, i) == a for i, a in enumerate(answers))


def image_hash(image: int) -> str:
    """Return what stands for the content hash of an image."""
    return f"{image:016x}"


def box(image: int) -> tuple[float, ...]:
    """Return the edges of the object, in fractions of the image."""
    top, left = object_corner(image)
    across, down = HELD_OUT_WIDTH, HELD_OUT_HEIGHT
    edges = left / across, top / down, (left + 16) / across, (top + 16) / down
    return tuple(round(edge, 4) for edge in edges)
