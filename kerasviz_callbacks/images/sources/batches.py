"""Reads hundreds or thousands of images batch by batch, and holds none.

| given                                      | images of a batch            |
|--------------------------------------------|------------------------------|
| (n, h, w, c), a memory map, or a list      | in an order that is drawn    |
| paths, a pattern of paths, a folder, a     | once, so that whatever has   |
| folder of folders of classes               | passed is a fair sample      |
| a tuple (images, labels)                   |                              |
| `tf.data.Dataset`, `keras.utils.PyDataset` | in the order of the stream   |

Files that cannot be read are left out and counted. Images of several sizes are
brought to one, as those of `sizes` are: that of the first batch where the model
leaves it open.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, IntArray
from kerasviz_callbacks.images.sources.files import read_image_files
from kerasviz_callbacks.images.sources.folders import read_folder
from kerasviz_callbacks.images.sources.sizes import of_one_size
from kerasviz_callbacks.images.sources.source import (
    are_paths,
    as_array,
    is_pair,
    matching,
    split_inputs,
    with_channels,
)
from kerasviz_callbacks.images.sources.streams import (
    is_endless,
    is_stream,
    stream_batches,
)
from kerasviz_callbacks.images.sources.wanted import Wanted
from kerasviz_callbacks.model import ModelInput, Shape

BATCH = 32
_SEED = 0


@dataclass(frozen=True)
class RawBatch:
    """Images of a pool as the user gave them.

    Attributes:
        values: (n, h, w, c) of any number type.
        indices: (n,) of the images in the pool.
        labels: (n,) class indices; None if there are none.
        others: Values of the model's other inputs by name, (n, …) each.
        num_unreadable: Images of the batch that could not be read.
    """

    values: AnyArray
    indices: IntArray
    labels: IntArray | None = None
    others: Mapping[str, AnyArray] = field(default_factory=dict)
    num_unreadable: int = 0


@dataclass(frozen=True)
class PoolSource:
    """Images to pass over, again and again.

    Attributes:
        images: A stream, or an array or a list of images or of paths.
        labels: (n,) class index of each; None for none, and for a stream,
            which brings its own.
        class_names: Names that came with them; () for none.
        num_images: How many there are; None if that is not known.
        spec: The inputs of the model.
        wanted: Which labels are wanted.
        size: Height and width of all images; None before the first batch
            where the model leaves it open.
    """

    images: Any
    labels: IntArray | None
    class_names: tuple[str, ...]
    num_images: int | None
    spec: ModelInput
    wanted: Wanted
    size: tuple[int, int] | None = None

    def batches(self) -> Iterator[RawBatch]:
        """Yield all images, at most `BATCH` at a time; never an empty batch."""
        raw = self._streamed() if is_stream(self.images) else self._indexed()
        for batch in raw:
            if len(batch.values) or batch.num_unreadable:
                yield batch

    def sized(self, size: tuple[int, int]) -> "PoolSource":
        """Return the same images, all of one size."""
        return replace(self, size=size)

    @property
    def _shape(self) -> Shape:
        return (*(self.size or self.spec.image_shape[:2]), *self._channels)

    @property
    def _channels(self) -> Shape:
        return self.spec.image_shape[2:]

    def _indexed(self) -> Iterator[RawBatch]:
        count = len(self.images)
        order = np.random.default_rng(_SEED).permutation(count)
        for first in range(0, count, BATCH):
            # Ascending: a memory map is read from one end to the other.
            places = np.sort(order[first : first + BATCH])
            yield self._read(places)

    def _read(self, places: IntArray) -> RawBatch:
        labels = self.labels
        if isinstance(self.images, np.ndarray):
            values = with_channels(self.images[places], self._shape)
            return RawBatch(values, places, _taken(labels, places))
        items = [self.images[place] for place in places]
        if not are_paths(items):
            values = self._of_one_size(items)
            return RawBatch(values, places, _taken(labels, places))
        try:
            found = read_image_files(items, self._shape, "skip")
        except ValueError:  # none of these can be read
            nothing = np.zeros((0, 1, 1, 1), np.uint8)
            return RawBatch(nothing, places[:0], None, {}, len(places))
        there = places[found.used.places]
        missing = len(places) - len(there)
        return RawBatch(found.values, there, _taken(labels, there), {}, missing)

    def _streamed(self) -> Iterator[RawBatch]:
        rows: list[Any] = []
        labels: list[int] | None = []
        first = 0
        for some, given in stream_batches(self.images, self._shape):
            found = self.wanted.found_labels(given, len(some))
            rows += some
            labels = (
                None
                if found is None or labels is None
                else (labels + found.tolist())
            )
            while len(rows) >= BATCH:
                yield self._of_rows(rows[:BATCH], labels, first)
                rows, first = rows[BATCH:], first + BATCH
                labels = None if labels is None else labels[BATCH:]
        if rows:
            yield self._of_rows(rows, labels, first)

    def _of_rows(
        self, rows: list[Any], labels: list[int] | None, first: int
    ) -> RawBatch:
        images, others = self._columns(rows)
        return RawBatch(
            self._of_one_size(images),
            np.arange(first, first + len(rows)),
            None if labels is None else np.array(labels[: len(rows)], int),
            others,
        )

    def _columns(self, rows: list[Any]) -> tuple[Any, dict[str, AnyArray]]:
        if isinstance(rows[0], Mapping):
            columns: Any = {key: [row[key] for row in rows] for key in rows[0]}
        elif isinstance(rows[0], list | tuple):
            columns = [np.stack(column) for column in zip(*rows, strict=True)]
            columns = columns[0] if len(columns) == 1 else columns
        else:
            return rows, {}
        return split_inputs(columns, self.spec, None)

    def _of_one_size(self, images: Any) -> AnyArray:
        items = [as_array(image) for image in images]
        size = self.size
        if size is not None and any(x.shape[:2] != size for x in items):
            # One more of the right size: all are brought to the model's.
            blank = np.zeros((*size, *items[0].shape[2:]), items[0].dtype)
            shape = (*size, *self._channels)
            return with_channels(
                of_one_size([*items, blank], shape)[0][:-1], shape
            )
        values, _ = of_one_size(items, self._shape)
        return with_channels(values, self._shape)


def open_pool(
    pool: Any, spec: ModelInput, wanted: Wanted, size: tuple[int, int] | None
) -> PoolSource:
    """Return a pool of images that can be passed over.

    Args:
        pool: Images as a user gives them; see the table above.
        spec: The inputs of the model.
        wanted: Which labels are wanted.
        size: Height and width to bring images to; None for the model's.

    Raises:
        TypeError: It is of an unknown kind.
        ValueError: It never ends, or labels do not fit.
    """
    if is_stream(pool):
        if is_endless(pool):
            raise ValueError(
                "pool must end — the dataset is infinite. Give dataset.take(n)."
            )
        names = tuple(getattr(pool, "class_names", None) or ())
        return PoolSource(pool, None, names, None, spec, wanted, size)
    names, labels = (), None
    if isinstance(pool, str | os.PathLike):
        pool = matching(pool)
    if isinstance(pool, str | os.PathLike) and os.path.isdir(pool):
        folder = read_folder(pool, "pool")
        pool = list(folder.paths)
        if folder.labels is not None:
            labels, names = _named(folder.labels, folder.class_names, wanted)
    elif isinstance(pool, str | os.PathLike):
        pool = [pool]
    elif isinstance(pool, tuple) and is_pair(pool, spec):
        pool, given = pool[0], pool[1]
        labels = wanted.given_labels(given, len(pool))
    items = _items(pool)
    return PoolSource(items, labels, names, len(items), spec, wanted, size)


def _named(
    labels: Sequence[int], names: tuple[str, ...], wanted: Wanted
) -> tuple[IntArray, tuple[str, ...]]:
    """Return labels and their names: the user's, or those of the folders.

    A pool may well be of other classes than those that the model tells apart.
    """
    known = wanted.class_names
    if not known or set(names) <= set(known) or len(names) == len(known):
        found, names = wanted.named_labels(labels, names)
        return np.array(found, int), names
    return np.array(labels, int), names


def _items(pool: Any) -> Any:
    if isinstance(pool, Mapping):
        raise TypeError(
            "pool must be images, or a dataset whose elements are what the "
            "model takes — got a dict. tf.data.Dataset.from_tensor_slices "
            "makes a dataset of it."
        )
    if isinstance(pool, Sequence) and len(pool):
        return pool
    items = as_array(pool)
    if items.ndim not in (3, 4) or not len(items):
        raise ValueError(
            "pool must be (n, h, w, c), or (n, h, w) if gray, with at least "
            f"one image — got shape {items.shape}."
        )
    return items


def _taken(labels: IntArray | None, places: IntArray) -> IntArray | None:
    return None if labels is None else labels[places]
