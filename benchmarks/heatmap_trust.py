r"""Asks heatmaps of four networks questions whose answers are known.

    python -m benchmarks.heatmap_trust --lite0 efficientnet_lite0.npz \
        --squeezenet squeezenet_imagenet_notop.h5 --images PHOTOGRAPHS
    python -m benchmarks.heatmap_trust --networks residual --peers

The networks and their pictures are those of `trust_networks.py`; pictures count
that the network recognizes. Columns:

| column   | meaning                                                          |
|----------|------------------------------------------------------------------|
| pointing | Grid pointing game: four pictures of four classes in a 2 x 2     |
|          | grid, each class explained. Share of the heat in its quarter;    |
|          | chance is 0.25 (Bohle et al. 2021, "Convolutional Dynamic        |
|          | Alignment Networks for Interpretable Classifications")           |
| faithful | Rank correlation, over random masks of half of the image, between|
|          | the heat under a mask and what the score loses when the masked   |
|          | half is blurred; mean over pictures                              |
| in box   | Share of the heat in the object's box, where it is known         |
| cells    | Size of a heatmap                                                |
| passes   | Processor time of drawing the pictures again, in times of        |
|          | predicting them                                                  |

Pointing is asked where boxes are not known: the demo's textures are other ones
at half their size. The rows `centre`, `edges` and `random` are a bump in the
middle of the image, the steepness of its brightness, and noise: what needs no
network.
"""

import argparse
import functools
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.trust_networks import MAKERS, Case, case
from benchmarks.trust_peers import Draw, peers
from examples.demo.energy import energy_in_boxes
from kerasviz_callbacks.heatmaps import (
    HeatmapRequest,
    PreparedHeatmaps,
    grad_cam,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.methods import METHODS
from kerasviz_callbacks.heatmaps.trust.faithfulness import (
    NUM_MASKS,
    Masks,
    agreement,
    guesses,
    lost,
)

ROW = "{:<28}{:>9}{:>9}{:>9}{:>9}{:>9}"
TIMES = 3


def main() -> None:
    """Print the answers for each network and method."""
    options = _parser().parse_args()
    files = {
        name: getattr(options, name)
        for name in ("lite0", "squeezenet", "images")
    }
    for name in options.networks:
        table(case(name, files, options.seed), options)


def table(asked: Case, options: argparse.Namespace) -> None:
    """Print the answers of one network's heatmaps."""
    count = options.pictures
    some, classes = asked.images[:count], asked.classes[:count]
    boxes = None if asked.boxes is None else asked.boxes[:count]
    masks = Masks.drawn(NUM_MASKS, some.shape[1:3], options.seed)
    plain = prepared(asked, some, classes, "grad_cam")
    losses = lost(plain, classes[:, None], masks)
    others = peers(asked.model) if options.peers else {}
    pointed = (
        {} if asked.boxes is not None else pointing_game(asked, others, options)
    )
    predict_s = fastest(lambda: predict(asked, some))
    heads = ("method", "pointing", "faithful", "in box", "cells", "passes")
    print(ROW.format(*heads))
    found: dict[str, np.ndarray] = {}
    passes: dict[str, float] = {}
    for name in options.methods:
        ready = prepared(asked, some, classes, name)
        [found[name]] = ready.draw().maps.values()
        passes[name] = fastest(ready.draw) / predict_s
    for name, draw in others.items():
        found[name] = draw(some, classes)
        taken = fastest(functools.partial(draw, some, classes))
        passes[name] = taken / predict_s
    for name, maps in (found | guesses(some, options.seed)).items():
        height, width = maps.shape[1:]
        numbers = (
            f"{pointed[name]:.2f}" if name in pointed else "",
            f"{np.nanmean(agreement(maps, masks, losses)):.2f}",
            "" if boxes is None else f"{in_boxes(maps, boxes):.2f}",
            f"{height} x {width}" if name in passes else "",
            f"{passes[name]:.1f}" if name in passes else "",
        )
        print(ROW.format(name, *numbers), flush=True)


def prepared(
    asked: Case, images: np.ndarray, classes: np.ndarray, method: str
) -> PreparedHeatmaps:
    """Return what draws heatmaps of these classes again and again."""
    request = HeatmapRequest(images, [int(c) for c in classes], method=method)
    return prepare_heatmaps(asked.model, request, "auto")


def predict(asked: Case, images: np.ndarray) -> None:
    """Run the network alone, in batches as heatmaps are drawn in."""
    for some in _chunks(images):
        asked.model.predict_on_batch(some)


def fastest(run: Callable[[], object]) -> float:
    """Return the least processor time of a few runs, after a first one."""
    run()
    taken = []
    for _ in range(TIMES):
        begin = time.process_time()
        run()
        taken.append(time.process_time() - begin)
    return min(taken)


def pointing_game(
    asked: Case, others: Mapping[str, Draw], options: argparse.Namespace
) -> dict[str, float]:
    """Return the share of the heat in the right quarter, by method or guess."""
    grids, quarters, named = as_grids(asked, options.grids)
    maps = {
        name: grad_cam(asked.model, grids, target=named, method=name).maps
        for name in options.methods
    }
    maps |= {name: draw(grids, named) for name, draw in others.items()}
    maps |= guesses(grids, options.seed)
    return {name: pointing(some, quarters) for name, some in maps.items()}


def as_grids(
    asked: Case, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return grids of pictures of four classes.

    Args:
        asked: The pictures, in random order.
        count: Number of grids.

    Returns:
        (4 count, h, w, 3) each grid four times, (4 count,) the quarter that is
        explained, row by row, and (4 count,) its class.
    """
    height, width = asked.images.shape[1:3]
    half = height // 2
    left = list(range(len(asked.classes)))
    grids, named = [], []
    while len(grids) < 4 * count and (four := _of_four_classes(asked, left)):
        left = [one for one in left if one not in four]
        small = [
            np.asarray(Image.fromarray(asked.images[i]).resize((half, half)))
            for i in four
        ]
        rows = [np.hstack(small[:2]), np.hstack(small[2:])]
        grid = np.zeros((height, width, 3), np.uint8)
        grid[: 2 * half, : 2 * half] = np.vstack(rows)
        grids += [grid] * 4
        named += [int(asked.classes[i]) for i in four]
    stacked = np.reshape(grids, (-1, height, width, 3))
    return stacked, np.arange(len(grids)) % 4, np.array(named)


def _of_four_classes(asked: Case, left: list[int]) -> list[int]:
    """Return the first pictures of four classes; none if there are fewer."""
    first: dict[int, int] = {}
    for one in left:
        first.setdefault(int(asked.classes[one]), one)
        if len(first) == 4:
            return list(first.values())
    return []


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


def in_boxes(maps: np.ndarray, boxes: np.ndarray) -> float:
    """Return the mean share of the heat in the boxes."""
    return float(np.nanmean(energy_in_boxes(maps, boxes)))


def _chunks(images: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(images), 32):
        yield images[start : start + 32]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lite0", type=Path)
    parser.add_argument("--squeezenet", type=Path)
    parser.add_argument("--images", type=Path)
    parser.add_argument(
        "--networks", nargs="+", choices=MAKERS, default=list(MAKERS)
    )
    parser.add_argument("--methods", nargs="+", default=list(METHODS))
    parser.add_argument(
        "--peers", action="store_true", help="other packages, too"
    )
    parser.add_argument("--grids", type=int, default=40)
    parser.add_argument("--pictures", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
