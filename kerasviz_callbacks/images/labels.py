"""Checks the labels and class names that a user gives."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, IntArray


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
    class_names: Sequence[str] | None, num_classes: int | None
) -> tuple[str, ...]:
    """Return the names as a tuple, () for none.

    Raises:
        TypeError: If they are a single string.
        ValueError: If there is not one name per class.
    """
    if class_names is None:
        return ()
    if isinstance(class_names, str):
        raise TypeError(
            f"class_names must be a list of names — got {class_names!r}."
        )
    names = tuple(str(name) for name in class_names)
    if num_classes is not None and len(names) != num_classes:
        raise ValueError(
            f"class_names must be one per class, {num_classes} — got "
            f"{len(names)}: {', '.join(names[:10])}. Their order is that of "
            "the output."
        )
    return names


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
