"""Reads the images that a user gives, in any form, into arrays.

| given                                      | becomes                     |
|--------------------------------------------|-----------------------------|
| (n, h, w, c) or (n, h, w)                  | one array; gray gets a      |
|                                            | channel axis                |
| a list of (h, w, c) or (h, w)              | one array, see `sizes`      |
| one path, or a list of paths               | one array, see `files`      |
| a pattern of paths, `"photos/*.jpg"`       | the same, in their order    |
| a folder, of pictures or of classes        | the same, and its labels    |
| `tf.data.Dataset`, `keras.utils.PyDataset` | one array, and its labels   |
| a tuple (images, labels)                   | the same                    |
| {input name: one of these}                 | one of these per input      |
| a list, one batch per input of the model   | one of these per input      |
| `SharedImages` of any of these             | as it was read first        |

Of more images than are wanted some are chosen, see `choice`.
"""

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, IntArray
from kerasviz_callbacks.images.sources.choice import balanced, evenly, in_words
from kerasviz_callbacks.images.sources.files import Unreadable, read_image_files
from kerasviz_callbacks.images.sources.folders import read_folder
from kerasviz_callbacks.images.sources.given import (
    GivenImages,
    UsedImages,
    all_used,
)
from kerasviz_callbacks.images.sources.shared import SharedImages
from kerasviz_callbacks.images.sources.sizes import of_one_size
from kerasviz_callbacks.images.sources.streams import is_stream, read_stream
from kerasviz_callbacks.images.sources.wanted import Wanted
from kerasviz_callbacks.model import ModelInput, Shape

_OTHER_LABELS = (
    "The labels that come with the images are no class indices, and are not "
    "used."
)


@dataclass(frozen=True)
class _Source:
    """Images that are still to be chosen from and read.

    Attributes:
        images: As a user gives them, but no stream and no folder.
        labels: What came with them, as it came; None for nothing.
        class_names: Names that came with them; () for none.
        names: Of each image, if they are not to be counted.
        words: What was chosen already, in words.
        notes: What one should know, in sentences.
    """

    images: Any
    labels: Any = None
    class_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: str = ""
    notes: tuple[str, ...] = ()


def read_images(
    images: Any,
    spec: ModelInput | None,
    input: str | int | None = None,
    unreadable: Unreadable = "raise",
    *,
    labels: Any = None,
    wanted: Wanted | None = None,
) -> GivenImages:
    """Return the images of any source as arrays.

    Args:
        images: The source; see the table above.
        spec: The inputs of the model; None if it is not built yet.
        input: Name of the image among several inputs of such a model.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.
        labels: Labels that were given beside the images.
        wanted: Which of the images, and which labels. Defaults to all.

    Raises:
        TypeError: If the source is of an unknown kind.
        ValueError: If files cannot be read, a dataset never ends, labels do
            not fit, or there are inputs that the model does not have.
    """
    if isinstance(images, SharedImages):
        return images.read(
            lambda one: read_images(
                one, spec, input, unreadable, labels=labels, wanted=wanted
            ),
            spec,
        )
    wanted = wanted or Wanted()
    shape = spec.image_shape if spec else (None, None, None)
    source = _opened(images, spec, shape, wanted, has_labels=labels is not None)
    if labels is not None and source.labels is not None:
        raise ValueError(
            "labels came twice, with the images and as labels=… Leave one "
            "out; dataset.map(lambda image, label: image) drops them."
        )
    one, others = split_inputs(source.images, spec, input)
    items = _items(one, shape)
    count = len(items)
    notes = source.notes
    indices: IntArray | None
    if labels is not None:
        indices = wanted.given_labels(labels, count)
    else:
        indices = wanted.found_labels(source.labels, count)
        if source.labels is not None and indices is None:
            notes = (*notes, _OTHER_LABELS)
    places, words = _chosen(count, indices, wanted.num_images)
    found = _read(_taken(items, places), shape, unreadable)
    names = found.names or tuple(str(place) for place in places)
    if source.names:
        names = tuple(source.names[place] for place in places)
    return replace(
        found,
        names=names,
        used=UsedImages(places[found.used.places], count),
        notes=(*notes, *found.notes),
        labels=indices,
        others=others,
        words=words or source.words,
        class_names=source.class_names,
    )


def _opened(
    images: Any,
    spec: ModelInput | None,
    shape: Shape,
    wanted: Wanted,
    *,
    has_labels: bool,
) -> _Source:
    """Open a stream or a folder, and separate images from labels."""
    if is_stream(images):
        return _of_stream(images, shape, wanted, has_labels=has_labels)
    if isinstance(images, str | os.PathLike):
        images = matching(images)
    if isinstance(images, str | os.PathLike) and os.path.isdir(images):
        folder = read_folder(images)
        if has_labels or folder.labels is None:
            return _Source(list(folder.paths))
        labels, names = wanted.named_labels(folder.labels, folder.class_names)
        return _Source(list(folder.paths), labels, names)
    if isinstance(images, tuple) and is_pair(images, spec):
        return _Source(images[0], images[1])
    return _Source(images)


