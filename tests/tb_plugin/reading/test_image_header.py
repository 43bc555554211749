"""Sizes are read from the header of a picture alone."""

import io
import struct

import pytest
from PIL import Image

from tb_plugin.reading.pictures import image_size


def encoded(width: int, height: int, encoding: str, **options: bool) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, encoding, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (40, 7), (3, 300)])
@pytest.mark.parametrize("encoding", ["png", "jpeg"])
def test_size_is_that_of_the_picture(
    encoding: str, size: tuple[int, int]
) -> None:
    assert image_size(encoded(*size, encoding), encoding) == size


def test_size_of_a_progressive_jpeg_is_found() -> None:
    data = encoded(24, 8, "jpeg", progressive=True)
    assert image_size(data, "jpeg") == (24, 8)


@pytest.mark.parametrize("encoding", ["png", "jpeg"])
def test_another_encoding_has_no_size(encoding: str) -> None:
    other = {"png": "jpeg", "jpeg": "png"}[encoding]
    assert image_size(encoded(4, 4, other), encoding) is None


@pytest.mark.parametrize("encoding", ["png", "jpeg"])
def test_every_truncation_has_the_size_or_none(encoding: str) -> None:
    data = encoded(16, 8, encoding)
    sizes = {image_size(data[:end], encoding) for end in range(len(data))}
    assert sizes == {None, (16, 8)}


@pytest.mark.parametrize(
    "tail", [b"", b"\xff\xe0\0\0", b"\xff\xe0\0\1", b"\0" * 9]
)
def test_a_jpeg_of_odd_segments_has_no_size(tail: bytes) -> None:
    assert image_size(b"\xff\xd8" + tail, "jpeg") is None


def frame(width: int, height: int) -> bytes:
    """Return the segment of a JPEG that states its size."""
    components = b"\x01\x11\0\x02\x11\0\x03\x11\0"
    size = struct.pack(">HH", height, width)
    return b"\xff\xc0\0\x11\x08" + size + b"\x03" + components


SCAN = b"\xff\xda\0\x0c\3" + bytes(9)
HIDDEN = frame(16384, 16384)


@pytest.mark.parametrize(
    "before",
    [
        b"\xff",  # padding, which other decoders step over
        b"\xff" * 7,
        b"\xff\x01",  # markers without a length
        b"\xff\xd0",
        b"\xff\xd8",
        b"\xff\xd9",
        b"\xff\0",
        b"junk",
    ],
)
def test_what_decoders_step_over_in_other_ways_has_no_size(
    before: bytes,
) -> None:
    """A fill byte read as 96 x 96 here, and as 16384 x 16384 in a browser."""
    decoy = HIDDEN + bytes(0xC000) + frame(96, 96) + SCAN
    assert image_size(b"\xff\xd8" + before + decoy, "jpeg") is None
    assert image_size(b"\xff\xd8" + HIDDEN + SCAN, "jpeg") == (16384, 16384)


@pytest.mark.parametrize("frames", [frame(0, 8), frame(8, 0), 2 * frame(8, 8)])
def test_a_jpeg_without_one_frame_of_a_size_has_none(frames: bytes) -> None:
    assert image_size(b"\xff\xd8" + frames + SCAN, "jpeg") is None
