"""Reads a few images of a stream: a `tf.data.Dataset` or a `PyDataset`.

An element is what `fit` takes: images alone or with labels and sample weights,
in batches or one by one. No more is read than the choice needs, and never more
than `MAX_READ` images for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import IntArray
from kerasviz_callbacks.images.sources.choice import (
    MAX_READ,
    Gathered,
    in_words,
)
from kerasviz_callbacks.model import Shape

MAX_FROM_DATASET = 10_000  # a dataset that never ends is found out here
_LIKELY_CHANNELS = (1, 3, 4)

Stream: TypeAlias = tf.data.Dataset | keras.utils.PyDataset
# From the labels of a batch to class indices; None if they are none.
LabelsOf: TypeAlias = Callable[[Any, int], IntArray | None]


@dataclass(frozen=True)
class FromStream:
    """The chosen images of a stream.

    Attributes:
        rows: What the model is fed of each: an array, or a nest of arrays.
        names: Ordinal of each in the stream.
        labels: Class index of each; None if the stream has none.
        words: What was chosen of what, in words.
        has_other_labels: Whether there are labels that are no classes.
    """

    rows: tuple[Any, ...]
    names: tuple[str, ...]
    labels: IntArray | None
    words: str
    has_other_labels: bool


def is_stream(images: Any) -> bool:
    """Return whether images come from a stream."""
    return isinstance(images, tf.data.Dataset | keras.utils.PyDataset)


def read_stream(
    stream: Stream,
    wanted: Shape,
    labels_of: LabelsOf,
    num_images: int | None,
    num_classes: int | None,
) -> FromStream:
    """Return some images of a stream, balanced over their labels.

    Args:
        stream: Its elements are images, or tuples that begin with images and
            labels.
        wanted: (h, w, c) that the model takes, None for what it leaves open.
        labels_of: From the labels of a batch of so many images to class
            indices; None if they are none.
        num_images: How many to choose; None for all.
        num_classes: Number of classes, if it is known.

    Raises:
        ValueError: All are wanted of a stream that does not end.
    """
    if num_images is None and is_endless(stream):
        raise _never_ends("is infinite")
    found: Gathered | None = None
    has_given, has_ended = False, True
    for rows, given in stream_batches(stream, wanted):
        labels = None if given is None else labels_of(given, len(rows))
        has_given = has_given or given is not None
        if found is None:
            found = Gathered(num_images, labels is not None, num_classes)
        usable = labels if found.has_labels and labels is not None else None
        for place, row in enumerate(rows):
            found.add(row, 0 if usable is None else int(usable[place]))
        if num_images is None and found.num_read > MAX_FROM_DATASET:
            raise _never_ends(f"gave more than {MAX_FROM_DATASET} images")
        if found.is_enough():
            has_ended = False
            break
    return _chosen(found or Gathered(num_images, False), has_given, has_ended)


def _chosen(found: Gathered, has_given: bool, has_ended: bool) -> FromStream:
    rows = found.chosen()
    labels = np.array([label for _, label, _ in rows], int)
    words = ""
    if len(rows) < found.num_read:
        given = f"{'' if has_ended else 'the first '}{found.num_read:,}"
        balanced = labels if found.has_labels else None
        words = in_words(len(rows), given, balanced)
    return FromStream(
        tuple(row for _, _, row in rows),
        tuple(str(ordinal) for ordinal, _, _ in rows),
        labels if found.has_labels else None,
        words,
        has_given and not found.has_labels,
    )


def stream_batches(
    stream: Stream, wanted: Shape
) -> Iterator[tuple[list[Any], Any]]:
    """Yield the rows of each batch, and its labels, None for none."""
    is_batched: bool | None = True
    if isinstance(stream, tf.data.Dataset):
        is_batched = None
    for element in _elements(stream):
        images, labels = _pair(element)
        if is_batched is None:
            is_batched = _is_batched(images, labels, wanted)
        if not is_batched:
            # A batch of one, as what follows takes them.
            one = keras.tree.map_structure(np.asarray, images)
            yield [one], _in_a_batch(labels)
            continue
        leaves = keras.tree.flatten(images)
        leaves = [
            x if isinstance(x, tf.RaggedTensor) else np.asarray(x)
            for x in leaves
        ]
        count = int(leaves[0].shape[0])
        rows = [
            keras.tree.pack_sequence_as(images, [_row(x, i) for x in leaves])
            for i in range(count)
        ]
        yield rows, labels


def _elements(stream: Stream) -> Iterator[Any]:
    if isinstance(stream, tf.data.Dataset):
        yield from stream
        return
    count, index = _num_batches(stream), 0
    while count is None or index < count:
        yield stream[index]
        index += 1


def _pair(element: Any) -> tuple[Any, Any]:
    if not isinstance(element, tuple):
        return element, None
    return element[0], element[1] if len(element) > 1 else None


def _in_a_batch(labels: Any) -> Any:
    if labels is None:
        return None
    return keras.tree.map_structure(lambda x: np.asarray(x)[None], labels)


def _row(values: Any, place: int) -> Any:
    if isinstance(values, tf.RaggedTensor):
        row = values[place]
        dense = row.to_tensor() if isinstance(row, tf.RaggedTensor) else row
        return np.asarray(dense)
    return np.array(values[place])  # a copy: the batch may go


def _is_batched(images: Any, labels: Any, wanted: Shape) -> bool:
    """Return whether an element is a batch, by the shape of the image in it.

    (h, w, c) and a batch of (n, h, w) look alike: then what the model takes
    tells, and else what is common.
    """
    shape = max((tuple(x.shape) for x in keras.tree.flatten(images)), key=len)
    if len(shape) != 3:
        return len(shape) > 3
    height, width, channels = wanted
    is_image = channels is not None and _fits(shape, wanted)
    is_batch = channels in (None, 1) and _fits(shape[1:], (height, width))
    is_batch = is_batch and (height is not None or channels == 1)
    if is_image != is_batch:
        return is_batch
    ranks = {len(x.shape) for x in keras.tree.flatten(labels or ())}
    if ranks == {0}:
        return False
    return shape[-1] not in _LIKELY_CHANNELS


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    pairs = zip(shape, wanted, strict=True)
    return all(size in (None, got) for got, size in pairs)


def is_endless(stream: Stream) -> bool:
    """Return whether a stream says that it does not end."""
    if isinstance(stream, tf.data.Dataset):
        return bool(stream.cardinality() == tf.data.INFINITE_CARDINALITY)
    return _num_batches(stream) is None


def _num_batches(stream: keras.utils.PyDataset) -> int | None:
    try:
        return len(stream)
    except (NotImplementedError, TypeError):
        return None  # it does not end


def _never_ends(what: str) -> ValueError:
    return ValueError(
        f"images must be a few held-out images — the dataset {what}. Give "
        f"dataset.take(n), or num_images=16: of the first {MAX_READ:,} at "
        "most they are chosen."
    )
