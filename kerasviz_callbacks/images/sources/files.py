"""Reads image files into one array, skipping unreadable ones on request.

Files come from anywhere: a small one may claim to be huge, and some formats
start other programs as they are read. So formats are those of a list, the size
is looked at before anything is decoded, and a file is decoded, brought to the
model's size and let go before the next one.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from PIL import Image, ImageOps

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.images.sources.given import GivenImages, UsedImages
from kerasviz_callbacks.images.sources.sizes import Size, common_size
from kerasviz_callbacks.model import Shape

Unreadable: TypeAlias = Literal["raise", "skip"]
_MAX_NAMED = 10
# Never EPS and the like, for which Pillow starts Ghostscript.
_FORMATS = (
    "PNG JPEG MPO GIF BMP DIB WEBP TIFF PPM TGA PCX ICO JPEG2000 AVIF".split()
)
MAX_PIXELS = 2**27  # of a file: 400 MB decoded
MAX_KEPT_PIXELS = 2**29  # of all, as they are fed: 1.5 GB
_LARGE = 2**24  # pixels; larger JPEGs are decoded at a half or less
_ORIENTATION = 0x0112  # in EXIF; from 5 on width and height change places
_MODES = {1: "L", 4: "RGBA"}  # by channels of the model; else RGB
# What Pillow raises for files that are torn, forged or no pictures.
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def check_unreadable(unreadable: str) -> None:
    """Raise ValueError for a word that is not one of `Unreadable`."""
    if unreadable not in get_args(Unreadable):
        raise ValueError(
            "unreadable must be 'raise' or 'skip' (image files that cannot be "
            f"read) — got {unreadable!r}."
        )


def read_image_files(
    paths: Sequence[str | os.PathLike[str]],
    wanted: Shape,
    unreadable: Unreadable = "raise",
) -> GivenImages:
    """Read images of the formats that are common; see `is_picture`.

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
    pictures, faults = _read_all(paths, wanted)
    if faults and (unreadable == "raise" or not pictures):
        raise ValueError(
            "images must be files that can be read as pictures — these "
            f"cannot: {_named(faults)}. Remove them, or use the "
            "rest with unreadable='skip'."
        )
    used = UsedImages(np.array(list(pictures), int), len(paths))
    names = tuple(os.path.basename(os.fspath(paths[i])) for i in pictures)
    read = list(pictures.values())
    del pictures
    fitting, stretched = _fitted(read, wanted)
    notes = (*_left_out(faults, len(paths)), *stretched)
    return GivenImages(_stacked(fitting), names, used, notes)


def formats() -> tuple[str, ...]:
    """Return the formats that are read, as far as this Pillow knows them."""
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def is_picture(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is one of these formats, judged by its suffix."""
    suffix = os.path.splitext(path)[1].lower()
    return Image.registered_extensions().get(suffix) in formats()


@dataclass(frozen=True)
class _Picture:
    """A file that was read.

    Attributes:
        image: As it will be fed, if the model's size is known.
        size: Height and width of the file.
    """

    image: Image.Image
    size: Size


def _read_all(
    paths: Sequence[str | os.PathLike[str]], wanted: Shape
) -> tuple[dict[int, _Picture], list[str]]:
    """Return the images by ordinal, and what is wrong with the others.

    Raises:
        ValueError: They take more memory than they may.
    """
    pictures: dict[int, _Picture] = {}
    faults, num_pixels = [], 0
    for ordinal, path in enumerate(paths):
        try:
            picture = _read(path, wanted)
        except _UNREADABLE as error:
            faults.append(f"{os.fspath(path)!r} ({error})")
            continue
        num_pixels += picture.image.width * picture.image.height
        if num_pixels > MAX_KEPT_PIXELS:
            raise ValueError(
                "images must have at most "
                f"{MAX_KEPT_PIXELS >> 20} million pixels together where the "
                f"model leaves the size open — the first {ordinal + 1} of "
                f"{len(paths)} files have more. Scale them down, or give fewer."
            )
        pictures[ordinal] = picture
    return pictures, faults


def _fitted(
    pictures: list[_Picture], wanted: Shape
) -> tuple[list[Image.Image], tuple[str, ...]]:
    """Return the images in one size, and what was done to them."""
    size, notes = common_size([one.size for one in pictures], wanted)
    fitted = [_resized(one.image, size) for one in pictures]
    return fitted, tuple(f"Image files {note}" for note in notes)


def _resized(image: Image.Image, size: Size) -> Image.Image:
    height, width = size
    if image.size == (width, height):
        return image
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _left_out(faults: list[str], num_given: int) -> tuple[str, ...]:
    if not faults:
        return ()
    return (
        f"{len(faults)} of {num_given} image files could not be read and were "
        f"skipped: {_named(faults)}.",
    )


def _named(faults: list[str]) -> str:
    more = f" and {len(faults) - _MAX_NAMED} more" * (len(faults) > _MAX_NAMED)
    return f"{', '.join(faults[:_MAX_NAMED])}{more}"


def _read(path: str | os.PathLike[str], wanted: Shape) -> _Picture:
    height, width, num_channels = wanted
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError("no plain file")  # a FIFO would be waited for
    with Image.open(path, formats=formats()) as file:
        _check(file, num_channels)
        given = file.height, file.width
        if height is not None and width is not None:
            _decode_smaller(file, 2 * height, 2 * width)
        is_smaller = given != (file.height, file.width)
        is_turned = is_smaller and file.getexif().get(_ORIENTATION, 1) > 4
        ImageOps.exif_transpose(file, in_place=True)
        if not is_smaller:
            given = file.height, file.width
        mode = _MODES.get(num_channels or 3, "RGB")
        image = file if file.mode == mode else file.convert(mode)
        if height is not None and width is not None:
            image = _resized(image, (height, width))
        # As large as what is kept: the file is let go.
        image = image.copy() if image is file else image
    return _Picture(image, given[::-1] if is_turned else given)


def _check(file: Image.Image, num_channels: int | None) -> None:
    """Raise ValueError for a picture that is not to be decoded."""
    if file.width * file.height > MAX_PIXELS:
        raise ValueError(
            f"{file.width} x {file.height} pixels are more than "
            f"{MAX_PIXELS >> 20} million: scale it down"
        )
    if file.mode.startswith(("I", "F")):
        most = "65535" if file.mode.startswith("I") else "their largest"
        raise ValueError(
            f"mode {file.mode!r} has more than 8 bits: give an array, "
            f"np.asarray(Image.open(file)) / {most}, and what the model "
            "takes of it as preprocess=…"
        )
    if num_channels == 4 and not file.has_transparency_data:
        raise ValueError(
            "the model takes 4 channels and the file has no "
            "transparency: give an array of all channels"
        )


def _decode_smaller(file: Image.Image, height: int, width: int) -> None:
    """Have a large JPEG decoded at a half, a quarter or an eighth.

    Never below this height and width.
    """
    if file.format == "JPEG" and file.width * file.height > _LARGE:
        side = max(height, width)  # the camera may have been turned
        file.draft(None, (side, side))


def _stacked(pictures: list[Image.Image]) -> ByteArray:
    arrays = np.stack([np.asarray(picture) for picture in pictures])
    return arrays if arrays.ndim == 4 else arrays[..., None]
