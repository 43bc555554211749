"""What a test log holds: every record and pixel, as a function of its place.

A test can so say what must be seen: `pattern_colour` for a tile of a sheet,
`heatmap` for a raw map, `held_out_picture` for an image. `written_log.py`
brings it to disk.

What happens over `captures` captures, 50 steps apart: a baseline, then epochs,
a second fit in the middle that counts from epoch 0, and a last capture. The
first of several pattern layers is frozen during the first fit (`unchanged`, no
picture written). The evidence moves from the upper left corner to the object.
Held-out image `i` is answered right from capture `i` on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_plugin import contract

STEPS_APART = 50
START_TIME = 1_764_000_000.0
CLASS_NAMES = ("dots", "stripes", "checks")
TILE_PX, PATTERN_PX = 32, 28
HELD_OUT_HEIGHT, HELD_OUT_WIDTH = 48, 64
MAP_HEIGHT, MAP_WIDTH = 6, 8
MARGIN_COLOUR = (128, 128, 128)


@dataclass(frozen=True)
class Plan:
    """How much a log holds.

    `prefix` begins every layer path: a place for odd characters. The map of
    row 2 is NaN in capture 1; row 1 has no evidence in the baseline.
    """

    captures: int = 6
    layers: int = 2
    filters: int = 8
    images: int = 6
    targets: int = 1
    prefix: str = "backbone/conv"

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


def capture_record(
    plan: Plan, kind: contract.Kind, capture: int
) -> contract.Capture:
    """Return the record of a capture of one callback."""
    patterns = kind == "filter_patterns"
    second = capture >= plan.second_fit
    content: dict[str, Any] = {"patterns": (), "maps": (), "outcome": None}
    layers = range(plan.layers)
    if patterns:
        content["patterns"] = tuple(_patterns(plan, i, capture) for i in layers)
    else:
        content["maps"] = tuple(_maps(plan, i, capture) for i in layers)
        content["outcome"] = _outcome(plan, capture)
    return contract.Capture(
        schema=contract.SCHEMA_VERSION,
        kind=kind,
        stream=kind,
        index=capture,
        step=capture * STEPS_APART,
        iterations=capture * STEPS_APART,
        fit=int(second),
        epoch=capture - plan.second_fit + 1 if second else capture,
        batch=0,
        wall_time=START_TIME + capture * STEPS_APART,
        reason=_reason(plan, capture),
        cost_s=0.25,
        size_bytes=4096,
        notes=() if capture else ("1 filter of 9 left out",),
        **content,
    )


def held_out_record(plan: Plan) -> contract.HeldOut:
    """Return the record of the held-out images."""
    images = tuple(
        contract.HeldOutImage(
            hash=image_hash(image),
            name=f"image {image}",
            label=label(plan, image),
            height=2 * HELD_OUT_HEIGHT,
            width=2 * HELD_OUT_WIDTH,
            shown_height=HELD_OUT_HEIGHT,
            shown_width=HELD_OUT_WIDTH,
            encoding="png",
            boxes=(_box(image),),
        )
        for image in range(plan.images)
    )
    version = contract.SCHEMA_VERSION
    return contract.HeldOut(version, "grad_cam", CLASS_NAMES, images)


def _patterns(plan: Plan, layer: int, capture: int) -> contract.PatternLayer:
    drawn, count = drawn_capture(plan, layer, capture), plan.filters
    origin = "continued" if capture else "fresh"
    previous = (capture - 1) * STEPS_APART if capture else None
    if drawn != capture:
        origin, previous = "unchanged", 0
    return contract.PatternLayer(
        path=plan.path(layer),
        layer_kind="Conv2D",
        num_filters=2 * count,
        preset="recipe",
        sheet=contract.Sheet(
            plan.columns, TILE_PX, TILE_PX, PATTERN_PX, PATTERN_PX, "png"
        ),
        channels="rgb",
        filters=tuple(range(0, 2 * count, 2)),
        objective=tuple(0.5 * i * (1 + drawn) for i in range(count)),
        status=("flat",) + ("live",) * (count - 1),
        origin=(origin,) * count,
        origin_step=(previous,) * count,
        measures={"change": (capture / 10,) * count},
        layer_measures={"cka_baseline": 1 - capture / 100},
    )


def _maps(plan: Plan, layer: int, capture: int) -> contract.MapLayer:
    maps = [heatmap(plan, row, capture) for row in plan.rows]
    finite = [bool(np.isfinite(m).all()) for m in maps]
    largest = [
        round(float(m.max()), 4) if sound else None
        for m, sound in zip(maps, finite, strict=True)
    ]
    count = len(maps)
    return contract.MapLayer(
        path=plan.path(layer),
        layer_kind="Activation",
        method="grad_cam",
        height=MAP_HEIGHT,
        width=MAP_WIDTH,
        encoding="float32",
        maximum=tuple(largest),
        status=tuple(_map_status(most) for most in largest),
        origin=("fresh",) * count,
        origin_step=(None,) * count,
        measures={"inside_box": (capture / 10,) * count},
        mean_class=tuple(mean_rows(plan, capture)),
        mean_count=tuple(map(len, mean_rows(plan, capture).values())),
    )


def _outcome(plan: Plan, capture: int) -> contract.Outcome:
    images = range(plan.images)
    labels = tuple(label(plan, i) for i in images)
    answers = tuple(prediction(i, capture) for i in images)
    pairs = tuple(zip(labels, answers, strict=True))
    sure = 0.5 + 0.05 * min(capture, 9)
    asked = [divmod(row, plan.images) for row in plan.rows]
    classes = [i % 3 if target else answers[i] for target, i in asked]
    names = [
        f"class {CLASS_NAMES[c]}" if target else "predicted class"
        for (target, _), c in zip(asked, classes, strict=True)
    ]
    return contract.Outcome(
        images=tuple(image_hash(i) for i in images),
        label=labels,
        prediction=answers,
        value=(sure,) * plan.images,
        value_kind="probability",
        correct=tuple(None if a is None else a == b for a, b in pairs),
        top_classes=tuple((a, (a + 1) % 3, (a + 2) % 3) for a in answers),
        top_values=((sure, 0.03, 0.02),) * plan.images,
        row_image=tuple(image for _, image in asked),
        row_target=tuple(names),
        row_class=tuple(classes),
        row_score=(1.5 + capture,) * len(asked),
        row_score_kind="logit",
    )


def _map_status(maximum: float | None) -> str:
    if maximum is None:
        return "not_finite"
    return "ok" if maximum > 0 else "no_evidence"


def _reason(plan: Plan, capture: int) -> str:
    if capture == 0:
        return "baseline"
    return "last" if capture == plan.captures - 1 else "schedule"


def _box(image: int) -> tuple[float, ...]:
    top, left = object_corner(image)
    across, down = HELD_OUT_WIDTH, HELD_OUT_HEIGHT
    edges = left / across, top / down, (left + 16) / across, (top + 16) / down
    return tuple(round(edge, 4) for edge in edges)
