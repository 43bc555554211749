"""Reads the images that a user gives, in any form, into arrays.

| given                                    | becomes                     |
|------------------------------------------|-----------------------------|
| (n, h, w, c) or (n, h, w)                | one array; gray gets a      |
|                                          | channel axis                |
| a list of (h, w, c) or (h, w), one size  | one array                   |
| one path, or a list of paths             | one array, see `files`      |
| `tf.data.Dataset`, batched or not        | one array, and its labels   |
| {input name: one of these}               | one of these per input      |
| a list, one batch per input of the model | one of these per input      |
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray
from kerasviz_callbacks.images.sources.files import Unreadable, read_image_files
from kerasviz_callbacks.images.sources.given import GivenImages, all_used
from kerasviz_callbacks.model import ModelInput, Shape

MAX_FROM_DATASET = 10_000  # a dataset that never ends is found out here


def read_images(
    images: Any,
    spec: ModelInput | None,
    input: str | int | None,
    unreadable: Unreadable = "raise",
) -> GivenImages:
    """Return the images of any source as arrays.

    Args:
        images: The source; see the table above.
        spec: The inputs of the model; None if it is not built yet.
        input: Name of the image among several inputs of such a model.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.

    Raises:
        TypeError: If the source is of an unknown kind.
        ValueError: If images differ in size, files cannot be read, a dataset
            never ends, or there are inputs that the model does not have.
    """
    labels = None
    if isinstance(images, tf.data.Dataset):
        images, labels = _gathered(images)
    one, others = _split(images, spec, input)
    wanted = spec.image_shape if spec else (None, None, None)
    found = _one_input(one, wanted, unreadable)
    return replace(found, labels=labels, others=others)


def _split(
    images: Any, spec: ModelInput | None, input: str | int | None
) -> tuple[Any, dict[str, AnyArray]]:
    """Separate the image from the values of the model's other inputs."""
    if isinstance(images, list | tuple) and _is_per_input(images, spec):
        names = spec.names if spec else ()
        images = dict(zip(names, images, strict=True))
    if not isinstance(images, Mapping):
        return images, {}
    name = spec.names[spec.image] if spec else input
    known = spec.names if spec else tuple(images)
    unknown = [given for given in images if given not in known]
    if name not in images or unknown:
        raise ValueError(
            f"images as a dict must be {{input name: values}} and hold the "
            f"image, {name!r} — got {list(images)}. The inputs are: "
            f"{', '.join(map(repr, known))}; input=… names the image."
        )
    others = {
        given: np.asarray(value)
        for given, value in images.items()
        if given != name
    }
    return images[name], others


def _is_per_input(images: Sequence[Any], spec: ModelInput | None) -> bool:
    """Return whether this is one batch per input, and not a list of images."""
    if spec is None or len(spec.names) < 2 or len(images) != len(spec.names):
        return False
    return all(
        np.ndim(value) == len(shape) + 1
        for value, shape in zip(images, spec.shapes, strict=True)
    )


def _one_input(
    images: Any, wanted: Shape, unreadable: Unreadable
) -> GivenImages:
    if isinstance(images, str | os.PathLike):
        images = [images]
    if isinstance(images, list | tuple):
        if images and all(isinstance(x, str | os.PathLike) for x in images):
            return read_image_files(images, wanted, unreadable)
        images = _stacked(images)
    values = _with_channels(_as_array(images), wanted)
    names = tuple(str(index) for index in range(len(values)))
    return GivenImages(values, names, all_used(len(values)))


def _as_array(images: Any) -> AnyArray:
    values = np.asarray(images)
    is_number = np.issubdtype(values.dtype, np.number) or values.dtype == bool
    if not is_number:
        raise TypeError(
            "images must be an array, a list of arrays of one size, a "
            f"tf.data.Dataset, or paths of files — got {type(images).__name__}"
            f" of {values.dtype}. np.stack makes one array of many."
        )
    return values


def _stacked(images: Sequence[Any]) -> AnyArray:
    arrays = [_as_array(image) for image in images]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        listed = ", ".join(map(str, shapes[:10]))
        raise ValueError(
            f"images in a list must be of one size — got {listed}. Resize "
            "them, or give the paths of the files."
        )
    return np.stack(arrays) if arrays else np.zeros((0, 1, 1, 1))


def _with_channels(values: AnyArray, wanted: Shape) -> AnyArray:
    shape = values.shape
    if values.ndim == 4:
        return values
    if values.ndim == 3 and not (shape[-1] == wanted[-1] != 1):
        return values[..., None]
    todo = (
        "Give one image as images[None]."
        if values.ndim in (2, 3)
        else "The first axis counts the images."
    )
    raise ValueError(
        "images must be (n, h, w, c), or (n, h, w) if grey — got shape "
        f"{shape}. {todo}"
    )


def _gathered(dataset: tf.data.Dataset) -> tuple[Any, Any]:
    """Return all images of a dataset, and the labels if it has some."""
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise _never_ends("is infinite")
    spec = dataset.element_spec
    is_pair = isinstance(spec, tuple) and len(spec) > 1
    image_spec = tf.nest.flatten(spec[0] if isinstance(spec, tuple) else spec)
    is_batched = any(x.shape.rank == 4 for x in image_spec)
    elements, count = [], 0
    for element in dataset if is_batched else dataset.batch(256):
        elements.append(element)
        count += int(tf.shape(tf.nest.flatten(element)[0])[0])
        if count > MAX_FROM_DATASET:
            raise _never_ends(f"gave more than {MAX_FROM_DATASET} images")
    if not elements:
        return np.zeros((0, 1, 1, 1)), None
    joined = tf.nest.map_structure(
        lambda *parts: np.concatenate([np.asarray(part) for part in parts]),
        *elements,
    )
    if not isinstance(spec, tuple):
        return joined, None
    return joined[0], joined[1] if is_pair else None


def _never_ends(what: str) -> ValueError:
    return ValueError(
        f"images must be a few held-out images — the dataset {what}. Give "
        "dataset.take(n)."
    )
