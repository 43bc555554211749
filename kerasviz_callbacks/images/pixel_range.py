"""Determines the range of raw pixel values that a model is used with.

A pattern should be a valid raw image, so the range of such images must be
known. The user gives it, or it is inferred from the images or the model.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import Range
from kerasviz_callbacks.images.first_scaling import range_taken
from kerasviz_callbacks.images.pixels import BYTES, SHARES
from kerasviz_callbacks.model import Probe

TensorPreprocess: TypeAlias = Callable[[Any], Any]


def pixel_range(
    probe: Probe,
    given: Range | None,
    *,
    has_preprocess: bool,
    images: Range | None = None,
) -> tuple[Range, str]:
    """Return the pixel range, and where it comes from, in words.

    It is the range of the held-out images, if there are some. With `preprocess`
    it is 0 to 255, as `keras.applications` expects. Without it, it is what the
    model's first operations take, and 0 to 1 if they do not tell.

    Raises:
        ValueError: If the held-out images lie outside the given range.
    """
    if given is not None:
        _check_images(given, images)
        return given, "as given"
    if images is not None and images[0] < images[1]:
        return images, "that of the images"
    if has_preprocess:
        return BYTES, "what preprocess takes"
    if (taken := range_taken(probe)) is not None:
        return taken, "the model rescales such pixels itself"
    return SHARES, "assumed; Preset.steady(value_range=…) says otherwise"


def _check_images(given: Range, images: Range | None) -> None:
    if images is None or (given[0] <= images[0] and images[1] <= given[1]):
        return
    raise ValueError(
        f"images must lie in value_range, {given} — they are from "
        f"{images[0]:g} to {images[1]:g}. Leave value_range out, and it is "
        "that of the images."
    )


def as_range(value_range: Any) -> Range | None:
    """Return (low, high); None if the range is to be inferred.

    Raises:
        ValueError: If it is not two finite numbers, the lower one first.
    """
    if value_range is None:
        return None
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError):
        low = high = float("nan")
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(
            "value_range must be the lowest and the highest pixel value that "
            f"images have, such as (0, 255) — got {value_range!r}."
        )
    return low, high


def as_to_input(preprocess: TensorPreprocess | None) -> TensorPreprocess:
    """Return the function from raw pixels to the model's input, on tensors.

    Raises:
        TypeError: If `preprocess` is not callable.
    """
    if preprocess is None:
        return lambda images: images
    if not callable(preprocess):
        raise TypeError(
            "preprocess must be a function from images to what the model "
            f"takes — got {preprocess!r}."
        )

    def to_input(images: tf.Tensor) -> tf.Tensor:
        try:
            fed = preprocess(images)
        except Exception as error:
            raise ValueError(
                "preprocess must work on tensors, since gradients go through "
                f"it — {type(error).__name__}: {error}. Write it with "
                "keras.ops or tf instead of NumPy."
            ) from error
        return tf.cast(fed, tf.float32)

    return to_input
