"""A model and what it is about to be fed in, an error if ranges differ out.

A model that rescales or normalises bytes itself sees next to nothing in images
from 0 to 1: its answers, and its maps, are those of a black picture.
"""

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.pixel_range import takes_bytes
from kerasviz_callbacks.probe import Probe


def check_range(found: Probe, fed: FloatArray) -> None:
    """Raise if the model takes bytes and gets images from 0 to 1.

    The other way round cannot be told: nothing in a model says that it takes
    0 to 1.

    Raises:
        ValueError: with the layer, its range and that of the images.
    """
    low, high = float(fed.min()), float(fed.max())
    is_share = low >= 0 and 0 < high <= 1 and bool(np.any(fed % 1 != 0))
    if not is_share:
        return
    for answer in found.answers:
        layer = answer.located.layer
        if answer.sees_image and takes_bytes(layer):
            raise ValueError(
                "images must be in the range that the model takes: its layer "
                f"{answer.located.path!r} ({type(layer).__name__}) expects "
                f"pixels from 0 to 255 — it would see {low:.3g} to {high:.3g}."
                " Give bytes, or preprocess=lambda images: images * 255."
            )
