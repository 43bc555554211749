"""How many filters climb at once.

On a CPU the fastest is as many as fill the caches: more stall on memory, fewer
do not share what a step costs whatever its size. By measurement of two cores
(`docs/benchmarks.md`) that is about 8 at 150 px, 16 at 96 px and 32 below. It
depends on the canvas alone, never on the clock: a picture must not depend on
how busy the machine was, not even in its last bit.
"""

import tensorflow as tf

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
