"""Checks the labels and class names that a user gives."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, IntArray

# In the order of the output, by index, or from name to index.
ClassNames: TypeAlias = Sequence[str] | Mapping[int, str] | Mapping[str, int]


def as_labels(labels: Any, num_images: int) -> IntArray:
    """Return one class index per image, (n,).

    Args:
        labels: (n,) or (n, 1) class indices, or (n, k) one-hot, smoothed or
            not: the largest counts.
        num_images: n.

    Raises:
        ValueError: If they have another form.
    """
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2 and _is_share(values):
        values = np.argmax(values, axis=1)
    if values.shape != (num_images,) or not _is_index(values):
        raise ValueError(
            "labels must be one class index per image, or one-hot — got "
            f"{_described(values)} for {num_images} images."
        )
    return values.astype(int)


def check_labels(labels: IntArray | None, num_classes: int | None) -> None:
    """Raise if a label is not one of the model's classes.

    Raises:
        ValueError: With the labels that are out of range.
    """
    if labels is None or num_classes is None:
        return
    wrong = np.unique(labels[labels >= num_classes])
    if len(wrong):
        listed = ", ".join(str(label) for label in wrong[:10])
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1}, the classes of the "
            f"output — got {listed}. Class indices count from 0."
        )


def check_class_names(
    class_names: ClassNames | None, num_classes: int | None
) -> tuple[str, ...]:
    """Return the names in the order of the output, () for none.

    Args:
        class_names: A list of names; by index, `{0: "cat"}`; or by name as
            Keras' `class_indices`, `{"cat": 0}`.
        num_classes: Number of classes; None if it is not known.

    Raises:
        TypeError: If they have no order.
        ValueError: If there is not one name per class.
    """
    if class_names is None:
        return ()
    names = _in_order(class_names)
    if num_classes is not None and len(names) != num_classes:
        raise ValueError(
            f"class_names must be one per class, {num_classes} — got "
            f"{len(names)}: {', '.join(names[:10])}. Their order is that of "
            "the output."
        )
    return names


def _in_order(class_names: Any) -> tuple[str, ...]:
    if isinstance(class_names, Mapping):
        return _by_index(class_names)
    is_list = isinstance(class_names, Sequence | np.ndarray)
    if not is_list or isinstance(class_names, str | bytes):
        raise TypeError(
            "class_names must be a list of names in the order of the output, "
            'or a dict such as {0: "cat"} or {"cat": 0} — got '
            f"{class_names!r}, which has no such order."
        )
    return tuple(str(name) for name in class_names)


def _by_index(given: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the names of a dict by index, or of one from name to index."""
    names = given
    if all(_is_whole(index) for index in given.values()):
        names = {index: name for name, index in given.items()}
    is_clear = len(names) == len(given) and all(
        _is_whole(index) and isinstance(name, str)
        for index, name in names.items()
    )
    if not is_clear or sorted(names) != list(range(len(given))):
        raise ValueError(
            'class_names as a dict must be by index, {0: "cat", 1: "dog"}, or '
            'by name, {"cat": 0, "dog": 1}, with each index from 0 on once — '
            f"got {given!r}."
        )
    return tuple(names[index] for index in range(len(given)))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_share(values: AnyArray) -> bool:
    """Return whether each row is shares of one, one-hot among others."""
    if not np.issubdtype(values.dtype, np.number) and values.dtype != bool:
        return False
    is_one = np.isclose(values.sum(axis=1), 1, atol=1e-3)
    return bool((values >= 0).all() and is_one.all())


def _is_index(values: IntArray) -> bool:
    is_number = np.issubdtype(values.dtype, np.number) or values.dtype == bool
    return bool(
        is_number and (values == np.floor(values)).all() and (values >= 0).all()
    )


def _described(values: IntArray) -> str:
    few = ", ".join(repr(value) for value in values.reshape(-1)[:5].tolist())
    return f"shape {values.shape} ({few}{', …' if values.size > 5 else ''})"
