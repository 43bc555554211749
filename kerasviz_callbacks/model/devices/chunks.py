"""Work on many images in, the same in smaller chunks where memory runs out.

How many filters climb at once.

On a CPU the fastest is as many as fill the caches: more stall on memory, fewer
do not share what a step costs whatever its size. By measurement of two cores
(`docs/benchmarks.md`) that is about 8 at 150 px, 16 at 96 px and 32 below. It
depends on the canvas alone, never on the clock: a picture must not depend on
how busy the machine was, not even in its last bit.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

import tensorflow as tf

logger = logging.getLogger("kerasviz")

Part = TypeVar("Part")


class Chunks:
    """Cuts work into chunks that the device has the memory for.

    A chunk for which it has not is halved, and so are all after it, for good:
    what failed once is not tried at every capture again. Numbers may differ
    in their last digits from then on.

    Args:
        size: of a chunk, to begin with.
    """

    def __init__(self, size: int) -> None:
        self._size = size

    def run(self, work: Callable[[slice], Part], count: int) -> list[Part]:
        """Return what `work` gives for all of `count`, chunk by chunk.

        Args:
            work: from the places of a chunk to what is made of it.
            count: of all.

        Raises:
            tf.errors.ResourceExhaustedError: there is no memory for one.
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


_CPU_PIXELS = 2**18  # of all images of a chunk
_CPU_SMALLEST, _CPU_LARGEST = 8, 32
_GPU = 64


def chunk_size(shape: tuple[int, int, int]) -> int:
    """Return how many images of this (height, width, channels) climb at once.

    Always a power of two.
    """
    if tf.config.list_logical_devices("GPU"):
        return _GPU
    height, width, _ = shape
    size = _CPU_SMALLEST
    while size < _CPU_LARGEST and 2 * size * height * width <= _CPU_PIXELS:
        size *= 2
    return size
