"""Reads image files into one array, skipping unreadable ones on request."""

import os
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np
from PIL import Image, ImageOps

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.images.sources.given import GivenImages, UsedImages
from kerasviz_callbacks.model import Shape

Unreadable: TypeAlias = Literal["raise", "skip"]
_MAX_NAMED = 10
# What Pillow raises for files that are torn, forged or no pictures.
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def check_unreadable(unreadable: str) -> None:
    """Raise ValueError for a word that is not one of `Unreadable`."""
    if unreadable not in get_args(Unreadable):
        raise ValueError(
            "unreadable must be 'raise' or 'skip' (leave out image files that "
            f"cannot be read) — got {unreadable!r}."
        )


def read_image_files(
    paths: Sequence[str | os.PathLike[str]],
    wanted: Shape,
    unreadable: Unreadable = "raise",
) -> GivenImages:
    """Read images of any format that Pillow knows.

    They are rotated as the camera noted (EXIF), converted to gray if the model
    takes one channel and to RGB otherwise, and resized to the size that the
    model takes (bilinear, antialiased), as `keras.utils.load_img` does.

    Args:
        paths: One path per image.
        wanted: (h, w, c) that the model takes, None for a size that it leaves
            open.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.

    Raises:
        ValueError: If some files cannot be read, or none can, or their sizes
            differ and the model leaves the size open.
    """
    height, width, num_channels = wanted
    pictures, faults = _read_all(paths, "L" if num_channels == 1 else "RGB")
    if faults and (unreadable == "raise" or not pictures):
        raise ValueError(
            "images must be files that can be read as pictures — these "
            f"cannot: {_named(faults)}. Leave them out, or the rest is used "
            "with unreadable='skip'."
        )
    used = UsedImages(np.array(list(pictures), int), len(paths))
    names = tuple(os.path.basename(os.fspath(paths[i])) for i in pictures)
    fitting, stretched = _fitted(list(pictures.values()), height, width)
    notes = (*_left_out(faults, len(paths)), *stretched)
    return GivenImages(_stacked(fitting), names, used, notes)


def _read_all(
    paths: Sequence[str | os.PathLike[str]], mode: str
) -> tuple[dict[int, Image.Image], list[str]]:
    """Return the images by ordinal, and what is wrong with the others."""
    pictures, faults = {}, []
    for ordinal, path in enumerate(paths):
        try:
            pictures[ordinal] = _read(path, mode)
        except _UNREADABLE as error:
            faults.append(f"{os.fspath(path)!r} ({error})")
    return pictures, faults


def _fitted(
    pictures: list[Image.Image], height: int | None, width: int | None
) -> tuple[list[Image.Image], tuple[str, ...]]:
    """Return the images in the model's size, and what was done to them."""
    sizes = {picture.size for picture in pictures}
    if height is None or width is None:
        _check_one_size(sizes)
        return pictures, ()
    size = (width, height)
    if sizes == {size}:
        return pictures, ()
    resample = Image.Resampling.BILINEAR
    note = (
        f"Image files of {_listing(sizes)} px were stretched to the model's "
        f"{width} x {height}."
    )
    return [picture.resize(size, resample) for picture in pictures], (note,)


def _left_out(faults: list[str], num_given: int) -> tuple[str, ...]:
    if not faults:
        return ()
    return (
        f"{len(faults)} of {num_given} image files could not be read and were "
        f"left out: {_named(faults)}.",
    )


def _named(faults: list[str]) -> str:
    more = f" and {len(faults) - _MAX_NAMED} more" * (len(faults) > _MAX_NAMED)
    return f"{', '.join(faults[:_MAX_NAMED])}{more}"


def _read(path: str | os.PathLike[str], mode: str) -> Image.Image:
    with Image.open(path) as file:
        if file.mode.startswith(("I", "F")):
            raise ValueError(f"mode {file.mode!r} has more than 8 bits")
        return ImageOps.exif_transpose(file).convert(mode)


def _check_one_size(sizes: set[tuple[int, int]]) -> None:
    if len(sizes) > 1:
        raise ValueError(
            "images must be of one size where the model leaves it open — got "
            f"files of {_listing(sizes)} px. Resize them, and give an array."
        )


def _listing(sizes: set[tuple[int, int]]) -> str:
    listed = [f"{width} x {height}" for width, height in sorted(sizes)]
    return ", ".join(listed[:_MAX_NAMED]) + (", …" * (len(listed) > _MAX_NAMED))


def _stacked(pictures: list[Image.Image]) -> ByteArray:
    arrays = np.stack([np.asarray(picture) for picture in pictures])
    return arrays if arrays.ndim == 4 else arrays[..., None]
