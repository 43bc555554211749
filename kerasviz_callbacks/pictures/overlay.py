"""Classic overlays: images with their heatmaps laid over them.

The steps are those of the recipe in Chollet, Deep Learning with Python, 2nd
ed., for class activation heatmaps (also keras.io, "Grad-CAM class activation
visualization"):

1. the heatmap is divided by its own largest value, so intensities of two
   overlays cannot be compared;
2. scaled to the bytes 0 to 255 and looked up in the color map, at the heatmap's
   own resolution;
3. stretched to 0..255 and resized to the image with Pillow's default filter,
   bicubic;
4. multiplied by `alpha` and *added* to the image (not blended with it);
5. the sum is stretched to 0..255, by `keras.utils.array_to_img`.

It differs for heatmaps that the recipe does not handle: without evidence the
plain image is shown, and where a heatmap is not finite the image is hatched. So
is what a model never sees of it, because it crops it inside.
"""

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, ByteArray, FloatArray
from kerasviz_callbacks.pictures.colormap import Colormap, blend, coloured

_HATCH_PERIOD_PX = 8
_HATCH_GREY = 128
_HATCH_ALPHA = 0.6


def overlays(
    shown: ByteArray,
    maps: FloatArray,
    status: tuple[str, ...],
    *,
    alpha: float = 0.4,
    colormap: Colormap = "jet",
    scale: FloatArray | None = None,
    seen: BoolArray | None = None,
) -> ByteArray:
    """Return each image with its heatmap laid over it.

    Args:
        shown: (n, H, W, 1 or 3) uint8. Raw images.
        maps: (n, h, w) float32, not negative. Heatmaps.
        status: Status of each heatmap.
        alpha: Strength of the heatmap against the image, from 0 to 1. Defaults
            to 0.4.
        colormap: `jet`, `viridis`, `turbo` or `grey`.
        scale: (n,) value of each heatmap that gets the last color. Defaults to
            its largest value, as in the recipe.
        seen: (h, w) whether the model sees that part of the image. Defaults to
            all of it.

    Returns:
        (n, H, W, 3) uint8.

    Raises:
        ValueError: If there is no such color map, or `alpha` is out of range.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(
            f"alpha must be from 0 (the image alone) to 1 — got {alpha!r}."
        )
    images = np.broadcast_to(shown, (*shown.shape[:3], 3))
    if scale is None:
        scale = np.max(maps, axis=(1, 2))
    pictures = [
        _superimposed(image, one / value, alpha, colormap)
        if state == "ok"
        else _without_map(image, state)
        for image, one, value, state in zip(
            images, maps, scale, status, strict=True
        )
    ]
    if seen is not None and not seen.all():
        pictures = [_with_unseen(one, seen) for one in pictures]
    return np.stack(pictures)


def _with_unseen(picture: ByteArray, seen: BoolArray) -> ByteArray:
    """Return it hatched where the nearest cell is not seen."""
    rows, columns = (
        (np.arange(pixels) * cells) // pixels
        for pixels, cells in zip(picture.shape[:2], seen.shape, strict=True)
    )
    is_seen = seen[np.ix_(rows, columns)][..., None]
    return np.where(is_seen, picture, hatched(picture))


def _without_map(image: ByteArray, state: str) -> ByteArray:
    is_blank = state in ("not_finite", "no_detection")  # there is no heatmap
    return hatched(image) if is_blank else np.array(image)


def _superimposed(
    image: ByteArray, one: FloatArray, alpha: float, colormap: Colormap
) -> ByteArray:
    import keras  # here: the rest of this room works without it

    height, width = image.shape[:2]
    colours = coloured(one, colormap)
    heat = keras.utils.array_to_img(colours).resize((width, height))
    total = keras.utils.img_to_array(heat) * alpha + image
    return np.asarray(keras.utils.array_to_img(total))


def hatched(image: ByteArray) -> ByteArray:
    """Return an image (h, w, 3) uint8 under stripes: no number is there."""
    rows, columns = map(np.arange, image.shape[:2])
    phase = np.add.outer(rows, columns)[:, :, None] % _HATCH_PERIOD_PX
    striped = blend(image.astype(np.float32), _HATCH_GREY, _HATCH_ALPHA)
    picture = np.where(phase < _HATCH_PERIOD_PX // 2, striped, image)
    return np.asarray(np.rint(picture), np.uint8)
