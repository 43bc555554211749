"""Parameterizations of the image that gradient ascent optimizes.

A canvas defines where the ascent starts, which image its state stands for, and
how the result is displayed. `PixelCanvas` has the start and the display of the
classic recipe (Chollet, Deep Learning with Python, 2nd ed., section 9.4.2), for
any size and any number of channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import ByteArray, FloatArray, ImageShape, Range
from kerasviz_callbacks.presets.wobble import generator

CROP_PX = 25  # the recipe cuts this border artefact off, at 200 px
_MIN_SIZE_TO_CROP_PX = 4 * CROP_PX  # at least half of the picture is left
_DISPLAY_STD = 64.0
_DISPLAY_MEAN = 128.0


class Canvas(Protocol):
    """A parameterization: the state that ascent changes, and its image."""

    def state_shape(self, shape: ImageShape) -> tuple[int, ...]:
        """Return the shape of one image's state."""

    def start(
        self, path: str, filters: Sequence[int], shape: ImageShape, seed: int
    ) -> FloatArray:
        """Return the initial states, which are the same at every capture."""

    def state_of(self, images: FloatArray, pixels: Range) -> FloatArray:
        """Return the states that stand for these images."""

    def paint(
        self, state: tf.Tensor, shape: ImageShape, pixels: Range
    ) -> tf.Tensor:
        """Return the images (n, h, w, c) that the states stand for."""

    def shown(self, images: FloatArray, pixels: Range) -> ByteArray:
        """Return the images as they are displayed, (n, h', w', 1 or 3)."""

    def seen(self, images: tf.Tensor, pixels: Range) -> tf.Tensor:
        """Return the images that the reported activations are measured on."""


@dataclass(frozen=True)
class PixelCanvas:
    """The recipe's canvas: the state is the model's input, in any range."""

    def state_shape(self, shape: ImageShape) -> tuple[int, ...]:
        """Return the shape of an image."""
        return shape

    def start(
        self, path: str, filters: Sequence[int], shape: ImageShape, seed: int
    ) -> FloatArray:
        """Return the recipe's faint grey noise."""
        return starting_images(path, filters, shape, seed)

    def state_of(self, images: FloatArray, pixels: Range) -> FloatArray:
        """Return the images."""
        return images

    def paint(
        self, state: tf.Tensor, shape: ImageShape, pixels: Range
    ) -> tf.Tensor:
        """Return the state: it is the image."""
        return state

    def shown(self, images: FloatArray, pixels: Range) -> ByteArray:
        """Return the images standardized, as the recipe displays them."""
        return displayed(images)

    def seen(self, images: tf.Tensor, pixels: Range) -> tf.Tensor:
        """Return the images themselves: their display is stretched."""
        return images


def starting_images(
    path: str,
    filters: Sequence[int],
    shape: ImageShape,
    seed: int = 0,
) -> FloatArray:
    """Return the noise that each filter's ascent starts from.

    The noise depends only on the seed, the layer's path and the filter. It is
    the same in every capture of a run, so a changed pattern means changed
    weights.

    Args:
        path: Path of the layer.
        filters: Indices of the filters, one image each.
        shape: (h, w, c) of an image.
        seed: Seed of the run.

    Returns:
        (n, h, w, c) float32 in [0.4, 0.6), the recipe's faint gray noise.
    """
    images = [
        generator(seed, path, index).uniform(0.4, 0.6, shape)
        for index in filters
    ]
    return np.asarray(images, np.float32).reshape(len(filters), *shape)


def displayed(raw: FloatArray) -> ByteArray:
    """Return the images as the recipe displays them.

    Each image is standardized to mean 128 and deviation 64, clipped to 0-255,
    and cropped by 25 px on each side if both sides are at least 100 px. An
    image without any variation becomes plain gray. More than three channels are
    averaged to three groups; `channel_note` says which.

    Args:
        raw: (n, h, w, c) float32. The images.

    Returns:
        (n, h', w', 1 or 3) uint8.
    """
    images = [_displayed_one(image) for image in three_channels(raw)]
    return _cropped(np.stack(images))


def channel_note(num_channels: int) -> str:
    """Return what the colors of a displayed image stand for, in words."""
    if num_channels == 1:
        return "grey"
    if num_channels == 3:
        return "rgb"
    names = ("red", "green", "blue")
    groups = _channel_groups(num_channels)
    parts = [
        f"{name}: channel {group[0]}"
        if len(group) == 1
        else f"{name}: mean of channels {group[0]}-{group[-1]}"
        for name, group in zip(names, groups, strict=True)
    ]
    return f"false colors of {num_channels} channels ({', '.join(parts)})"


def three_channels(raw: FloatArray) -> FloatArray:
    """Return (n, h, w, 1 or 3): more channels are averaged to three groups."""
    num_channels = raw.shape[-1]
    if num_channels in (1, 3):
        return raw
    planes = [raw[..., g].mean(axis=-1) for g in _channel_groups(num_channels)]
    return np.stack(planes, axis=-1)


def _displayed_one(image: FloatArray) -> ByteArray:
    # In the recipe's order and in float32, to give the recipe's bytes.
    image = image - image.mean()
    deviation = image.std()
    if deviation > 0:
        image /= deviation
    image *= _DISPLAY_STD
    image += _DISPLAY_MEAN
    return np.clip(image, 0, 255).astype(np.uint8)


def _cropped(images: ByteArray) -> ByteArray:
    if min(images.shape[1:3]) < _MIN_SIZE_TO_CROP_PX:
        return images
    return images[:, CROP_PX:-CROP_PX, CROP_PX:-CROP_PX]


def _channel_groups(num_channels: int) -> list[list[int]]:
    if num_channels == 2:
        return [[0], [1], [0, 1]]
    groups = np.array_split(np.arange(num_channels), 3)
    return [group.tolist() for group in groups]
