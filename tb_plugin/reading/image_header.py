"""An encoded picture in, the width and height that it claims out.

Only its first bytes are read. A picture of a log is untrusted: one of 60 000 x
60 000 pixels takes a few kilobytes here and 14 GB in a browser.
"""

import struct
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
# Start of frame, all codings: those from 0xC0 to 0xCF that are not tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def image_size(data: bytes, encoding: str) -> tuple[int, int] | None:
    """Return (width, height), or None where `data` is no such picture.

    Args:
        data: the file.
        encoding: `png` or `jpeg`.
    """
    try:
        return _png_size(data) if encoding == "png" else _jpeg_size(data)
    except struct.error:  # the file ends before its header does
        return None


def _png_size(data: bytes) -> tuple[int, int] | None:
    length, name, width, height = struct.unpack_from(">I4sII", data, len(_PNG))
    if not data.startswith(_PNG) or (length, name) != (13, b"IHDR"):
        return None
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(_JPEG):
        return None
    for marker, place in _jpeg_segments(data):
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
    return None


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield each segment's marker and place, up to where it stops fitting."""
    place = len(_JPEG)
    while True:
        start, marker, length = struct.unpack_from(">BBH", data, place)
        if start != 0xFF or length < 2:
            return
        yield marker, place
        place += 2 + length
