"""The bytes of a layer's heatmaps in, one of them out."""

import numpy as np

from kerasviz_callbacks.arrays import FloatArray

_FLOAT32 = np.dtype("<f4")


def map_at(
    file: bytes | str | None, size: tuple[int, int, int], place: int
) -> FloatArray | None:
    """Return one map, (h, w) float32; None where the bytes do not fit.

    Args:
        file: all maps; anything but bytes is why there are none.
        size: their number, height and width, as the record says.
        place: which one.
    """
    count, height, width = size
    num_bytes = _FLOAT32.itemsize * count * height * width
    if not isinstance(file, bytes) or len(file) != num_bytes:
        return None
    start = _FLOAT32.itemsize * height * width * place
    values = np.frombuffer(file, _FLOAT32, height * width, start)
    return values.reshape(height, width)
