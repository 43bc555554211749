"""Encodes the held-out images, which the log stores once per run."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.images import HeldOutImages
from kerasviz_callbacks.pictures import encode, rgb
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
