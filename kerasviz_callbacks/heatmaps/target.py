"""Turns what the user wants explained into a question.

| target           | passes            | rows per image                        |
|------------------|-------------------|---------------------------------------|
| None, "predicted"| its prediction    | predicted class                       |
| "label"          | its label         | label                                 |
| 3, [3, 0, …],    | that class        | fixed class                           |
| "dog"            |                   |                                       |
| "against"        | its prediction    | against the predicted class, the side |
|                  |                   | or (regression) the value             |
| "margin"         | best - second     | margin                                |
| a callable       | what it returns   | its name                              |
| "mistakes"       | prediction, label | predicted class; where it is not the  |
|                  |                   | label also the label, and predicted   |
|                  |                   | instead of label                      |
| [[0, 2], [1], …] | one per place     | class 0, class 2; class 1; …          |
| OverMask(masks)  | its prediction    | predicted class over a mask           |
| OverMask(…, 2)   | that class        | class over a mask                     |
| Detection()      | its prediction    | most confident detection              |
| Detection(2)     | that class        | most confident detection of a class   |
| Detection(2, b)  | that class        | detection of a class at a box         |
| a list of        | of each           | 1: most confident detection, 2: …     |
| detections       |                   |                                       |
| a list of the    | of each, once     | of each                               |
| above with a word|                   |                                       |
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, IntArray
from kerasviz_callbacks.heatmaps.question import (
    FIXED,
    ONE_OF_SEVERAL,
    Pass,
    Question,
    Row,
)
from kerasviz_callbacks.heatmaps.scores import (
    ABSENT,
    PREDICTED,
    Detection,
    ScoreFunction,
    as_detections,
)
from kerasviz_callbacks.images import as_masks


@dataclass(frozen=True)
class OverMask:
    """The evidence for a class in one part of each image of a segmentation.

    The scores of the class, pixel by pixel, are summed over a mask; without it
    over the pixels that are predicted as the class.

    Attributes:
        masks: (n, h, w) bool, or float from 0 to 1, stretched over the output.
        index: Class index or name. Defaults to the class with the most pixels.
    """

    masks: Any
    index: int | str | None = None

    def __repr__(self) -> str:
        return f"OverMask(<masks of {np.shape(self.masks)}>, {self.index!r})"


TargetLike: TypeAlias = (
    str | int | Sequence[Any] | ScoreFunction | OverMask | Detection | None
)

_WORDS = ("predicted", "label", "against", "margin", "mistakes")


def ask(
    target: TargetLike,
    labels: IntArray | None,
    num_images: int,
    class_names: Sequence[str] = (),
) -> tuple[Question, IntArray]:
    """Return the question, and the class of each image and pass.

    Args:
        target: What the user wants explained; see the table above.
        labels: (n,) class index per image; None if none were given.
        num_images: Number n of images.
        class_names: Names by which classes may be called; () for none. A word
            of the table comes before a name.

    Returns:
        The question, and (n, passes): a class index, `PREDICTED`, or `ABSENT`
        if an image has fewer classes than another.

    Raises:
        ValueError: The target is of an unknown kind, or labels are wanted and
            missing.
    """
    names = tuple(class_names)
    if isinstance(target, OverMask):
        index = _by_name(target.index, names)
        return _ask_over_mask(replace(target, index=index), num_images)
    detections = as_detections(target)
    if detections:
        return _ask_detections(detections, num_images, names)
    if isinstance(target, str) and target == "mistakes":
        return _ask_mistakes(labels, num_images)
    if _is_several(target):
        return _ask_several(target, labels, num_images, names)
    if _is_nested(target):
        return _ask_classes(target, num_images, names)
    row, one, wanted = _ask_one(target, labels, num_images, names)
    return Question((one,), (row,)), wanted[:, None]


def _ask_one(
    target: TargetLike,
    labels: IntArray | None,
    num_images: int,
    names: tuple[str, ...],
) -> tuple[Row, Pass, IntArray]:
    predicted = np.full(num_images, PREDICTED)
    if callable(target):
        words = getattr(target, "__name__", "a function of the outputs")
        return Row(words, (1.0,)), Pass(target), predicted
    if target is None:
        target = "predicted"
    target = _by_name(target, names)
    if not isinstance(target, str):
        fixed = _fixed(target, num_images)
        return Row(FIXED, (1.0,)), Pass(), fixed
    if target == "predicted":
        return Row("predicted class", (1.0,)), Pass(), predicted
    if target == "against":
        return Row("against the predicted class", (-1.0,)), Pass(), predicted
    if target == "margin":
        return Row("margin", (1.0,)), Pass(is_margin=True), predicted
    return Row("label", (1.0,)), Pass(), _labels(target, labels)


def _ask_mistakes(
    labels: IntArray | None, num_images: int
) -> tuple[Question, IntArray]:
    wanted = np.stack(
        [np.full(num_images, PREDICTED), _labels("mistakes", labels)], axis=1
    )
    rows = (
        Row("predicted class", (1.0, 0.0)),
        Row("label", (0.0, 1.0), is_of_mistakes=True),
        Row("predicted instead of label", (1.0, -1.0), is_of_mistakes=True),
    )
    return Question((Pass(), Pass()), rows), wanted


def _ask_over_mask(
    target: OverMask, num_images: int
) -> tuple[Question, IntArray]:
    areas = as_masks(target.masks, num_images)
    if target.index is None:
        words, wanted = "predicted class over a mask", PREDICTED
    else:
        words = "class over a mask"
        wanted = int(_fixed(target.index, 1)[0])
    question = Question(
        (Pass(is_over_area=True),), (Row(words, (1.0,)),), areas
    )
    return question, np.full((num_images, 1), wanted)


def _ask_detections(
    targets: Sequence[Detection], num_images: int, names: tuple[str, ...]
) -> tuple[Question, IntArray]:
    passes, rows, columns, places = [], [], [], []
    for number, target in enumerate(targets):
        has_place = target.box is not None
        passes.append(Pass(is_detection=True, has_place=has_place))
        words = "detection" if has_place else "most confident detection"
        wanted = np.full(num_images, PREDICTED)
        if target.class_index is not None:
            words += " of a class"
            wanted = _classes_named(target.class_index, num_images, names)
        place = target.boxes(num_images)
        if has_place:
            words += " at a box"
            wanted = np.where(np.isnan(place).any(axis=1), ABSENT, wanted)
        if len(targets) > 1:
            words = f"{number + 1}: {words}"  # a row's head has little room
        unit = tuple(np.eye(len(targets))[number])
        rows.append(Row(words, unit))
        columns.append(wanted)
        places.append(place)
    question = Question(
        tuple(passes), tuple(rows), places=np.stack(places, axis=1)
    )
    return question, np.stack(columns, axis=1)


def _classes_named(
    index: Any, num_images: int, names: tuple[str, ...]
) -> IntArray:
    """Return the class of each image, of one or one per image."""
    if isinstance(index, list | tuple | np.ndarray):
        return _fixed([_by_name(one, names) for one in index], num_images)
    return _fixed(_by_name(index, names), num_images)


def _ask_classes(
    target: Any, num_images: int, names: tuple[str, ...]
) -> tuple[Question, IntArray]:
    """Ask for several classes per image: lists, or (n, k) booleans."""
    arrays = [
        np.asarray([_by_name(each, names) for each in one]) for one in target
    ]
    lists = [np.flatnonzero(x) if x.dtype == bool else x for x in arrays]
    length = max((x.size for x in lists), default=0)
    is_known = all(_is_classes(one) for one in lists)
    if len(lists) != num_images or not is_known or not length:
        raise ValueError(
            "target as lists of classes must have one list of indices per "
            f"image ({num_images}), each once and from 0 on, or be (n, "
            f"classes) of true and false; one in all — got {target!r}."
        )
    wanted = np.full((num_images, length), ABSENT)
    for row, one in zip(wanted, lists, strict=True):
        row[: len(one)] = one
    unit = np.eye(length)
    rows = tuple(Row(ONE_OF_SEVERAL, tuple(weights)) for weights in unit)
    return Question((Pass(),) * length, rows), wanted


def _ask_several(
    targets: Any,
    labels: IntArray | None,
    num_images: int,
    names: tuple[str, ...],
) -> tuple[Question, IntArray]:
    passes: list[Pass] = []
    columns: list[IntArray] = []
    places = []
    for target in targets:
        row, one, wanted = _ask_one(target, labels, num_images, names)
        known = [
            place
            for place, other in enumerate(passes)
            if other == one and np.array_equal(columns[place], wanted)
        ]
        if not known:
            passes.append(one)
            columns.append(wanted)
        words = ONE_OF_SEVERAL if row.words == FIXED else row.words
        places.append((words, row.weights[0], (known or [len(passes) - 1])[0]))
    told = [words for words, _, _ in places if words != ONE_OF_SEVERAL]
    if len(set(told)) < len(told) or len(set(places)) < len(places):
        raise ValueError(
            "target must name every row once; functions by their names — got "
            f"{targets!r}."
        )
    unit = np.eye(len(passes))
    rows = (
        Row(words, tuple(sign * unit[place])) for words, sign, place in places
    )
    return Question(tuple(passes), tuple(rows)), np.stack(columns, axis=1)


def _by_name(target: Any, names: tuple[str, ...]) -> Any:
    """Return the index of a class that is named, and all else as it is.

    Raises:
        ValueError: There is no such class, or there are several.
    """
    if not isinstance(target, str) or target in _WORDS:
        return target
    if names.count(target) == 1:
        return names.index(target)
    near = difflib.get_close_matches(target, [*_WORDS, *names], n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    if target in names:
        meant = " Several classes have that name; give the index."
    elif not names:
        meant += " class_names= lets a class be called by its name."
    raise ValueError(
        f"target must be {', '.join(map(repr, _WORDS))}, a class by its index "
        "or name, one index per image, or a callable — got "
        f"{target!r}.{meant}"
    )


def _is_several(target: Any) -> bool:
    is_list = isinstance(target, list | tuple)
    return is_list and any(isinstance(t, str) or callable(t) for t in target)


def _is_nested(target: Any) -> bool:
    if isinstance(target, np.ndarray):
        return target.ndim == 2
    return isinstance(target, list | tuple) and any(
        isinstance(one, list | tuple | np.ndarray) and np.ndim(one) == 1
        for one in target
    )


def _is_classes(one: AnyArray) -> bool:
    if one.ndim != 1 or not np.issubdtype(one.dtype, np.number):
        return False
    is_index = (one >= 0) & (one == np.floor(one))
    return bool(is_index.all() and len(np.unique(one)) == len(one))


def _fixed(target: Any, num_images: int) -> IntArray:
    try:
        classes = np.asarray(target)
        wanted = np.broadcast_to(classes.astype(int), num_images)
    except (TypeError, ValueError):
        wanted = None
    if wanted is None or np.any(classes != wanted) or np.any(wanted < 0):
        raise ValueError(
            "target must be None, a word, a class index, one index per image "
            f"({num_images}), or a callable — got {target!r}."
        )
    return np.asarray(wanted)


def _labels(target: str, labels: IntArray | None) -> IntArray:
    if labels is None:
        raise ValueError(
            f"target={target!r} needs the labels of the images — got none. "
            "Give labels=…"
        )
    return labels
