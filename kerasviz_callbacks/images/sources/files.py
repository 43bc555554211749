"""Reads image files into one array, skipping unreadable ones on request."""

import os
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np
from PIL import Image, ImageOps

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.images.sources.given import GivenImages, UsedImages
from kerasviz_callbacks.images.sources.sizes import common_size
from kerasviz_callbacks.model import Shape

Unreadable: TypeAlias = Literal["raise", "skip"]
_MAX_NAMED = 10
_MODES = {1: "L", 4: "RGBA"}  # by channels of the model; else RGB
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
    takes one channel, to RGBA if it takes four and to RGB otherwise, and
    resized to the size that the model takes (bilinear, antialiased), as
    `keras.utils.load_img` does.

    Args:
        paths: One path per image.
        wanted: (h, w, c) that the model takes, None for a size that it leaves
            open.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.

    Raises:
        ValueError: If some files cannot be read, or none can.
    """
    num_channels = wanted[2]
    pictures, faults = _read_all(paths, num_channels)
    if faults and (unreadable == "raise" or not pictures):
        raise ValueError(
            "images must be files that can be read as pictures — these "
            f"cannot: {_named(faults)}. Leave them out, or the rest is used "
            "with unreadable='skip'."
        )
    used = UsedImages(np.array(list(pictures), int), len(paths))
    names = tuple(os.path.basename(os.fspath(paths[i])) for i in pictures)
    fitting, stretched = _fitted(list(pictures.values()), wanted)
    notes = (*_left_out(faults, len(paths)), *stretched)
    return GivenImages(_stacked(fitting), names, used, notes)


def _read_all(
    paths: Sequence[str | os.PathLike[str]], num_channels: int | None
) -> tuple[dict[int, Image.Image], list[str]]:
    """Return the images by ordinal, and what is wrong with the others."""
    pictures, faults = {}, []
    for ordinal, path in enumerate(paths):
        try:
            pictures[ordinal] = _read(path, num_channels)
        except _UNREADABLE as error:
            faults.append(f"{os.fspath(path)!r} ({error})")
    return pictures, faults


def _fitted(
    pictures: list[Image.Image], wanted: Shape
) -> tuple[list[Image.Image], tuple[str, ...]]:
    """Return the images in one size, and what was done to them."""
    (height, width), notes = common_size(
        [(picture.height, picture.width) for picture in pictures], wanted
    )
    resample = Image.Resampling.BILINEAR
    fitted = [
        picture
        if picture.size == (width, height)
        else picture.resize((width, height), resample)
        for picture in pictures
    ]
    return fitted, tuple(f"Image files {note}" for note in notes)


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


def _read(
    path: str | os.PathLike[str], num_channels: int | None
) -> Image.Image:
    with Image.open(path) as file:
        if file.mode.startswith(("I", "F")):
            most = "65535" if file.mode.startswith("I") else "their largest"
            raise ValueError(
                f"mode {file.mode!r} has more than 8 bits: give an array, "
                f"np.asarray(Image.open(file)) / {most}, and what the model "
                "takes of it as preprocess=…"
            )
        mode = _MODES.get(num_channels or 3, "RGB")
        if mode == "RGBA" and not file.has_transparency_data:
            raise ValueError(
                "the model takes 4 channels and the file has no "
                "transparency: give an array of all channels"
            )
        return ImageOps.exif_transpose(file).convert(mode)


def _stacked(pictures: list[Image.Image]) -> ByteArray:
    arrays = np.stack([np.asarray(picture) for picture in pictures])
    return arrays if arrays.ndim == 4 else arrays[..., None]
