"""Sizes are read from the header of a picture alone."""

import io

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
