"""Every record of a test log, as a function of its place.

What is shown beside them is in `known_content.py`.
"""

from typing import Any

import numpy as np

from tb_plugin import contract
from tests import known_content as known
from tests.known_content import Plan
from tests.known_measures import (
    map_measures,
    pattern_measures,
    pattern_status,
)


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
        content["shortcuts"] = shortcuts(plan)
    return contract.Capture(
        schema=contract.SCHEMA_VERSION,
        kind=kind,
        stream=kind,
        index=capture,
        step=capture * known.STEPS_APART,
        iterations=capture * known.STEPS_APART,
        fit=int(second),
        epoch=capture - plan.second_fit + 1 if second else capture,
        batch=0,
        wall_time=known.START_TIME + capture * known.STEPS_APART,
        reason=_reason(plan, capture),
        cost_s=0.25,
        overhead=0.04 if capture else None,
        skipped=0,
        size_bytes=4096,
        notes=() if capture else ("1 filter of 9 left out",),
        **content,
    )


def shortcuts(plan: Plan, **numbers: Any) -> contract.ShortcutSearch:
    """Return a search for shortcuts that tried one place.

    Args:
        plan: Of the log.
        numbers: Fields of the place; by default it is no shortcut.
    """
    place: dict[str, Any] = {
        "path": plan.path(0),
        "class_index": 1,
        "class_name": known.CLASS_NAMES[1],
        "box": (0.75, 0.75, 1.0, 1.0),
        "turned": 0.125,
        "elsewhere": 0.0,
        "others": 0.0625,
        "left": 0.25,
        "left_elsewhere": 0.0,
        "num_pasted": 24,
        "num_own": 4,
        "is_shortcut": False,
    }
    tried = contract.ShortcutPlace(**{**place, **numbers})
    return contract.ShortcutSearch(plan.images, "", (tried,))


def held_out_record(plan: Plan, stream: str = "grad_cam") -> contract.HeldOut:
    """Return the record of the held-out images of a stream."""
    images = tuple(
        contract.HeldOutImage(
            hash=known.image_hash(image),
            name=f"image {image}",
            label=known.label(plan, image),
            height=2 * known.HELD_OUT_HEIGHT,
            width=2 * known.HELD_OUT_WIDTH,
            shown_height=known.HELD_OUT_HEIGHT,
            shown_width=known.HELD_OUT_WIDTH,
            encoding="png",
            boxes=(known.box(image),),
        )
        for image in range(plan.images)
    )
    version = contract.SCHEMA_VERSION
    return contract.HeldOut(version, stream, known.CLASS_NAMES, images)


def _patterns(plan: Plan, layer: int, capture: int) -> contract.PatternLayer:
    drawn, count = known.drawn_capture(plan, layer, capture), plan.filters
    is_fresh = drawn == capture
    origin, previous = ("fresh", None) if is_fresh else ("unchanged", 0)
    return contract.PatternLayer(
        path=plan.path(layer),
        layer_kind="Conv2D",
        num_filters=2 * count,
        preset="recipe",
        sheet=contract.Sheet(
            plan.columns,
            known.TILE_PX,
            known.TILE_PX,
            known.PATTERN_PX,
            known.PATTERN_PX,
            "png",
        ),
        channels="rgb",
        filters=tuple(range(0, 2 * count, 2)),
        objective=tuple(0.5 * i * (1 + drawn) for i in range(count)),
        status=pattern_status(plan, capture),
        origin=(origin,) * count,
        origin_step=(previous,) * count,
        measures={
            "change": (capture / 10,) * count,
            **pattern_measures(plan, layer, capture),
        },
        layer_measures={"cka_baseline": 1 - capture / 100},
        exemplars=_exemplars(plan, drawn) if plan.exemplars else None,
    )


def _exemplars(plan: Plan, capture: int) -> contract.Exemplars:
    """Return exemplars of a pool of images, whose classes take turns."""
    tiles, places = range(plan.filters), range(known.NUM_EXEMPLARS)
    images = [
        [known.exemplar_image(tile, place, capture) for place in places]
        for tile in tiles
    ]
    classes = len(known.CLASS_NAMES)
    boxes = [(0.25, 0.5, 0.5, 0.75)] * known.NUM_EXEMPLARS
    crop = (known.CROP_PX,) * 4
    return contract.Exemplars(
        sheet=contract.Sheet(known.NUM_EXEMPLARS, *crop, "png"),
        num_images=known.POOL,
        is_of_pool=True,
        height=0.25,
        width=0.25,
        classes=known.CLASS_NAMES,
        class_count=(14, 13, 13),
        image=tuple(map(tuple, images)),
        hash=tuple(tuple(f"{i:016x}" for i in row) for row in images),
        label=tuple(tuple(i % classes for i in row) for row in images),
        activation=tuple(tuple(2 - i / 2 for i in places) for _ in tiles),
        box=tuple(sum(boxes, ()) for _ in tiles),
        histogram=tuple((10, 20, tile, 10) for tile in tiles),
        low=(-1.0,) * plan.filters,
        high=(2.0,) * plan.filters,
        mix_class=tuple((i % classes, (i + 1) % classes) for i in tiles),
        mix_count=((9, 1),) * plan.filters,
        mix_total=(10,) * plan.filters,
        sample="00000000000000aa",
        num_sampled=known.POOL,
    )


def _maps(plan: Plan, layer: int, capture: int) -> contract.MapLayer:
    maps = [known.heatmap(plan, row, capture) for row in plan.rows]
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
        height=known.MAP_HEIGHT,
        width=known.MAP_WIDTH,
        encoding="float32",
        maximum=tuple(largest),
        status=tuple(_map_status(most) for most in largest),
        origin=("fresh",) * count,
        origin_step=(None,) * count,
        measures={
            "inside_box": (capture / 10,) * count,
            **map_measures(plan, capture),
        },
        mean_class=tuple(known.mean_rows(plan, capture)),
        mean_count=tuple(map(len, known.mean_rows(plan, capture).values())),
        parts=("left", "right"),
        shares=((0.75,) * count, (0.25,) * count),
    )


def _outcome(plan: Plan, capture: int) -> contract.Outcome:
    images = range(plan.images)
    labels = tuple(known.label(plan, i) for i in images)
    answers = tuple(known.prediction(i, capture) for i in images)
    pairs = tuple(zip(labels, answers, strict=True))
    sure = 0.5 + 0.05 * min(capture, 9)
    asked = [divmod(row, plan.images) for row in plan.rows]
    classes = [i % 3 if target else answers[i] for target, i in asked]
    names = [
        f"class {known.CLASS_NAMES[c]}" if target else "predicted class"
        for (target, _), c in zip(asked, classes, strict=True)
    ]
    return contract.Outcome(
        images=tuple(known.image_hash(i) for i in images),
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
        output="predictions",
    )


def _map_status(maximum: float | None) -> str:
    if maximum is None:
        return "not_finite"
    return "ok" if maximum > 0 else "no_evidence"


def _reason(plan: Plan, capture: int) -> str:
    if capture == 0:
        return "baseline"
    return "last" if capture == plan.captures - 1 else "schedule"
