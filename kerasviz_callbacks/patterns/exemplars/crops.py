"""Cuts exemplars out of the images of a pool while these pass by.

Only the crops of images that are among the best so far are kept. Where the
center of a crop takes a gradient, the whole image is, until the pass has ended.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from kerasviz_callbacks.arrays import BoolArray, ByteArray, FloatArray, IntArray
from kerasviz_callbacks.patterns.exemplars.receptive import (
    ReceptiveField,
    boxes_at,
)
from kerasviz_callbacks.patterns.exemplars.tally import Best

MAX_CROP_PX = 64  # longer side of a crop as it is stored
_NOWHERE = np.array([0.5, 0.5])

# From images (m, h, w, c), the places of their filters and their indices in the
# pool, (m,) each, to centers (m, 2).
Centers = Callable[[ByteArray, IntArray, IntArray], FloatArray]


class Crops:
    """The crops of one layer's exemplars.

    Args:
        field: What a position of the layer sees.
        size: Height and width of the images, in pixels.
    """

    def __init__(self, field: ReceptiveField, size: tuple[int, int]) -> None:
        self._field = field
        self._size = size
        self._kept: dict[tuple[int, int], tuple[ByteArray, FloatArray]] = {}

    def take(
        self,
        best: Best,
        images: ByteArray,
        indices: IntArray,
        centers: FloatArray,
    ) -> None:
        """Cut what is new among the best, and let go of what no longer is.

        Args:
            best: The (f, k) exemplars so far.
            images: (n, h, w, c). The batch that was counted last.
            indices: (n,) of its images in the pool.
            centers: (f, k, 2) of the exemplars in a plain map, (y, x).
        """
        wanted = {
            (row, int(index)): place
            for row, images_of in enumerate(best.images)
            for place, index in enumerate(images_of)
            if index >= 0
        }
        at = {int(index): i for i, index in enumerate(indices)}
        kept = {}
        for key, place in wanted.items():
            if key in self._kept:
                kept[key] = self._kept[key]
            elif key[1] in at:
                image = images[at[key[1]]]
                kept[key] = self._cut(image, centers[key[0], place])
        self._kept = kept

    def has(self, best: Best) -> BoolArray:
        """Return (f, k): whether the image of each was among the batches."""
        keys = [
            [(row, index) in self._kept for index in images.tolist()]
            for row, images in enumerate(best.images)
        ]
        return np.array(keys, bool)

    def of(self, best: Best, centers: Centers) -> tuple[ByteArray, FloatArray]:
        """Return crops (f, k, h, w, c) uint8, and their boxes (f, k, 4).

        A box is left, upper, right and lower edge in fractions of the image;
        NaN, with a gray crop, where there is no exemplar.

        Args:
            best: The exemplars.
            centers: Where in whole images the activation of a filter comes
                from; used if positions do not lie as those of a plain map.
        """
        if not self._field.is_plain and self._kept:
            self._cut_at(centers)
        height, width = self._tile()
        channels = next((x.shape[-1] for x, _ in self._kept.values()), 1)
        shape = best.images.shape
        crops = np.full((*shape, height, width, channels), 128, np.uint8)
        boxes = np.full((*shape, 4), np.nan)
        for row, place in np.argwhere(best.images >= 0):
            key = (int(row), int(best.images[row, place]))
            crop, box = self._kept[key]
            crops[row, place] = _scaled(crop, (height, width))
            boxes[row, place] = box
        return crops, boxes

    def _cut(
        self, image: ByteArray, center: FloatArray
    ) -> tuple[ByteArray, FloatArray]:
        if not self._field.is_plain:
            return image.copy(), np.zeros(4)
        left, upper, right, lower = boxes_at(center, self._field, self._size)
        height, width = self._size
        box = np.array(
            [left / width, upper / height, right / width, lower / height]
        )
        # A copy: a part of the batch would keep all of it in memory.
        return image[upper:lower, left:right].copy(), box

    def _cut_at(self, centers: Centers) -> None:
        keys = list(self._kept)
        images = np.stack([self._kept[key][0] for key in keys])
        rows, indices = np.array(keys).T
        found = centers(images, rows, indices)
        found = np.where(np.isfinite(found), found, _NOWHERE)
        self._field = replace(self._field, is_plain=True)  # places are known
        self._kept = {
            key: self._cut(image, center)
            for key, image, center in zip(keys, images, found, strict=True)
        }

    def _tile(self) -> tuple[int, int]:
        """Return height and width of a crop as it is stored."""
        left, upper, right, lower = boxes_at(_NOWHERE, self._field, self._size)
        height, width = int(lower - upper), int(right - left)
        scale = min(1.0, MAX_CROP_PX / max(height, width))
        return max(1, round(scale * height)), max(1, round(scale * width))


def _scaled(crop: ByteArray, size: tuple[int, int]) -> ByteArray:
    height, width = size
    if crop.shape[:2] == size:
        return crop
    is_gray = crop.shape[-1] == 1
    image = Image.fromarray(crop[..., 0] if is_gray else crop)
    small = np.asarray(image.resize((width, height), Image.Resampling.BOX))
    return small[..., None] if is_gray else small
