"""Work on many images in, the same in smaller chunks where memory runs out."""

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
