"""Checks whether the model needs the places that a heatmap marks.

Half of the image, in smooth random blobs, is blurred, and the explained score
falls by some amount. Over many such masks, a faithful heatmap says in which
order: the more heat a mask covers, the more the score loses. The rank
correlation of the two is the faithfulness of one heatmap, from -1 to 1.

It means little by itself: much of a photograph's evidence is in its middle, and
a bump there correlates as well. So the same number is given for that bump, for
the edges of the image and for noise; a heatmap tells something of the model if
it does better than these.

Source: Bhatt et al. 2020, "Evaluating and Aggregating Feature-based Model
Explanations" (faithfulness correlation), https://arxiv.org/abs/2005.00631.
Differs: halves in smooth blobs instead of single features, rank correlation,
blur instead of a baseline value. An image with a blurred half is none that the
model was trained on, and the loss has a part that comes from that alone
(Hooker et al. 2019, https://arxiv.org/abs/1806.10758; Rong et al. 2022,
https://arxiv.org/abs/2202.00449; Hesse et al. 2024,
https://arxiv.org/abs/2407.11910).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from kerasviz_callbacks.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.measures import rank_correlation
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.target import TargetLike
from kerasviz_callbacks.heatmaps.trust.sanity import explained_classes
from kerasviz_callbacks.images import Preprocess, Unreadable
from kerasviz_callbacks.model import LayersLike, generators_kept
from kerasviz_callbacks.model.maps.places import on_grid_of
from tb_plugin.contract import beats_chance

NUM_MASKS = 32
_BLOBS = 7  # of noise along each side of the image, of which masks are made
_BLURRED = 61 / 224  # of the side, that are averaged


@dataclass(frozen=True)
class Masks:
    """Random halves of an image.

    Attributes:
        masks: (masks, h, w) True where the image is blurred.
    """

    masks: BoolArray

    @classmethod
    def drawn(
        cls, count: int, size: int | tuple[int, int], seed: int = 0
    ) -> "Masks":
        """Draw smooth masks, each of half of the image.

        Args:
            count: Number of masks.
            size: Side of the image in px, or (height, width).
            seed: Seed of the noise.
        """
        height, width = (size, size) if isinstance(size, int) else size
        rng = np.random.default_rng(seed)
        noise = rng.normal(size=(count, _BLOBS, _BLOBS)).astype(np.float32)
        large = np.stack([_enlarged(one, (width, height)) for one in noise])
        return cls(large > np.median(large, axis=(1, 2), keepdims=True))

    def heat(self, maps: FloatArray) -> FloatArray:
        """Return (n, masks): the share of each heatmap that a mask covers."""
        large = on_grid_of(self.masks, maps)
        flat = large.reshape(len(large), -1)
        total = flat.sum(axis=1, keepdims=True)
        under = flat @ self.masks.reshape(len(self.masks), -1).T
        unknown = np.full_like(under, np.nan)
        shares = np.divide(under, total, out=unknown, where=total > 0)
        return np.asarray(shares)


@dataclass(frozen=True)
class Faithfulness:
    """The faithfulness of heatmaps, and of what needs no model.

    Attributes:
        maps: (rows,) rank correlation per layer path; NaN without evidence.
        guesses: (rows,) the same by name: a bump in the `centre`, the `edges`
            of the image, and a `random` map.
        num_masks: Number of masks.
    """

    maps: Mapping[str, FloatArray]
    guesses: Mapping[str, FloatArray]
    num_masks: int

    def __repr__(self) -> str:
        return "\n".join(self.sentences())

    def beats_centre(self, path: str) -> bool | None:
        """Return whether a layer's heatmaps do better than the center.

        None if too few heatmaps have evidence to tell.
        """
        differences = self.maps[path] - self.guesses["centre"]
        known = differences[np.isfinite(differences)]
        return beats_chance(known.tolist()) if len(known) > 1 else None

    def sentence(self, path: str) -> str:
        """Return the result for a layer, in words."""
        beats = self.beats_centre(path)
        verdict = (
            "cannot be compared with a bump in the center: too little evidence"
            if beats is None
            else "are more faithful than a bump in the center"
            if beats
            else "are no more faithful than a bump in the center"
        )
        others = ", ".join(
            f"{name} {_mean(values)}" for name, values in self.guesses.items()
        )
        return (
            f"Faithfulness: the heatmaps of {path} {verdict}; mean rank "
            f"correlation {_mean(self.maps[path])} over {self.num_masks} "
            f"blurred halves, {others}."
        )

    def sentences(self) -> tuple[str, ...]:
        """Return the result for every layer, in words."""
        return tuple(self.sentence(path) for path in self.maps)

    def measures(self, path: str) -> dict[str, FloatArray]:
        """Return the numbers for the record, one per row."""
        return {
            "faithfulness": self.maps[path],
            "faithfulness_centre": self.guesses["centre"],
        }


@generators_kept()
def faithfulness_check(
    model: keras.Model,
    images: Any,
    labels: ArrayLike | None = None,
    *,
    layers: LayersLike = "auto",
    target: TargetLike = None,
    preprocess: Preprocess | None = None,
    input: str | int | None = None,
    output: str | int | None = None,
    method: str = "grad_cam",
    unreadable: Unreadable = "raise",
    seed: int = 0,
    num_images: int | None = None,
) -> Faithfulness:
    """Check whether the model needs the places that heatmaps mark.

    Halves of the images are blurred, in 33 forward passes of all images.

    Args:
        model: Keras model; it is not changed.
        images: As for `grad_cam`.
        labels: As for `grad_cam`.
        layers: A path, a layer, or several, as for `GradCAM`.
        target: As for `grad_cam`.
        preprocess: As for `grad_cam`.
        input: As for `grad_cam`.
        output: As for `grad_cam`.
        method: As for `grad_cam`.
        unreadable: As for `grad_cam`.
        seed: Seed of the blurred halves.
        num_images: As for `grad_cam`.

    Returns:
        `Faithfulness`, which prints as a sentence per layer.
    """
    request = HeatmapRequest(
        images,
        target,
        labels,
        preprocess=preprocess,
        input=input,
        output=output,
        method=method,
        unreadable=unreadable,
        num_images=num_images,
    )
    prepared = prepare_heatmaps(model, request, layers)
    return check_faithfulness(prepared, prepared.draw(), seed=seed)


def check_faithfulness(
    prepared: PreparedHeatmaps,
    now: HeatmapBatch,
    num_masks: int = NUM_MASKS,
    seed: int = 0,
) -> Faithfulness:
    """Blur halves of the images and compare the loss with the heat.

    It costs a trace without gradients and `num_masks` forward passes.

    Args:
        prepared: What draws the heatmaps.
        now: What it draws with the weights as they are.
        num_masks: Number of masks, the same ones for all images.
        seed: Seed of the masks.
    """
    images = prepared.images
    masks = Masks.drawn(num_masks, images.fed.shape[1:3], seed)
    losses = lost(prepared, explained_classes(prepared, now), masks)
    return Faithfulness(
        {
            path: agreement(maps, masks, losses)
            for path, maps in now.maps.items()
        },
        {
            name: agreement(maps[now.row_image], masks, losses)
            for name, maps in guesses(images.fed, seed).items()
        },
        num_masks,
    )


def lost(
    prepared: PreparedHeatmaps, wanted: IntArray, masks: Masks
) -> FloatArray:
    """Return (rows, masks): what each score loses when a half is blurred.

    Args:
        prepared: What draws the heatmaps.
        wanted: (n, passes) class that is explained, by its index.
        masks: Which halves.
    """
    images = prepared.images
    scoring = prepared.scoring
    soft = blurred(images.fed)
    whole = scoring(images.fed, wanted, images.others).scores
    losses = [
        whole - scoring(mixed, wanted, images.others).scores
        for mixed in (
            np.where(mask, soft, images.fed) for mask in masks.masks[..., None]
        )
    ]
    return np.stack(losses, axis=1)


def agreement(maps: FloatArray, masks: Masks, losses: FloatArray) -> FloatArray:
    """Return the faithfulness of each heatmap, (rows,); NaN if unknown.

    Args:
        maps: (rows, h, w) heatmaps.
        masks: The masks.
        losses: (rows, masks) what the score lost under each.
    """
    heat = masks.heat(maps)
    # A correlation of rows: as heatmaps of one line, shifted above zero.
    above = losses - losses.min(axis=1, keepdims=True) + 1
    return rank_correlation(heat[:, None], above[:, None].astype(np.float32))


def blurred(fed: FloatArray) -> FloatArray:
    """Return images (n, h, w, c), each value the mean of a square around it.

    The square has about a quarter of the side; outside, the border is repeated.
    """
    soft = np.asarray(fed, np.float64)
    for axis in (1, 2):
        around = max(1, round(soft.shape[axis] * _BLURRED)) // 2
        wide = [(0, 0)] * soft.ndim
        wide[axis] = (around + 1, around)
        total = np.pad(soft, wide, mode="edge").cumsum(axis=axis)
        count = 2 * around + 1
        ends = np.take(total, range(count, total.shape[axis]), axis=axis)
        begins = np.take(total, range(total.shape[axis] - count), axis=axis)
        soft = (ends - begins) / count
    return soft.astype(np.float32)


def guesses(fed: AnyArray, seed: int = 0) -> dict[str, FloatArray]:
    """Return maps of images (n, h, w, c) that know nothing of a model."""
    count, height, width = fed.shape[:3]
    rows, columns = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    bump = np.exp(-2 * (rows**2 + columns**2)).astype(np.float32)
    gray = fed.astype(np.float32).mean(axis=-1)
    down, right = np.gradient(gray, axis=(1, 2))
    noise = np.random.default_rng(seed + 1).random((count, _BLOBS, _BLOBS))
    return {
        "centre": np.repeat(bump[None], count, axis=0),
        "edges": np.hypot(down, right).astype(np.float32),
        "random": on_grid_of(gray, noise.astype(np.float32)),
    }


def _enlarged(noise: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return noise (h, w) in (width, height) pixels, without edges."""
    image = Image.fromarray(noise)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


def _mean(values: FloatArray) -> str:
    known = values[np.isfinite(values)]
    return f"{known.mean():.2f}" if len(known) else "undefined"
