"""Reads pictures of a log, checked against what the records say of them.

A picture of a log is untrusted: one of 60 000 x 60 000 pixels takes a few
kilobytes here and 14 GB in a browser. So size and format are read from the
first bytes, and whatever does not fit the record becomes a fault. They are read
by hand: the plugin needs TensorBoard alone, and 2.18 does not bring Pillow.

Two decoders may find two sizes in one file. What is read here is refused unless
it is written as our writer writes it: no padding, no marker without a length,
nothing that one decoder steps over in another way than the next.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tb_plugin.contract import Exemplars, HeldOutImage, PatternLayer, Sheet
from tb_plugin.reading.captures import AnyLayer
from tb_plugin.reading.pack import PackEntry
from tb_plugin.reading.reader import Reader, ReadError

MAX_PACK_BYTES = 32 * 2**20
MAX_PICTURE_BYTES = 32 * 2**20
MAX_PICTURE_PIXELS = 2**26  # 8192 x 8192, 256 MB in a browser
MAX_PACK_PIXELS = 2**28  # of all pictures of a pack, 1 GB in a browser
_FLOAT32_BYTES = 4
_FLOAT16_BYTES = 2


@dataclass(frozen=True)
class RawHeatmaps:
    """What a record says of raw heatmaps: their number and their size."""

    count: int
    height: int
    width: int
    what: ClassVar[str] = "the maps"

    @property
    def num_bytes(self) -> int:
        """Bytes that they take, in float32."""
        return self.count * self.height * self.width * _FLOAT32_BYTES


@dataclass(frozen=True)
class RawResponses:
    """What a record says of responses: how many filters and images."""

    count: int
    num_images: int
    what: ClassVar[str] = "the responses"

    @property
    def num_bytes(self) -> int:
        """Bytes that they take, in float16."""
        return self.count * self.num_images * _FLOAT16_BYTES


Claim = PatternLayer | Exemplars | RawHeatmaps | RawResponses | HeldOutImage


@dataclass(frozen=True)
class Wanted:
    """One picture to read.

    Attributes:
        name: Name of its entry in the pack.
        key: Key of its blob; None if there is none.
        absence: Sentence to give in that case.
        claims: What records say of it. It must fit one of them, if there are
            any.
    """

    name: Mapping[str, str | int]
    key: str | None
    absence: str
    claims: Sequence[Claim]


def claims_of(layer: AnyLayer, blob: int) -> tuple[Claim, ...]:
    """Return what a record says of one blob of a layer's picture.

    Args:
        layer: The record.
        blob: 0 for the sheet or the raw heatmaps, 1 for the crops of exemplars
            or the mean heatmaps, 2 for the responses of filters.
    """
    if isinstance(layer, PatternLayer):
        if not blob:
            return (layer,)
        found = layer.exemplars
        if found is None or blob == 1:
            return () if found is None else (found,)
        return (RawResponses(len(layer.filters), found.num_sampled),)
    count = len(layer.mean_class if blob else layer.maximum)
    return (RawHeatmaps(count, layer.height, layer.width),)


def pack_entries(
    reader: Reader, wanted: Sequence[Wanted], remark: Mapping[str, str | bool]
) -> list[PackEntry]:
    """Return one entry per picture, in order.

    Args:
        reader: Reader of the log.
        wanted: The pictures.
        remark: What an entry says that no longer fits into the pack.
    """
    blobs = reader.blobs([w.key for w in wanted if w.key is not None])
    return list(_entries(wanted, blobs, remark))


def _entries(
    wanted: Sequence[Wanted],
    blobs: Iterator[bytes | ReadError],
    remark: Mapping[str, str | bool],
) -> Iterator[PackEntry]:
    num_bytes = num_pixels = 0
    for one in wanted:
        if one.key is None:
            yield _fault(one, one.absence)
        elif num_bytes > MAX_PACK_BYTES or num_pixels > MAX_PACK_PIXELS:
            yield PackEntry(one.name, remark=remark)
        else:
            entry = _read(one, next(blobs))
            num_bytes += len(entry.content or b"")
            num_pixels += _num_pixels(entry.content or b"")
            yield entry


def _read(one: Wanted, blob: bytes | ReadError) -> PackEntry:
    if isinstance(blob, ReadError):
        return _fault(one, str(blob))
    misfit = _misfit(blob, one.claims)
    return _fault(one, misfit) if misfit else PackEntry(one.name, blob)


def _num_pixels(content: bytes) -> int:
    """Return the pixels of a picture; 0 for heatmaps."""
    for encoding in ("png", "jpeg"):
        if size := image_size(content, encoding):
            return size[0] * size[1]
    return 0


def _fault(one: Wanted, message: str) -> PackEntry:
    return PackEntry(one.name, remark={"fault": message})


def _misfit(blob: bytes, claims: Iterable[Claim]) -> str | None:
    """Return why the picture fits none of the claims, or None if it does."""
    if len(blob) > MAX_PICTURE_BYTES:
        return f"a picture of {len(blob)} bytes is too large"
    misfits = [_misfit_of_claim(blob, claim) for claim in claims]
    return None if None in misfits else next(iter(misfits), None)


def _misfit_of_claim(blob: bytes, claim: Claim) -> str | None:
    if isinstance(claim, RawHeatmaps | RawResponses):
        if len(blob) == claim.num_bytes:
            return None
        return f"{claim.what} have {len(blob)} bytes; the record says otherwise"
    if isinstance(claim, HeldOutImage):
        least = claim.shown_width, claim.shown_height
        return _misfit_of_image(blob, claim.encoding, least)
    sheet = claim.sheet
    if isinstance(claim, Exemplars):
        return _misfit_of_sheet(blob, sheet, sheet.columns * len(claim.image))
    return _misfit_of_sheet(blob, sheet, len(claim.filters))


def _misfit_of_sheet(blob: bytes, sheet: Sheet, num_tiles: int) -> str | None:
    columns = min(sheet.columns, num_tiles)
    rows = -(-num_tiles // sheet.columns)
    least = columns * sheet.tile_width, rows * sheet.tile_height
    return _misfit_of_image(blob, sheet.encoding, least)


def _misfit_of_image(
    blob: bytes, encoding: str, least: tuple[int, int]
) -> str | None:
    size = image_size(blob, encoding)
    if size is None:
        return f"the picture is not {encoding}"
    width, height = size
    if width * height > MAX_PICTURE_PIXELS:
        return f"a picture of {width} x {height} pixels is too large"
    if width < least[0] or height < least[1]:
        return f"the picture has {width} x {height} pixels, too few"
    return None


_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
# Start of frame, all codings: those from 0xC0 to 0xCF that are not tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What may stand before: tables, restart interval, applications, comments.
_JPEG_BEFORE = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_JPEG_SCAN = 0xDA


def image_size(data: bytes, encoding: str) -> tuple[int, int] | None:
    """Return (width, height), or None if `data` is no such picture.

    Args:
        data: The file.
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
    """Return the size in the one frame before the scan."""
    if not data.startswith(_JPEG):
        return None
    size: tuple[int, int] | None = None
    for marker, place in _jpeg_segments(data):
        if marker == _JPEG_SCAN:
            return size
        if marker in _JPEG_FRAMES and size is None:
            height, width = struct.unpack_from(">HH", data, place + 5)
            size = width, height
            if not all(size):  # the height comes after the picture
                return None
        elif marker not in _JPEG_BEFORE:
            return None
    return None


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield marker and position of each segment, as far as they make sense."""
    place = len(_JPEG)
    while True:
        start, marker, length = struct.unpack_from(">BBH", data, place)
        if start != 0xFF or length < 2:
            return
        yield marker, place
        place += 2 + length
