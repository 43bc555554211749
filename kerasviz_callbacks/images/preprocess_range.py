"""Images, and what `preprocess` made of them, in; an error if it is of bytes.

What a preprocessing takes is not written on it, with one exception: those of
`keras.applications` take bytes. For the rest a factor tells: what divides by
64 or more was meant for bytes, what multiplies by as much for 0 to 1.
"""

from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray

_FACTOR = 64.0  # of the widths of the two ranges: between 1 and 127.5
_SURELY_BYTES = 16.0


def check_preprocess(
    values: AnyArray, fed: FloatArray, preprocess: Any
) -> None:
    """Raise if the images are of another range than `preprocess` takes.

    Args:
        values: (n, h, w, c) as given.
        fed: what `preprocess` made of them.
        preprocess: the function.

    Raises:
        ValueError: with both ranges.
    """
    low, high = float(values.min()), float(values.max())
    width, fed_width = high - low, float(fed.max()) - float(fed.min())
    if values.shape[-1] not in (1, 3):
        return  # of such images any range is sound
    is_share = low >= 0 and high <= 1 and bool(np.any(values % 1 != 0))
    wanted = None
    if is_share and (fed_width * _FACTOR < width or _is_of_keras(preprocess)):
        is_changed = fed.shape != values.shape or not np.allclose(fed, values)
        wanted = "0 to 255" if is_changed else None
    if high > _SURELY_BYTES and fed_width > width * _FACTOR:
        wanted = "0 to 1"
    if wanted is not None:
        raise ValueError(
            f"images must be in the range that preprocess takes, {wanted}, it "
            f"seems — got {low:.3g} to {high:.3g}, of which it makes "
            f"{fed.min():.3g} to {fed.max():.3g}. Give the other range, or "
            "change preprocess."
        )


def _is_of_keras(preprocess: Any) -> bool:
    module = str(getattr(preprocess, "__module__", ""))
    return module.startswith("keras.") and ".applications" in module
