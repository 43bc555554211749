"""Converts raw images to bytes, and hashes their content.

The range of the values is decided for the whole set at once:

| given                               | read as              |
|-------------------------------------|----------------------|
| integers, all from 0 to 255         | bytes                |
| true and false                      | white and black      |
| floats, all from 0 to 1             | 0 black, 1 white     |
| floats, all from 0 to 255           | 0 black, 255 white   |
| anything else, 1 or 3 channels      | an error             |
| anything else, other channel counts | smallest to largest  |

Gray and RGB images are shown as they are. With other channel counts the first
three channels are shown as red, green and blue (of two channels, the first as
gray).
"""

import hashlib

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, ByteArray

BYTES = (0.0, 255.0)
SHARES = (0.0, 1.0)
_HASH_DIGITS = 16


def as_bytes(values: AnyArray) -> tuple[ByteArray, str]:
    """Return images as bytes, and a sentence on how they were read.

    Args:
        values: (n, h, w, c), finite, of any number type.

    Raises:
        ValueError: If gray or RGB images do not lie in a known range.
    """
    low, high = float(values.min()), float(values.max())
    seen = f"values from {low:.4g} to {high:.4g}"
    if (span := span_of(values)) == SHARES:
        how = "as" if values.dtype == bool else "read as"
        return _rounded(values * 255.0), f"{seen}, {how} 0 to 1"
    if span == BYTES:
        return _rounded(values), f"{seen}, read as 0 to 255"
    if values.shape[-1] in (1, 3):
        raise ValueError(
            "images must be raw, before any model preprocessing: 0 to 255 or "
            f"0 to 1 — got {seen}. Pass the originals, and the model's "
            f"preprocessing as preprocess=…; or {_way_out(values, low, high)}"
        )
    stretched = (values - low) / ((high - low) or 1.0) * 255.0
    return _rounded(stretched), f"{seen}, shown stretched to 0 to 255"


def _way_out(values: AnyArray, low: float, high: float) -> str:
    """Return how images of any numbers are given, and fed as they were."""
    if np.issubdtype(values.dtype, np.unsignedinteger):
        low, high = 0.0, float(np.iinfo(values.dtype).max)
    # Integers with a sign would wrap around silently.
    is_signed = np.issubdtype(values.dtype, np.signedinteger)
    images = "np.float32(images)" if is_signed else "images"
    minus, plus = f"({images} - {low:g})", f" + {low:g}"
    if low < 0:
        minus, plus = f"({images} + {-low:g})", f" - {-low:g}"
    elif not low:
        minus, plus = "images", ""
    size = f"{high - low:g}"
    return (
        f"images={minus} / {size} with preprocess=lambda x: x * {size}{plus}, "
        "which feeds them as they are."
    )


def span_of(values: AnyArray) -> tuple[float, float]:
    """Return the values of black and white; see the table above.

    For images in no known range, these are the smallest and the largest.

    Args:
        values: (n, h, w, c), finite, of any number type.
    """
    low, high = float(values.min()), float(values.max())
    is_float = np.issubdtype(values.dtype, np.floating)
    if values.dtype == bool or (is_float and low >= 0 and high <= 1):
        return SHARES
    return BYTES if low >= 0 and high <= 255 else (low, high)


def to_look_at(pixels: ByteArray) -> ByteArray:
    """Return (n, h, w, 1 or 3) of images with any number of channels."""
    num_channels = pixels.shape[-1]
    return pixels[..., : 3 if num_channels >= 3 else 1]


def content_hashes(pixels: ByteArray) -> tuple[str, ...]:
    """Return the hash of each image's content: equal images, equal hashes.

    It is the first 16 hexadecimal digits of SHA-256 over shape and bytes, with
    all channels.
    """
    return tuple(_content_hash(image) for image in pixels)


def _content_hash(image: ByteArray) -> str:
    content = repr(image.shape).encode() + image.tobytes()
    return hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]


def _rounded(values: AnyArray) -> ByteArray:
    return np.asarray(np.rint(values), np.uint8)
