"""Paths of image files in, one array of pictures out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.model_input import Shape

_MAX_NAMED = 10


@dataclass(frozen=True)
class ImageFiles:
    """Pictures read from files.

    Attributes:
        pixels: (n, h, w, 1 or 3) uint8.
        names: of the files, without their directories.
        notes: what was done to them, in sentences.
    """

    pixels: ByteArray
    names: tuple[str, ...]
    notes: tuple[str, ...]


def read_image_files(
    paths: Sequence[str | os.PathLike[str]], wanted: Shape
) -> ImageFiles:
    """Read pictures of any format that Pillow knows.

    They are turned as the camera noted (EXIF), made grey where the model takes
    one channel and RGB otherwise, and stretched to the size that the model
    takes (bilinear, antialiased), as `keras.utils.load_img` does.

    Args:
        paths: one per picture.
        wanted: (h, w, c) that the model takes, None for what it leaves open.

    Raises:
        ValueError: some cannot be read, or they differ in size and the model
            leaves the size open.
    """
    height, width, num_channels = wanted
    mode = "L" if num_channels == 1 else "RGB"
    pictures, faults = [], []
    for path in paths:
        try:
            pictures.append(_read(path, mode))
        except (OSError, ValueError) as error:
            faults.append(f"{os.fspath(path)!r} ({error})")
    if faults:
        more = f" and {len(faults) - _MAX_NAMED} more" * (
            len(faults) > _MAX_NAMED
        )
        raise ValueError(
            "images must be files that can be read as pictures — these "
            f"cannot: {', '.join(faults[:_MAX_NAMED])}{more}. Leave them out."
        )
    names = tuple(os.path.basename(os.fspath(path)) for path in paths)
    sizes = {picture.size for picture in pictures}
    if height is None or width is None:
        _check_one_size(sizes)
        return ImageFiles(_stacked(pictures), names, ())
    size = (width, height)
    notes: tuple[str, ...] = ()
    if sizes != {size}:
        resample = Image.Resampling.BILINEAR
        pictures = [picture.resize(size, resample) for picture in pictures]
        notes = (
            f"Image files of {_listing(sizes)} px were stretched to the "
            f"model's {width} x {height}.",
        )
    return ImageFiles(_stacked(pictures), names, notes)


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
