"""Asks heatmaps of photographs two questions whose answers are known.

    python -m benchmarks.heatmap_trust --weights lite0.npz --images PHOTOGRAPHS

The network is EfficientNet-Lite0 with its ImageNet weights; the photographs are
one of each of its 1,000 classes, in the order of their names. Columns:

| column   | meaning                                                          |
|----------|------------------------------------------------------------------|
| pointing | Grid pointing game: four photographs of four classes in a 2 x 2  |
|          | grid, each class explained. Share of the heat in its quarter;    |
|          | chance is 0.25 (Bohle et al. 2021, "Convolutional Dynamic        |
|          | Alignment Networks for Interpretable Classifications")           |
| faithful | Rank correlation, over random masks of half of the image, between|
|          | the heat under a mask and what the score loses when the masked   |
|          | half is blurred; mean over photographs                           |
| cells    | Size of a heatmap                                                |
| seconds  | Drawing all grids, tracing included                              |

The rows `centre`, `edges` and `random` are a bump in the middle of the image,
the steepness of its brightness, and noise: what needs no network. Photographs
count that the network recognizes.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from examples.lite0 import lite0_classifier
from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.heatmaps.methods import METHODS
from kerasviz_callbacks.heatmaps.trust.faithfulness import (
    Masks,
    agreement,
    blurred,
    guesses,
)

SIZE_PX = 224
NUM_MASKS = 32
ROW = "{:<20}{:>9}{:>9}{:>9}{:>9}"


def main() -> None:
    """Print both answers for each method."""
    options = _parser().parse_args()
    model = lite0_classifier(SIZE_PX, options.weights)
    photos, classes = known_photographs(model, options.images, options.seed)
    count = 4 * options.grids
    grids, quarters = as_grids(photos[:count])
    named = classes[:count]
    some, their = photos[: options.photographs], classes[: options.photographs]
    masks = Masks.drawn(NUM_MASKS, SIZE_PX, options.seed)
    losses = lost(model, some, their, masks)
    print(ROW.format("method", "pointing", "faithful", "cells", "seconds"))
    for name in options.methods:
        begin = time.perf_counter()
        maps = grad_cam(model, grids, target=named, method=name).maps
        seconds = time.perf_counter() - begin
        found = grad_cam(model, some, target=their, method=name).maps
        _print(name, maps, found, quarters, (masks, losses), f"{seconds:.1f}")
    for name, of_grids in guesses(grids, options.seed).items():
        found = guesses(some, options.seed)[name]
        _print(name, of_grids, found, quarters, (masks, losses), "")


def known_photographs(
    model: keras.Model, folder: Path, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return photographs that the network recognizes, and their classes."""
    paths = sorted(folder.glob("n*.JPEG"))
    order = np.random.default_rng(seed).permutation(len(paths))
    images = np.stack([_square(paths[i]) for i in order])
    predicted = np.concatenate(
        [model.predict_on_batch(some) for some in _chunks(images)]
    ).argmax(axis=1)
    is_known = predicted == order
    return images[is_known], order[is_known]


def as_grids(photos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each grid four times, and which quarter is explained of each.

    Args:
        photos: (4 n, h, w, 3) uint8.

    Returns:
        (4 n, h, w, 3) grids and (4 n,) quarters, row by row.
    """
    half = SIZE_PX // 2
    grids = []
    for some in photos.reshape(-1, 4, SIZE_PX, SIZE_PX, 3):
        small = [
            np.asarray(Image.fromarray(one).resize((half, half)))
            for one in some
        ]
        rows = [np.hstack(small[:2]), np.hstack(small[2:])]
        grids += [np.vstack(rows)] * 4
    return np.stack(grids), np.arange(len(photos)) % 4


def pointing(maps: np.ndarray, quarters: np.ndarray) -> float:
    """Return the mean share of the heat in the right quarter."""
    shares = []
    for one, quarter in zip(maps, quarters, strict=True):
        large = np.asarray(
            Image.fromarray(one).resize((56, 56), Image.Resampling.BILINEAR)
        )
        row, column = divmod(int(quarter), 2)
        part = large[28 * row :, 28 * column :][:28, :28]
        if large.sum() > 0:
            shares.append(part.sum() / large.sum())
    return float(np.mean(shares))


def lost(
    model: keras.Model, photos: np.ndarray, classes: np.ndarray, masks: Masks
) -> np.ndarray:
    """Return (n, masks): what the logit loses when a half is blurred."""
    logits = keras.Model(model.input, model.layers[-2].output)
    soft = blurred(photos.astype(np.float32))
    rows = np.arange(len(photos))
    whole = logits.predict_on_batch(photos)[rows, classes]
    losses = []
    for mask in masks.masks[..., None]:
        mixed = np.where(mask, soft, photos)
        losses.append(whole - logits.predict_on_batch(mixed)[rows, classes])
    return np.stack(losses, axis=1)


def _print(name, maps, found, quarters, test, seconds) -> None:
    masks, losses = test
    faithful = np.nanmean(agreement(found, masks, losses))
    height, width = maps.shape[1:]
    numbers = f"{pointing(maps, quarters):.2f}", f"{faithful:.2f}"
    print(ROW.format(name, *numbers, f"{height} x {width}", seconds))


def _square(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        side = min(image.size)
        left, top = ((size - side) // 2 for size in image.size)
        box = left, top, left + side, top + side
        resized = image.convert("RGB").resize((SIZE_PX, SIZE_PX), box=box)
        return np.asarray(resized)


def _chunks(images: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(images), 50):
        yield images[start : start + 50]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--methods", nargs="+", default=list(METHODS))
    parser.add_argument("--grids", type=int, default=40)
    parser.add_argument("--photographs", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
