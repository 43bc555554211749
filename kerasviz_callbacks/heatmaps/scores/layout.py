"""Finds which outputs of a model are detections, by their names and shapes.

| layout   | outputs                                                           |
|----------|-------------------------------------------------------------------|
| separate | scores of classes, (n, boxes, classes), beside boxes, (n, boxes,  |
|          | 4), and sometimes objectness, (n, boxes, 1)                       |
| grid     | one or several, (n, rows, columns, anchors * (5 + classes)),      |
|          | (n, rows, columns, anchors, 5 + classes) or (n, boxes,            |
|          | 5 + classes)                                                      |

A grid has the shape of a segmentation, so it is only taken for one where a
`Detection` is asked for and the number of classes is known; and it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kerasviz_callbacks.heatmaps.scores.detection import Detection
from kerasviz_callbacks.model import (
    Probe,
    Shape,
    detection_scores,
    output_index,
)

NUM_BOX = 4  # numbers of a box
_OBJECTNESS = ("obj", "conf")


@dataclass(frozen=True)
class DetectionLayout:
    """Where in a model's outputs its detections are.

    Attributes:
        scores: Indices of the outputs with the scores.
        boxes: Index of the output with the boxes; None if it is not clear which
            it is, or they are beside the scores.
        objectness: Index of the output with the objectness; None if there is
            none, or it is beside the scores.
        num_classes: Number of classes of a grid; None if the scores are of
            classes alone.
        asked: What the user says of the model's boxes.
        note: How a grid is read, in a sentence; "" for separate outputs.
    """

    scores: tuple[int, ...]
    asked: Detection
    boxes: int | None = None
    objectness: int | None = None
    num_classes: int | None = None
    note: str = ""

    @property
    def used(self) -> tuple[int, ...]:
        """Indices of the outputs that the explained score depends on."""
        if self.objectness is None:
            return self.scores
        return (*self.scores, self.objectness)


def find_layout(
    probe: Probe,
    asked: Detection | None,
    output: str | int | None,
    num_classes: int,
) -> DetectionLayout | None:
    """Return where a model's detections are; None if it is no detector.

    Of several outputs with scores of classes (detectors also give those of
    earlier stages) it is the one that the most layers lead to.

    Args:
        probe: Probe of the model.
        asked: What the user asks for; None if a detection is not named.
        output: Output that the user names; None if none is named.
        num_classes: Number of class names that were given; 0 for none.

    Raises:
        ValueError: A detection is asked for, and the model gives none.
    """
    outputs = probe.outputs
    named = None if output is None else output_index(outputs, output)
    found = detection_scores(outputs)
    objectness = _objectness(outputs, found)
    found = tuple(i for i in found if i != objectness)
    if named is not None:
        found = tuple(i for i in found if i == named)
    if found:
        counts = {
            i: sum(i in call.feeds for call in probe.calls) for i in found
        }
        last = max(found, key=lambda i: counts[i])
        return DetectionLayout(
            (last,), asked or Detection(), _boxes(outputs, last), objectness
        )
    if asked is None:
        return None
    count = asked.num_classes or num_classes
    grids = tuple(
        i
        for i, (_, shape) in enumerate(outputs)
        if count and named in (None, i) and _is_grid(shape, count)
    )
    if not grids:
        raise ValueError(_no_detection(outputs, count))
    note = _grid_note(outputs, grids, count)
    return DetectionLayout(grids, asked, num_classes=count, note=note)


def _objectness(
    outputs: Sequence[tuple[str, Shape]], found: Sequence[int]
) -> int | None:
    """Return the output that says whether a box holds anything."""
    named = [
        i
        for i in found
        if outputs[i][1][-1] == 1
        and any(word in outputs[i][0].lower() for word in _OBJECTNESS)
    ]
    return named[0] if len(named) == 1 and len(found) > 1 else None


def _boxes(outputs: Sequence[tuple[str, Shape]], scores: int) -> int | None:
    """Return the output with the boxes of these scores, if one alone can be."""
    same = [
        i
        for i, (_, shape) in enumerate(outputs)
        if i != scores
        and len(shape) == 3
        and shape[1:] == (outputs[scores][1][1], NUM_BOX)
    ]
    named = [i for i in same if "box" in outputs[i][0].lower()] or same
    return named[0] if len(named) == 1 else None


def _is_grid(shape: Shape, count: int) -> bool:
    channels, size = shape[-1], NUM_BOX + 1 + count
    if channels is None or channels == 0:
        return False
    if len(shape) == 4:
        return channels % size == 0
    return len(shape) in (3, 5) and channels == size


def _grid_note(
    outputs: Sequence[tuple[str, Shape]], grids: Sequence[int], count: int
) -> str:
    told = ", ".join(f"{outputs[i][0]!r} {outputs[i][1]}" for i in grids)
    what = "grids" if len(grids) > 1 else "a grid"
    return (
        f"{told}: read as {what} of detections, each {NUM_BOX} numbers of a "
        f"box, objectness and {count} classes, in this order."
    )


def _no_detection(outputs: Sequence[tuple[str, Shape]], count: int) -> str:
    listing = ", ".join(f"{name!r} {shape}" for name, shape in outputs)
    grid = f"5 + {count}" if count else "5 + classes"
    known = "" if count else " and num_classes="
    return (
        "target=Detection(…) needs an output with scores of classes per box, "
        "(n, boxes, classes), beside one with the boxes, (n, boxes, 4), or a "
        f"grid as YOLO's, whose last axis is {grid} per box{known} — the model "
        f"has {listing}. Give target= a callable that takes the output and "
        "returns one score per image, (n,)."
    )
