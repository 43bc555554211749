"""Brings images of several sizes to one.

To the size that the model takes, as a pipeline before it would; where the model
leaves the size open, to the one that most of the images have. Bilinear and
antialiased, as image files are. It is always said.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray
from kerasviz_callbacks.model import Shape

_MAX_NAMED = 10
Size = tuple[int, int]  # height and width


def common_size(
    sizes: Sequence[Size], wanted: Shape
) -> tuple[Size, tuple[str, ...]]:
    """Return the size to bring images to, and what to say of it.

    Args:
        sizes: Of each image.
        wanted: (h, w, c) that the model takes, None for what it leaves open.
    """
    height, width = wanted[:2]
    counts = Counter(sizes)
    if height is not None and width is not None:
        size, whose = (height, width), "the model's"
    else:
        most = max(counts.values())
        size = min(one for one, count in counts.items() if count == most)
        whose = "their most common size,"
    if set(sizes) == {size}:
        return size, ()
    listed = [f"{w} x {h}" for h, w in sorted(counts)]
    more = ", …" * (len(listed) > _MAX_NAMED)
    return size, (
        f"of {', '.join(listed[:_MAX_NAMED])}{more} px were stretched to "
        f"{whose} {size[1]} x {size[0]}.",
    )


def of_one_size(
    arrays: Sequence[AnyArray], wanted: Shape
) -> tuple[AnyArray, tuple[str, ...]]:
    """Return images as one array, resized if their sizes differ.

    Args:
        arrays: (h, w, c) or (h, w) each, of any number type.
        wanted: (h, w, c) that the model takes, None for what it leaves open.

    Raises:
        ValueError: Some have channels and others not, or other ones.
    """
    shapes = {array.shape for array in arrays}
    if len(shapes) <= 1:
        return np.stack(arrays) if arrays else np.zeros((0, 1, 1, 1)), ()
    is_image = all(array.ndim in (2, 3) for array in arrays)
    if not is_image or len({array.shape[2:] for array in arrays}) > 1:
        listed = ", ".join(map(str, sorted(shapes)[:_MAX_NAMED]))
        raise ValueError(
            "images in a list must be (h, w, c), or all (h, w), with as many "
            f"channels each — got {listed}."
        )
    size, notes = common_size([array.shape[:2] for array in arrays], wanted)
    resized = np.stack([_resized(array, size) for array in arrays])
    return resized, tuple(f"Images {note}" for note in notes)


def _resized(array: AnyArray, size: Size) -> AnyArray:
    if array.shape[:2] == size:
        return array
    values = array if array.ndim == 3 else array[..., None]
    resized = tf.image.resize(
        values.astype(np.float32), size, antialias=True
    ).numpy()
    resized = resized if array.ndim == 3 else resized[..., 0]
    if np.issubdtype(array.dtype, np.integer):
        resized = np.rint(resized)
    return np.asarray(resized.astype(array.dtype))
