"""A pool of images that pass by: hundreds or thousands, none of them held.

`Pool` opens what a user gives as `pool=`, and checks its first batch as
held-out images are checked. Passing over it yields batches: each image as it is
shown, as it is fed, with its label and the hash of its content.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import (
    AnyArray,
    ByteArray,
    FloatArray,
    IntArray,
)
from kerasviz_callbacks.images.held_out import (
    HeldOutImages,
    Preprocess,
    check_size,
    fed_images,
)
from kerasviz_callbacks.images.own_preprocess import (
    Frame,
    OwnPreprocess,
    measured_frame,
)
from kerasviz_callbacks.images.pixels import (
    BYTES,
    SHARES,
    as_bytes,
    content_hashes,
    span_of,
    to_look_at,
)
from kerasviz_callbacks.images.range_check import check_preprocess
from kerasviz_callbacks.images.sources import (
    PoolSource,
    RawBatch,
    Wanted,
    open_pool,
)
from kerasviz_callbacks.model import ModelInput, keeping_state


@dataclass(frozen=True)
class PoolBatch:
    """Some images of a pool.

    Attributes:
        shown: (n, H, W, 1 or 3) uint8. Raw images.
        fed: (n, h, w, c) float32. Input of the model.
        others: Values of the model's other inputs by name, (n, …) each.
        indices: (n,) of the images in the pool.
        labels: (n,) class indices; None if there are none.
        hashes: (n,) uint64, the first digits of `content_hashes`.
    """

    shown: ByteArray
    fed: FloatArray
    others: Mapping[str, AnyArray]
    indices: IntArray
    labels: IntArray | None
    hashes: AnyArray


class Pool:
    """Images to pass over again and again.

    Args:
        pool: Images as a user gives them; see `sources.batches`.
        spec: The inputs of the model.
        wanted: Which labels are wanted.
        preprocess: Function from raw images to the model's input, or the
            model's own.
        held_out: Held-out images, which the pool has to be like.

    Attributes:
        class_names: Names of the classes; () for none.
        num_images: How many there are; None if that is not known.
        is_stream: Whether they come from a dataset, which may run code of the
            user's own.
        first: The first batch.

    Raises:
        TypeError, ValueError: If they cannot be used; the message says what to
            do.
    """

    def __init__(
        self,
        pool: Any,
        spec: ModelInput,
        *,
        wanted: Wanted,
        preprocess: Preprocess | OwnPreprocess | None = None,
        held_out: HeldOutImages | None = None,
    ) -> None:
        self._given = preprocess
        self._mapped: Preprocess | None = None
        self._frame: Frame | None = None
        source = open_pool(pool, spec, wanted, _open_size(spec, held_out))
        raw = next(_readable(source), None)
        if raw is None:
            raise ValueError(
                "pool must hold images that can be read — got none. Give a "
                "folder of pictures, an array or a dataset."
            )
        self._source = source.sized(raw.values.shape[1:3])
        as_bytes(raw.values)  # complains about what no person looks at
        self._span = span_of(raw.values)
        self._check_like(held_out)
        self._prepare(raw.values)
        self.class_names = source.class_names
        self.num_images = source.num_images
        self.is_stream = source.num_images is None
        self.first = self._fed(raw)
        if preprocess is not None:
            check_preprocess(raw.values, self.first.fed, preprocess)
        check_size(self.first.fed, spec, preprocess)

    def __iter__(self) -> Iterator[PoolBatch]:
        """Pass over all images once; what cannot be read is left out."""
        for raw in _readable(self._source):
            yield self._fed(raw)

    def fed(self, shown: ByteArray) -> FloatArray:
        """Return raw images, as they are shown, as input of the model.

        Exact where all channels are shown and nothing is cropped.
        """
        low, high = self._span
        is_bytes = self._span == BYTES
        values = shown if is_bytes else low + shown / 255.0 * (high - low)
        return fed_images(np.asarray(values), self._mapped)

    def _prepare(self, values: AnyArray) -> None:
        """Trace the model's own preprocessor once for all batches."""
        own = self._given
        if not isinstance(own, OwnPreprocess):
            self._mapped = own
            return
        self._frame = measured_frame(own, *values.shape[1:])
        dtype = np.float32 if values.dtype == np.float64 else values.dtype
        spec = tf.TensorSpec([None, *values.shape[1:]], dtype)
        mapped = tf.function(own, autograph=False).get_concrete_function(spec)
        run: Callable[[Any], Any] = keeping_state(own.model, mapped)
        self._mapped = lambda images: run(tf.constant(images, spec.dtype))

    def _fed(self, raw: RawBatch) -> PoolBatch:
        values = raw.values
        known = {SHARES: (SHARES,), BYTES: (SHARES, BYTES)}.get(self._span)
        if known is not None and (span := span_of(values)) not in known:
            raise ValueError(
                "pool must hold images of one range of pixels — its first "
                f"batch is of {_words(self._span)}, another of {_words(span)}. "
                "Bring them to one."
            )
        pixels = self._pixels(values)
        shown = to_look_at(pixels)
        return PoolBatch(
            shown=shown if self._frame is None else self._frame.framed(shown),
            fed=fed_images(values, self._mapped),
            others=raw.others,
            indices=raw.indices,
            labels=raw.labels,
            hashes=as_numbers(content_hashes(pixels)),
        )

    def _pixels(self, values: AnyArray) -> ByteArray:
        if values.dtype == np.uint8:
            return values
        low, high = self._span
        share = (values - low) / ((high - low) or 1.0)
        return np.rint(np.clip(share, 0, 1) * 255.0).astype(np.uint8)

    def _check_like(self, held_out: HeldOutImages | None) -> None:
        spans = {self._span, held_out.span if held_out else self._span}
        if spans == {BYTES, SHARES}:
            raise ValueError(
                "pool must be of the same range of pixels as images — its "
                f"pixels are {_words(self._span)}, those of images "
                f"{'0 to 255' if self._span == SHARES else '0 to 1'}. Bring "
                "both to one."
            )


def _words(span: tuple[float, float]) -> str:
    return f"{span[0]:g} to {span[1]:g}"


def as_numbers(hashes: tuple[str, ...]) -> AnyArray:
    """Return hashes of 16 hexadecimal digits as (n,) uint64."""
    return np.array([int(each, 16) for each in hashes], np.uint64)


def _open_size(
    spec: ModelInput, held_out: HeldOutImages | None
) -> tuple[int, int] | None:
    """Return the size to bring images to where the model leaves it open."""
    if None not in spec.image_shape[:2] or held_out is None:
        return None
    return held_out.raw_size


def _readable(source: PoolSource) -> Iterator[RawBatch]:
    return (raw for raw in source.batches() if len(raw.values))
