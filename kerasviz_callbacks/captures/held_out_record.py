"""Held-out images in, what is stored of them once per run out."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.images.held_out import HeldOutImages
from kerasviz_callbacks.pictures.sheet import encode, rgb
from tb_plugin.contract import SCHEMA_VERSION, HeldOut, HeldOutImage

MAX_STORED_PX = 384  # longer side; what the browser enlarges at most
_PNG_UP_TO_PX = 128  # small images are stored exactly, larger ones as JPEG


def held_out_record(
    images: HeldOutImages,
    stream: str,
    class_names: Sequence[str],
    boxes: FloatArray | None,
) -> tuple[HeldOut, tuple[bytes, ...]]:
    """Return the record and the encoded images, in one order.

    Args:
        images: as a person looks at them, with labels and hashes.
        stream: of the callback that draws on them.
        class_names: of every class; () for none.
        boxes: (n, 4) or None, see `as_boxes`.
    """
    stored = [_stored(image) for image in rgb(images.shown)]
    records = tuple(
        HeldOutImage(
            hash=images.hashes[i],
            name=images.names[i],
            label=None if images.labels is None else int(images.labels[i]),
            height=images.shown.shape[1],
            width=images.shown.shape[2],
            shown_height=picture.shape[0],
            shown_width=picture.shape[1],
            encoding="png" if _is_small(picture) else "jpeg",
            boxes=_boxes_of(i, boxes),
        )
        for i, picture in enumerate(stored)
    )
    blobs = tuple(
        encode(picture, record.encoding)
        for picture, record in zip(stored, records, strict=True)
    )
    return HeldOut(SCHEMA_VERSION, stream, tuple(class_names), records), blobs


def as_boxes(boxes: object, num_images: int) -> FloatArray | None:
    """Return one box per image, (n, 4): left, upper, right, lower edge.

    Edges are fractions of the image's width and height. NaN stands for an
    image without a box.

    Raises:
        ValueError: another shape, an edge outside the image or missing, or a
            box without an inside.
    """
    if boxes is None:
        return None
    array = np.asarray(boxes, np.float32)
    if array.shape != (num_images, 4):
        raise ValueError(
            "boxes must be one per image, (n, 4) with left, upper, right and "
            f"lower edge — got shape {array.shape} for {num_images} images."
        )
    is_given, is_none = np.isfinite(array), np.isnan(array)
    is_half = ~(is_given.all(axis=1) | is_none.all(axis=1))
    if is_half.any():
        wrong = int(np.flatnonzero(is_half)[0])
        raise ValueError(
            "boxes must have four edges, or NaN four times for an image "
            f"without — number {wrong} (from 0) is {array[wrong].tolist()}."
        )
    given = array[is_given.all(axis=1)]
    inside = (given >= 0).all() and (given <= 1).all()
    if not inside or (given[:, :2] >= given[:, 2:]).any():
        raise ValueError(
            "boxes must lie inside the image, in fractions from 0 to 1 of its "
            "width and height, left < right and upper < lower — got "
            f"{given.min():g} to {given.max():g}. Divide "
            "pixels by the image's size."
        )
    return array


def _boxes_of(
    index: int, boxes: FloatArray | None
) -> tuple[tuple[float, ...], ...]:
    if boxes is None or not np.isfinite(boxes[index]).all():
        return ()
    return (tuple(float(edge) for edge in boxes[index]),)


def _stored(image: ByteArray) -> ByteArray:
    longer = max(image.shape[:2])
    if longer <= MAX_STORED_PX:
        return image
    size = tuple(
        max(1, round(side * MAX_STORED_PX / longer))
        for side in (image.shape[1], image.shape[0])
    )
    return np.asarray(Image.fromarray(image).resize(size))


def _is_small(image: ByteArray) -> bool:
    return all(side <= _PNG_UP_TO_PX for side in image.shape[:2])