def matching(path: str | os.PathLike[str]) -> Any:
    """Return the paths that match, if it is a pattern and no path.

    Raises:
        FileNotFoundError: None does.
    """
    pattern = os.fspath(path)
    if os.path.exists(pattern) or not glob.has_magic(pattern):
        return path
    found = sorted(glob.glob(os.path.expanduser(pattern), recursive=True))
    if not found:
        raise FileNotFoundError(
            "images must match files if they are a pattern — got "
            f"{pattern!r}, which matches none in {os.getcwd()!r}."
        )
    return found


def _of_stream(
    stream: Any, shape: Shape, wanted: Wanted, *, has_labels: bool
) -> _Source:
    names = tuple(getattr(stream, "class_names", None) or ())
    read = read_stream(
        stream,
        shape,
        wanted.found_labels,
        # Labels beside it are counted: all images have to be there.
        None if has_labels else wanted.num_images,
        wanted.num_classes or len(names) or None,
    )
    columns: Any = list(read.rows)
    if columns and isinstance(columns[0], Mapping):
        columns = {key: [row[key] for row in columns] for key in columns[0]}
    elif columns and isinstance(columns[0], list | tuple):
        columns = [list(rows) for rows in zip(*columns, strict=True)]
        is_one = len(columns) == 1
        columns = columns[0] if is_one else list(map(np.stack, columns))
    notes = (_OTHER_LABELS,) * read.has_other_labels
    return _Source(columns, read.labels, names, read.names, read.words, notes)


def is_pair(images: tuple[Any, ...], spec: ModelInput | None) -> bool:
    """Return whether this is (images, labels), with weights or without."""
    if len(images) not in (2, 3) or _is_per_input(images, spec):
        return False
    first = keras.tree.flatten(images[0])
    labels = keras.tree.flatten(images[1])
    if not first or not labels or isinstance(first[0], str | os.PathLike):
        return False
    batch, rank = first[0], np.ndim(labels[0])
    is_batch = isinstance(images[0], Mapping) or np.ndim(batch) in (3, 4)
    count = np.shape(batch)[0] if is_batch else -1
    if isinstance(images[0], list):  # of images
        is_batch, count = np.ndim(batch) in (2, 3), len(images[0])
        labels = [np.asarray(images[1])]
        rank = labels[0].ndim
    is_labels = rank in (1, 2) or (rank > 2 and np.ndim(batch) == 4)
    return is_batch and is_labels and np.shape(labels[0])[0] == count


def split_inputs(
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


def _items(images: Any, wanted: Shape) -> Any:
    """Return paths, a list of arrays, or an array (n, h, w, c)."""
    if isinstance(images, str | os.PathLike):
        return [images]
    if isinstance(images, tf.RaggedTensor):
        return [
            np.asarray(row.to_tensor() if hasattr(row, "to_tensor") else row)
            for row in images
        ]
    if not isinstance(images, list | tuple):
        return with_channels(as_array(images), wanted)
    if are_paths(images):
        return list(images)
    return [as_array(image) for image in images]


def are_paths(images: Sequence[Any]) -> bool:
    """Return whether all of these are paths."""
    is_path = [isinstance(one, str | os.PathLike) for one in images]
    return bool(is_path) and all(is_path)


def _chosen(
    count: int, labels: IntArray | None, num_images: int | None
) -> tuple[IntArray, str]:
    """Return the places of the images to use, and what was chosen, in words."""
    if num_images is None or count <= num_images:
        return np.arange(count), ""
    if labels is None:
        return evenly(count, num_images), in_words(num_images, f"{count:,}")
    places = balanced(labels, num_images)
    return places, in_words(num_images, f"{count:,}", labels[places])


def _taken(items: Any, places: IntArray) -> Any:
    if isinstance(items, np.ndarray):
        return items if len(places) == len(items) else items[places]
    return [items[place] for place in places]


def _read(items: Any, wanted: Shape, unreadable: Unreadable) -> GivenImages:
    if isinstance(items, np.ndarray):
        return GivenImages(items, (), all_used(len(items)))
    if are_paths(items):
        return read_image_files(items, wanted, unreadable)
    values, notes = of_one_size(items, wanted)
    values = with_channels(values, wanted)
    return GivenImages(values, (), all_used(len(values)), notes)


def as_array(images: Any) -> AnyArray:
    """Return numbers as an array, or raise TypeError."""
    values = np.asarray(images)
    is_number = np.issubdtype(values.dtype, np.number) or values.dtype == bool
    if is_number:
        return values
    todo = "np.stack makes one array of many."
    if isinstance(images, Iterator):
        todo = "What is read once is gone: give the dataset that it reads."
    raise TypeError(
        "images must be an array, a list of arrays, a tf.data.Dataset, a "
        "PyDataset, a tuple (images, labels), or paths of files or a folder "
        f"— got {type(images).__name__} of {values.dtype}. {todo}"
    )


def with_channels(values: AnyArray, wanted: Shape) -> AnyArray:
    """Return (n, h, w, c) of images that may lack the channel axis."""
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
