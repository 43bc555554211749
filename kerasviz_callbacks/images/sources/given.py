"""Images as a user gave them, and which of them are used.

An image file that cannot be read may be skipped. `UsedImages` then cuts
everything else that is given per image, such as labels, to the images that are
used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kerasviz_callbacks.arrays import AnyArray, IntArray

_Array = TypeVar("_Array", bound=NDArray[np.generic])


@dataclass(frozen=True)
class UsedImages:
    """The images that are used, among all that were given.

    Anything else that is given per image has one entry for each image that was
    given. It is checked in that form, and then cut.

    Attributes:
        places: (n,) ordinals of the used images, ascending.
        num_given: Number of images that were given.
    """

    places: IntArray
    num_given: int

    def cut(self, values: _Array) -> _Array:
        """Return the entries of the used images, (n, …) of (num_given, …)."""
        return values[self.places]  # type: ignore[return-value]

    def spread(self, values: IntArray, filler: int) -> IntArray:
        """Return (num_given,) with `filler` for the skipped images."""
        spread = np.full(self.num_given, filler)
        spread[self.places] = values
        return spread


def all_used(num_images: int) -> UsedImages:
    """Return a record that every image is used."""
    return UsedImages(np.arange(num_images), num_images)


@dataclass(frozen=True)
class GivenImages:
    """Images as the user gave them, read but not checked.

    Attributes:
        values: (n, h, w, c) of any number type.
        names: Name of each image: its file, or its ordinal.
        used: Which of the given images they are. Labels and other inputs have
            one entry for each image that was given.
        notes: What was done to the images, in sentences.
        labels: (num_given,) class index of each; None if there are none.
        others: Values of the model's other inputs, (num_given, …) each.
        words: What was chosen of how many, in words; "" if nothing was.
        class_names: Names of the classes that came with them; () for none.
    """

    values: AnyArray
    names: tuple[str, ...]
    used: UsedImages
    notes: tuple[str, ...] = ()
    labels: IntArray | None = None
    others: Mapping[str, AnyArray] = field(default_factory=dict)
    words: str = ""
    class_names: tuple[str, ...] = ()
