"""Compares ways of drawing patterns: time, strength, stability.

    python -m benchmarks.patterns --weights squeezenet_imagenet_notop.h5

In one process, layer by layer and method by method: the recipe as learners
write it (the baseline of all ratios), our `recipe` and our `steady`. Columns:

| column    | meaning                                                        |
|-----------|----------------------------------------------------------------|
| s         | seconds for the filters, first call (tracing included)         |
| again     | seconds of a second call                                       |
| ratio     | the recipe's seconds / ours again                              |
| rz        | robust z of the picture that is shown (`benchmarks/natural.py`)|
| strongest | share of pictures that beat every crop of a photograph         |
| 1e-6      | correlation with itself when the start moved by 1e-6           |
| w 1%, …   | correlation after that much noise on all weights               |

All draw at the same size, or with `--own-sizes` each at the one that it takes
by default: the recipe 200 px, ours by what the layer sees.
"""

import argparse
import dataclasses
import functools
import time
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from benchmarks.natural import NaturalScale
from benchmarks.pattern_ways import Draw, classic, ours
from benchmarks.squeezenet import preprocess, squeezenet
from kerasviz_callbacks.presets.preset import Preset, find_preset

LAYERS = [f"fire{number}_expand3x3" for number in (3, 5, 7, 9)]
NOISES = (0.001, 0.01, 0.1)
PERTURBATION = 1e-6


def main() -> None:
    """Draw, measure, print a table and save a contact sheet."""
    options = _parser().parse_args()
    filters = list(range(options.filters))
    size = None if options.own_sizes else options.size
    print(
        f"{'layer':<18}{'method':<22}{'s':>7}{'again':>7}{'ratio':>7}"
        f"{'rz':>7}{'strongest':>11}{'1e-6':>8}"
        + "".join(f"{f'w {noise:.1%}':>9}" for noise in NOISES)
    )
    rows: dict[str, list[np.ndarray]] = {name: [] for name in METHODS}
    model = squeezenet(None, options.weights)
    noisy = [_noisy(options.weights, noise) for noise in NOISES]
    for layer in options.layers:
        scale = functools.cache(
            functools.partial(NaturalScale, model, layer, preprocess)
        )
        baseline = None
        for name, (draw, draw_moved) in METHODS.items():
            asked = (layer, filters, size, preprocess)
            first, pictures = _timed(draw, model, *asked)
            again, _ = _timed(draw, model, *asked)
            baseline = baseline or first
            score = scale(pictures.shape[1]).score(pictures, filters)
            moved = draw_moved(model, *asked)
            others = [draw(other, *asked) for other in noisy]
            print(
                f"{layer:<18}{name:<22}{first:>7.1f}{again:>7.1f}"
                f"{baseline / again:>7.2f}{score.robust_z.mean():>7.1f}"
                f"{score.is_strongest.mean():>11.0%}"
                f"{correlations(pictures, moved).mean():>8.4f}"
                + "".join(
                    f"{correlations(pictures, other).mean():>9.3f}"
                    for other in others
                ),
                flush=True,
            )
            rows[name].append(_row(pictures, options.size))
    sheet = np.concatenate([row for name in METHODS for row in rows[name]])
    Image.fromarray(sheet).save(options.sheet)
    print(f"contact sheet, methods from top to bottom: {options.sheet}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--layers", nargs="+", default=LAYERS)
    parser.add_argument("--filters", type=int, default=8)
    parser.add_argument("--size", type=int, default=150, help="px")
    parser.add_argument(
        "--own-sizes",
        action="store_true",
        help="each method at its default size",
    )
    parser.add_argument("--sheet", type=Path, default=Path("patterns.png"))
    return parser


def _perturbed(preset: Preset) -> Preset:
    """Return the preset with another start, by very little."""
    kind = type(preset.canvas)

    class Moved(kind):
        def start(self, path, filters, shape, seed):
            state = super().start(path, filters, shape, seed)
            noise = np.random.default_rng(1).normal(size=state.shape)
            return (state + PERTURBATION * noise).astype(np.float32)

    canvas = Moved(**dataclasses.asdict(preset.canvas))
    return dataclasses.replace(preset, canvas=canvas)


def _moved(preset: str) -> Draw:
    return ours(_perturbed(find_preset(preset)))


# As they are, and with another start, by very little.
METHODS: dict[str, tuple[Draw, Draw]] = {
    "classic recipe": (classic(), classic(PERTURBATION)),
    "ours, recipe": (ours("recipe"), _moved("recipe")),
    "ours, steady": (ours("steady"), _moved("steady")),
}


def _timed(draw: Draw, *arguments) -> tuple[float, np.ndarray]:
    begin = time.perf_counter()
    pictures = draw(*arguments)
    return time.perf_counter() - begin, pictures


def _row(pictures: np.ndarray, size: int) -> np.ndarray:
    """Return the pictures side by side, enlarged to one size.

    Only here: the recipe's display crops, and what is scored is not resized.
    """
    resized = [
        np.asarray(Image.fromarray(picture).resize((size, size)))
        for picture in pictures
    ]
    return np.concatenate(resized, axis=1)


def _noisy(weights: Path, noise: float) -> keras.Model:
    model = squeezenet(None, weights)
    random = np.random.default_rng(3)
    for variable in model.weights:
        factor = 1 + noise * random.normal(size=variable.shape)
        variable.assign(variable.numpy() * factor)
    return model


def correlations(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the correlation of each picture with its counterpart."""
    a, b = (
        pictures.reshape(len(pictures), -1).astype(np.float64)
        for pictures in (left, right)
    )
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(1) / np.maximum(norms, 1e-12)


if __name__ == "__main__":
    main()
