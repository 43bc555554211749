"""The target `Detection`: which detection of a detector is to be explained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray

#: How four numbers are a box, as `keras.utils.bounding_boxes` names it: edges
#: or center and size, in pixels of the model's input, with `rel_` in fractions.
BOX_FORMATS = tuple(
    prefix + order
    for prefix in ("", "rel_")
    for order in ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw")
)

BoxFormat: TypeAlias = str | Callable[[Any], Any]
NO_BOX = (float("nan"),) * 4


@dataclass(frozen=True)
class Detection:
    """The evidence for one detection of a detector, in each image.

    The score whose gradient is taken belongs to one box (an anchor, a query or
    a cell of a grid) and one class: the logit of the class for that box, before
    sigmoid or softmax if it is found. Where the model also says of each box
    whether it holds anything (YOLO's objectness), the logit of that is added,
    as the confidence is the product of the two.

    Which box it is: without `box`, the one of the largest confidence. With
    `box`, the one that overlaps most with it (intersection over union),
    whatever its confidence; of several that overlap as much, the most
    confident. Nothing is drawn if none overlaps (status `no_detection`).

    What is recognized, and when its boxes can be decoded:

    - KerasHub's RetinaNet and D-FINE, and any model with a
      `decode_predictions` and a `prediction_decoder` as theirs: always, by
      these.
    - Boxes, (n, boxes, 4), beside scores of classes, (n, boxes, classes), and
      maybe objectness, (n, boxes, 1), named so: if `box_format` says how.
    - Grids as YOLO's, (n, rows, columns, anchors * (5 + classes)) or (n, boxes,
      5 + classes), one or several: if `box_format` is a function.

    Attributes:
        class_index: Class of the detection, or its name; or one per image.
            Defaults to any class.
        box: Where in the image the detection is to be: left, upper, right and
            lower edge in fractions of the image, for all images or one per
            image, (n, 4). An image whose box is NaN is not explained. Defaults
            to anywhere.
        box_format: How the model's boxes are encoded, such as `"rel_yxyx"` or
            `"center_xywh"` (as in `keras.utils.bounding_boxes`, in pixels of
            the model's input or with `rel_` in fractions); or a function from
            the model's outputs to boxes, (n, boxes, 4) as in `box`. Defaults to
            what the model's own decoder says, if it has one.
        num_classes: Number of classes of a grid as YOLO's. For each box its
            last axis is read as 4 numbers of the box, objectness, then the
            classes, each a logit, or behind a sigmoid or softmax of Keras.
            Defaults to the number of `class_names`.

    Raises:
        ValueError: `box` is no box, or `box_format` or `num_classes` is of no
            known kind.

    Source: Lin et al. 2017, https://arxiv.org/abs/1708.02002 (RetinaNet); Peng
    et al. 2024, https://arxiv.org/abs/2410.13842 (D-FINE); Redmon and Farhadi
    2018, https://arxiv.org/abs/1804.02767 (the grid and its confidence).
    """

    class_index: Any = None
    box: Any = None
    box_format: BoxFormat | None = None
    num_classes: int | None = None

    def __post_init__(self) -> None:
        if self.box is not None:
            object.__setattr__(self, "box", _plain(as_places(self.box)))
        known = self.box_format is None or callable(self.box_format)
        if not known and self.box_format not in BOX_FORMATS:
            raise ValueError(
                f"box_format must be one of {', '.join(map(repr, BOX_FORMATS))}"
                ", or a function from the model's outputs to boxes, (n, boxes, "
                f"4) — got {self.box_format!r}."
            )
        count = self.num_classes
        is_count = isinstance(count, int) and not isinstance(count, bool)
        if count is not None and not (is_count and count > 0):
            raise ValueError(
                "num_classes must be the number of classes of the detector — "
                f"got {count!r}."
            )

    def boxes(self, num_images: int) -> FloatArray:
        """Return the box of each image, (n, 4) float32; NaN for anywhere.

        Raises:
            ValueError: There is not one per image.
        """
        places = np.asarray(NO_BOX if self.box is None else self.box)
        if places.ndim == 2 and len(places) != num_images:
            raise ValueError(
                "The box of a Detection must be one, or one per image, (n, 4) "
                f"— got {len(places)} for {num_images} images."
            )
        whole = np.broadcast_to(places, (num_images, 4))
        return np.asarray(whole, np.float32)


def as_detections(target: Any) -> tuple[Detection, ...]:
    """Return the detections that a target names; () if it names none.

    Raises:
        ValueError: It names something else beside them, or they read the model
            in different ways.
    """
    if isinstance(target, Detection):
        return (target,)
    if not isinstance(target, list | tuple):
        return ()
    found = tuple(one for one in target if isinstance(one, Detection))
    if found and len(found) < len(target):
        raise ValueError(
            "target as a list with a Detection must hold nothing but detections"
            f" — got {target!r}."
        )
    if len({(one.box_format, one.num_classes) for one in found}) > 1:
        raise ValueError(
            "The detections of a target must have the same box_format and "
            f"num_classes, they are of one model — got {target!r}."
        )
    return found


def as_places(box: Any) -> FloatArray:
    """Return where detections are to be, (4,) or (n, 4).

    Raises:
        ValueError: These are no edges in fractions of an image.
    """
    try:
        places = np.asarray(box, np.float64)
    except (TypeError, ValueError):
        places = np.zeros(0)
    if places.ndim not in (1, 2) or places.shape[-1] != 4:
        raise ValueError(
            "The box of a Detection must be left, upper, right and lower edge, "
            f"(4,), or one per image, (n, 4) — got {_told(box)}."
        )
    flat = places.reshape(-1, 4)
    given = flat[~np.isnan(flat).all(axis=1)]
    is_inside = (given >= 0).all() and (given <= 1).all()  # NaN is neither
    if not is_inside or (given[:, :2] >= given[:, 2:]).any() or not len(given):
        raise ValueError(
            "The box of a Detection must lie in the image, in fractions from 0 "
            "to 1 of its width and height, left < right and upper < lower — "
            f"got {_told(box)}. Divide pixels by the image's size."
        )
    return places


def _plain(places: FloatArray) -> Any:
    """Return tuples of numbers, which can be compared and hashed."""
    if places.ndim == 1:
        return tuple(map(float, places))
    return tuple(tuple(map(float, one)) for one in places)


def _told(box: Any) -> str:
    shape = np.shape(box) if isinstance(box, np.ndarray) else ()
    return f"shape {shape}" if len(shape) > 1 else repr(box)[:80]
