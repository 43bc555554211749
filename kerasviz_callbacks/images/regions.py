"""Checks boxes and masks, and computes how they cover a heatmap's cells.

A heatmap is coarse, often 7 x 7, and the edge of a box runs through its cells.
A cell counts by the share of its area that is covered, which is exact for boxes
and for masks of any resolution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.images.sources import UsedImages


@dataclass(frozen=True)
class Regions:
    """Where in each image the object lies that the model should see.

    Attributes:
        boxes: (n, 4) as in `as_boxes`; None if none were given.
        masks: (n, H, W) as in `as_masks`; None if none were given.
    """

    boxes: FloatArray | None
    masks: FloatArray | None

    def coverage(self, size: tuple[int, int]) -> FloatArray | None:
        """Return the covered share of each cell; None if unknown.

        A mask is more exact than a box and takes precedence.
        """
        by_box = by_mask = None
        if self.boxes is not None:
            by_box = box_coverage(self.boxes, size)
        if self.masks is not None:
            by_mask = mask_coverage(self.masks, size)
        if by_box is None or by_mask is None:
            return by_mask if by_box is None else by_box
        return np.where(np.isnan(by_mask), by_box, by_mask)

    def shown_boxes(self) -> FloatArray | None:
        """Return the boxes to draw: the given ones, or those around masks."""
        if self.boxes is not None or self.masks is None:
            return self.boxes
        return mask_boxes(self.masks)


def as_regions(boxes: Any, masks: Any, used: UsedImages) -> Regions:
    """Return the regions of the images that could be read.

    Args:
        boxes: One per image given; see `as_boxes`.
        masks: One per image given; see `as_masks`.
        used: Which of the images given could be read.

    Raises:
        ValueError: Boxes or masks are not one per image, or lie outside.
    """
    box_array = as_boxes(boxes, used.num_given)
    mask_array = as_masks(masks, used.num_given)
    return Regions(
        None if box_array is None else used.cut(box_array),
        None if mask_array is None else used.cut(mask_array),
    )


def boxes_and_masks(regions: Any) -> tuple[Any, Any]:
    """Return the boxes and the masks that `regions=` names; None for none.

    Args:
        regions: (n, 4) boxes, (n, H, W) or (n, H, W, 1) masks, or a dict of
            `boxes` and `masks`.

    Raises:
        ValueError: They are none of these.
    """
    if regions is None:
        return None, None
    if isinstance(regions, Mapping):
        if set(regions) <= {"boxes", "masks"} and regions:
            return regions.get("boxes"), regions.get("masks")
        raise ValueError(
            "regions as a dict must hold boxes, masks or both — got "
            f"{', '.join(map(repr, regions))}."
        )
    ndim = np.ndim(regions)
    if ndim < 2:
        raise ValueError(
            "regions must be boxes, (n, 4), or masks, (n, height, width), one "
            f"per image — got shape {np.shape(regions)}."
        )
    return (regions, None) if ndim == 2 else (None, regions)


def box_coverage(boxes: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return the share of each cell that lies in the box.

    Args:
        boxes: (n, 4) left, upper, right and lower edge in fractions of the
            image; NaN for an image without a box.
        size: (height, width) of the heatmaps, in cells.

    Returns:
        (n, height, width) float64 in [0, 1]; NaN without a box.
    """
    height, width = size
    edges = np.asarray(boxes, np.float64)
    columns = _covered(edges[:, 0], edges[:, 2], width)
    rows = _covered(edges[:, 1], edges[:, 3], height)
    return np.asarray(np.einsum("nh,nw->nhw", rows, columns))


def mask_coverage(masks: AnyArray, size: tuple[int, int]) -> FloatArray:
    """Return the share of each cell that the mask covers.

    Args:
        masks: (n, H, W) from 0 to 1, stretched over the image.
        size: (height, width) of the heatmaps, in cells.

    Returns:
        (n, height, width) float64 in [0, 1]; NaN if the mask is empty.
    """
    height, width = size
    values = np.asarray(masks, np.float64)
    rows = _shares(values.shape[1], height)
    columns = _shares(values.shape[2], width)
    coverage: FloatArray = np.einsum("hH,nHW,wW->nhw", rows, values, columns)
    is_empty = ~values.any(axis=(1, 2))
    coverage[is_empty] = np.nan
    return coverage


def mask_boxes(masks: AnyArray) -> FloatArray:
    """Return the box around each mask, (n, 4) as in `box_coverage`."""
    boxes = np.full((len(masks), 4), np.nan, np.float32)
    for box, mask in zip(boxes, masks, strict=True):
        rows = np.flatnonzero(mask.any(axis=1))
        columns = np.flatnonzero(mask.any(axis=0))
        if len(rows):
            left, right = columns[0], columns[-1] + 1
            upper, lower = rows[0], rows[-1] + 1
            box[0::2] = np.array([left, right]) / mask.shape[1]
            box[1::2] = np.array([upper, lower]) / mask.shape[0]
    return boxes


def as_masks(masks: Any, num_images: int) -> FloatArray | None:
    """Return one mask per image, (n, H, W) float32 from 0 to 1.

    Args:
        masks: (n, H, W) or (n, H, W, 1) of bool, or of numbers from 0 to 1; an
            empty one stands for an image without a mask.
        num_images: n.

    Raises:
        ValueError: If they have another shape, or values out of range.
    """
    if masks is None:
        return None
    array = np.asarray(masks)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3 or len(array) != num_images or array.size == 0:
        raise ValueError(
            "masks must be one per image, (n, height, width) — got shape "
            f"{array.shape} for {num_images} images."
        )
    if not ((array >= 0) & (array <= 1)).all():  # NaN is neither
        raise ValueError(
            "masks must be true and false, or from 0 to 1 — got values from "
            f"{array.min():g} to {array.max():g}. Compare them with the "
            "number of the wanted region, masks == 3."
        )
    return array.astype(np.float32)


def _covered(start: FloatArray, stop: FloatArray, count: int) -> FloatArray:
    """Return which part of each of `count` cells lies in start to stop."""
    edges = np.linspace(0, 1, count + 1)
    last = np.minimum(edges[1:], stop[:, None])
    first = np.maximum(edges[:-1], start[:, None])
    return np.asarray(np.clip((last - first) * count, 0, 1))


def _shares(num_pixels: int, count: int) -> FloatArray:
    """Return the share of each pixel in each cell's mean, (count, pixels)."""
    cells = np.arange(count + 1) / count
    starts, stops = cells[:-1], cells[1:]
    covered = _covered(starts, stops, num_pixels)
    return np.asarray(covered * (count / num_pixels))


def as_boxes(boxes: object, num_images: int) -> FloatArray | None:
    """Return one box per image, (n, 4): left, upper, right, lower edge.

    Edges are fractions of the image's width and height. NaN stands for an image
    without a box.

    Raises:
        ValueError: If they have another shape, an edge is missing or outside
            the image, or a box has no inside.
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
