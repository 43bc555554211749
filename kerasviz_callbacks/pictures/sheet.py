"""Contact sheets: many tiles in one picture, encoded as PNG or JPEG.

There are two kinds: the bare sheet, which the browser tab cuts into tiles
again, and the labeled sheet for TensorBoard's own Images tab, which is legible
without explanation.
"""

import io
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kerasviz_callbacks.arrays import ByteArray
from tb_plugin.contract import Sheet

Encoding = Literal["png", "jpeg"]

TILE_MULTIPLE_PX = 8  # a JPEG block: tiles do not bleed into each other
_JPEG_QUALITY = 90
_SMALL_QUALITY = 75
_PNG_UP_TO_PX = 96
_LABELLED_TILE_PX = 96  # smaller tiles are enlarged by a whole factor,
_LABELLED_LENGTH_PX = 384  # as long as a long one does not get longer than this
_CAPTION_PX = 11
_MARGIN_PX = 4
_BACKGROUND = (255, 255, 255)
_INK = (40, 40, 40)


def bare_sheet(
    images: ByteArray,
    encoding: Encoding = "png",
    columns: int | None = None,
    *,
    are_photographs: bool = False,
) -> tuple[bytes, Sheet]:
    """Return the encoded sheet and the layout of its tiles.

    Args:
        images: (n, h, w, 1 or 3) uint8.
        encoding: `png` is exact, `jpeg` smaller. Defaults to `png`.
        columns: Tiles in a row. Defaults to what makes the sheet a square.
        are_photographs: Whether half of the bytes are enough for a JPEG.
    """
    num_images, height, width = images.shape[:3]
    columns = columns or num_columns(num_images)
    sheet = Sheet(
        columns=columns,
        tile_width=_rounded_up(width),
        tile_height=_rounded_up(height),
        picture_width=width,
        picture_height=height,
        encoding=encoding,
    )
    rows = -(-num_images // columns)
    canvas = np.zeros(
        (rows * sheet.tile_height, columns * sheet.tile_width, 3), np.uint8
    )
    for index, image in enumerate(images):
        top = index // columns * sheet.tile_height
        left = index % columns * sheet.tile_width
        canvas[top : top + height, left : left + width] = image
    return encode(canvas, encoding, is_small=are_photographs), sheet


def labelled_sheet(
    images: Sequence[ByteArray], captions: Sequence[str]
) -> ByteArray:
    """Return the tiles on white with a caption under each.

    Args:
        images: (h, w, 1 or 3) uint8 each, all of one size.
        captions: One caption per image, cut where it is longer than its tile.

    Returns:
        (h, w, 3) uint8.
    """
    tiles = [_enlarged(image) for image in images]
    height, width = tiles[0].shape[:2]
    font = ImageFont.load_default(_CAPTION_PX)
    pitch_x = width + _MARGIN_PX
    pitch_y = height + _CAPTION_PX + 2 * _MARGIN_PX
    columns = num_columns(len(tiles))
    rows = -(-len(tiles) // columns)
    size = (columns * pitch_x + _MARGIN_PX, rows * pitch_y + _MARGIN_PX)
    sheet = Image.new("RGB", size, _BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    for index, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        left = index % columns * pitch_x + _MARGIN_PX
        top = index // columns * pitch_y + _MARGIN_PX
        sheet.paste(Image.fromarray(tile), (left, top))
        text = _shortened(caption, width, font)
        pen.text((left, top + height + 1), text, fill=_INK, font=font)
    return np.asarray(sheet)


def encode(
    image: ByteArray, encoding: Encoding = "png", *, is_small: bool = False
) -> bytes:
    """Return a (h, w, 3) uint8 picture as the bytes of a PNG or JPEG file.

    Args:
        image: The picture.
        encoding: `png` or `jpeg`. Defaults to `png`.
        is_small: Whether a JPEG may lose what a photograph does not show: it
            takes half of the bytes.
    """
    buffer = io.BytesIO()
    picture = Image.fromarray(image)
    if encoding == "png":
        picture.save(buffer, "PNG", compress_level=6)
    elif is_small:
        picture.save(buffer, "JPEG", quality=_SMALL_QUALITY)
    else:
        # 4:4:4: the patterns' colours vary from pixel to pixel.
        picture.save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()


def encoding_for(images: ByteArray) -> Encoding:
    """Choose how to store tiles: small ones exactly, larger ones as JPEG.

    For SqueezeNet's patterns at 227 px JPEG takes a quarter of the bytes of PNG
    and a twentieth of the time, at 36 dB.
    """
    return "png" if max(images.shape[1:3]) <= _PNG_UP_TO_PX else "jpeg"


def num_columns(num_tiles: int) -> int:
    """Return the number of columns of a sheet that is about square."""
    return max(1, math.ceil(math.sqrt(num_tiles)))


def rgb(images: ByteArray) -> ByteArray:
    """Return (n, h, w, 3) for images of one or three channels."""
    if images.shape[-1] == 1:
        return np.repeat(images, 3, axis=-1)
    return images


def _enlarged(image: ByteArray) -> ByteArray:
    short, long = sorted(image.shape[:2])
    wanted = -(-_LABELLED_TILE_PX // short)
    factor = max(1, min(wanted, _LABELLED_LENGTH_PX // long))
    image = image if image.shape[-1] == 3 else np.repeat(image, 3, axis=-1)
    return image.repeat(factor, axis=0).repeat(factor, axis=1)


def _shortened(
    caption: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> str:
    # A caption is the user's text: one line of it, however long.
    caption = " ".join(caption.split())[:200]
    if font.getlength(caption) <= width:
        return caption
    while caption and font.getlength(caption + "…") > width:
        caption = caption[:-1]
    return caption + "…" if caption else ""


def _rounded_up(size: int) -> int:
    return -(-size // TILE_MULTIPLE_PX) * TILE_MULTIPLE_PX
