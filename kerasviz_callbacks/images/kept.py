"""Which of the images given are used, so that all given beside them follows."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from kerasviz_callbacks.arrays import IntArray

Unreadable: TypeAlias = Literal["raise", "skip"]
_Array = TypeVar("_Array", bound=NDArray[np.generic])


@dataclass(frozen=True)
class Kept:
    """The images that are used, among all that were given.

    Whatever is given per image has one entry for each that was given; it is
    checked as that, and then cut.

    Attributes:
        places: (n,) ordinals of the used images, ascending.
        num_given: how many were given.
    """

    places: IntArray
    num_given: int

    def cut(self, values: _Array) -> _Array:
        """Return the entries of the used images, (n, …) of (num_given, …)."""
        return values[self.places]  # type: ignore[return-value]

    def spread(self, values: IntArray, filler: int) -> IntArray:
        """Return (num_given,) with `filler` for the images left out."""
        spread = np.full(self.num_given, filler)
        spread[self.places] = values
        return spread


def all_kept(num_images: int) -> Kept:
    """Return that every image is used."""
    return Kept(np.arange(num_images), num_images)


def check_unreadable(unreadable: str) -> None:
    """Raise ValueError for a word that is none of `Unreadable`."""
    if unreadable not in get_args(Unreadable):
        raise ValueError(
            "unreadable must be 'raise' or 'skip' (leave out image files that "
            f"cannot be read) — got {unreadable!r}."
        )
