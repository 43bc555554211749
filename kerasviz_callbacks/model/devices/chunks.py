"""Cuts work on many images into chunks that the device has memory for.

On a CPU the fastest chunk is as large as the caches: more images stall on
memory, fewer do not share the fixed cost of a step. Measured on two cores
(`docs/lab_notes.md`), that is about 8 images at 150 px, 16 at 96 px and 32
below. The size depends on the canvas alone, never on the clock: a pattern must
not depend on how busy the machine was, not even in its last bit.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TypeVar

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import ImageShape

logger = logging.getLogger("kerasviz")

Part = TypeVar("Part")
_CPU_PIXELS = 2**18  # of all images of a chunk
_CPU_SMALLEST, _CPU_LARGEST = 8, 32  # images
_GPU_IMAGES = 64


class Chunks:
    """Runs work chunk by chunk and halves the chunks when memory runs out.

    A smaller size is kept for good, so that what failed once is not tried again
    at every capture. From then on numbers may differ in their last digits.

    Args:
        size: Initial number of images per chunk.
    """

    def __init__(self, size: int) -> None:
        self._size = size

    def run(self, work: Callable[[slice], Part], count: int) -> list[Part]:
        """Return the results of `work` for `count` images, one per chunk.

        Args:
            work: Function from the slice of a chunk to its result.
            count: Number of images in total.

        Raises:
            tf.errors.ResourceExhaustedError: If there is no memory for one
                image.
        """
        parts: list[Part] = []
        first = 0
        while first < count:
            size = min(self._size, count - first)
            try:
                parts.append(work(slice(first, first + size)))
            except tf.errors.ResourceExhaustedError:
                if size == 1:
                    raise
                self._size = size // 2
                logger.warning(
                    "kerasviz: no memory to draw %d at once; from now on %d.",
                    size,
                    self._size,
                )
            else:
                first += size
        return parts


def joined(parts: Sequence[Part]) -> Part:
    """Return the results of all chunks as one, each a dataclass of arrays.

    Args:
        parts: One per chunk, with arrays that have one row per image.
    """
    names = [field.name for field in fields(parts[0])]  # type: ignore[arg-type]
    return type(parts[0])(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in names
        )
    )


def chunk_size(shape: ImageShape) -> int:
    """Return how many images of this (height, width, channels) to run at once.

    Always a power of two.
    """
    if tf.config.list_logical_devices("GPU"):
        return _GPU_IMAGES
    height, width, _ = shape
    size = _CPU_SMALLEST
    while size < _CPU_LARGEST and 2 * size * height * width <= _CPU_PIXELS:
        size *= 2
    return size
