"""Measures what an explanation tells of a filter, by forced choice.

    python -m benchmarks.forced_choice --weights lite0.npz \\
        --judge squeezenet.h5 --images PHOTOGRAPHS

Of two photographs, one is among the 10th to 29th that activate a filter most,
one among the 10th to 29th that do least. Which is nearer to the explanation?
An independent network, SqueezeNet, judges by the cosine of its pooled
activations, standardised over all photographs. 0.5 is chance; the share of
right answers is over all pairs and filters. Patterns are enlarged to the side
of the photographs; with `--natural-scale` they are mirrored beyond their
borders instead, so that a pixel is a pixel in both.

Explanations: a random photograph, our presets and variants of them, and the
photographs (one, nine) that activate the filter most. *s*: processor seconds
of the ascents of all filters of a layer, traced.

Source: Borowski et al. 2021, "Exemplary natural images explain CNN activations
better than state-of-the-art feature visualization", arXiv 2010.12606; a
machine as the judge: Zimmermann, Klindt and Brendel 2024.
"""

import argparse
import time
from dataclasses import dataclass, fields
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from benchmarks.photographs import middles
from benchmarks.squeezenet import preprocess, squeezenet
from examples.lite0 import lite0
from kerasviz_callbacks.patterns import PatternRequest, prepare_patterns
from kerasviz_callbacks.presets import FourierCanvas, Preset

LAYERS = tuple(f"block{n}_expand_relu" for n in (4, 7, 10, 13))
_JUDGED = tuple(f"fire{n}_concat" for n in (3, 5, 7, 9))
_SIZE, _BATCH = (224, 224), 32  # px, images
_KINDS = (".jpg", ".jpeg", ".png")
_SHOWN, _RIVALS = 9, slice(9, 29)  # of photographs, by their activation


def main() -> None:
    """Print a line per explanation, a column per layer."""
    options = _parser().parse_args()
    photos = _photos(options.images)
    judge = Judge(squeezenet(None, options.judge), photos)
    model = lite0(None, options.weights)
    to_side = _mirrored if options.natural_scale else _enlarged
    trials = [
        Trial.of(model, layer, photos, options.filters)
        for layer in options.layers
    ]
    print(f"{'explanation':<34}" + "".join(f"{x:>22}" for x in options.layers))
    for name, shown in _photographs().items():
        told = [judge.told(trial, shown(trial, photos)) for trial in trials]
        print(f"{name:<34}" + "".join(f"{x:>22.3f}" for x in told))
    for preset in _presets(options.variants):
        cells = [
            _drawn(preset, trial, judge, model, to_side) for trial in trials
        ]
        told, seconds = np.array(cells).T
        print(
            f"{_named(preset):<34}"
            + "".join(f"{x:>14.3f}{s:>6.1f} s" for x, s in cells)
            + f"  mean {told.mean():.3f}, {seconds.sum():.0f} s",
            flush=True,
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--layers", nargs="+", default=list(LAYERS))
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument(
        "--variants",
        nargs="*",
        default=[],
        help="of steady or its canvas, as in num_steps=20,start_blur=0.0",
    )
    parser.add_argument(
        "--natural-scale",
        action="store_true",
        help="mirror patterns beyond their borders instead of enlarging them",
    )
    return parser


@dataclass(frozen=True)
class Trial:
    """A layer's filters, and the photographs in the order of activation.

    Attributes:
        layer: Name of the layer.
        filters: Indices of the filters.
        order: (f, n) int. Indices of the photographs, the most active first.
    """

    layer: str
    filters: list[int]
    order: np.ndarray

    @classmethod
    def of(cls, model, layer: str, photos: np.ndarray, count: int) -> "Trial":
        """Rank the photographs by the mean of each filter's map."""
        inner = keras.Model(model.inputs[0], model.get_layer(layer).output)
        means = _pooled(inner, photos.astype(np.float32))
        filters = [i * means.shape[1] // count for i in range(count)]
        return cls(layer, filters, np.argsort(-means[:, filters], axis=0).T)


class Judge:
    """Says which of two photographs is nearer to an explanation."""

    def __init__(self, net: keras.Model, photos: np.ndarray) -> None:
        layers = [net.get_layer(name).output for name in _JUDGED]
        pool = keras.layers.GlobalAveragePooling2D()
        joined = keras.layers.Concatenate()([pool(x) for x in layers])
        self._net = keras.Model(net.inputs[0], joined)
        pooled = self._pooled(photos)
        self._mean, self._std = pooled.mean(0), pooled.std(0) + 1e-6
        self._photos = self._unit(pooled)

    def told(self, trial: Trial, shown: list[np.ndarray]) -> float:
        """Return the share of right answers.

        Args:
            trial: The filters.
            shown: Per filter, (m, 224, 224, 3) uint8: its explanation.
        """
        shares = []
        for order, images in zip(trial.order, shown, strict=True):
            seen = self._unit(self._pooled(images))
            nearness = self._photos @ seen.mean(0)
            most, least = nearness[order[_RIVALS]], nearness[order[::-1]]
            wins = most[:, None] > least[_RIVALS][None]
            shares.append(wins.mean())
        return float(np.mean(shares))

    def _pooled(self, images: np.ndarray) -> np.ndarray:
        fed = np.asarray(preprocess(images.astype(np.float32)))
        return _pooled(self._net, fed)

    def _unit(self, pooled: np.ndarray) -> np.ndarray:
        scaled = (pooled - self._mean) / self._std
        return scaled / np.linalg.norm(scaled, axis=1, keepdims=True)


def _pooled(net: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return (n, c), means over the positions if there are some."""
    parts = []
    for first in range(0, len(images), _BATCH):
        out = np.asarray(net(images[first : first + _BATCH], training=False))
        parts.append(out.mean((1, 2)) if out.ndim == 4 else out)
    return np.concatenate(parts)


def _photographs() -> dict:
    """Return what shows photographs, by name."""

    def best(count):
        return lambda trial, photos: [
            photos[order[:count]] for order in trial.order
        ]

    def at_random(trial, photos):
        picked = np.random.default_rng(0).permutation(len(photos))
        return [photos[i][None] for i in picked[: len(trial.filters)]]

    return {
        "a random photograph": at_random,
        "the best photograph": best(1),
        "the nine best": best(_SHOWN),
    }


def _presets(variants: list[str]) -> list[Preset]:
    changes = [
        {k: float(v) if "." in v else int(v) for k, v in _pairs(one)}
        for one in variants
    ]
    made = [_changed(one) for one in changes]
    return made or [Preset.recipe(), Preset.steady()]


def _changed(change: dict) -> Preset:
    """Return steady with other fields, some of them of its canvas."""
    parts = {x.name for x in fields(FourierCanvas)}
    canvas = FourierCanvas(**{k: v for k, v in change.items() if k in parts})
    own = {k: v for k, v in change.items() if k not in parts}
    return Preset.steady(canvas=canvas, **own)


def _pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(pair.split("=", 1)) for pair in text.split(",")]


def _named(preset: Preset) -> str:
    sizes = f"{preset.positions} positions, {preset.size_px} px"
    told = f"{preset.name}, {preset.num_steps} steps, {sizes}"
    canvas, plain = preset.canvas, type(preset.canvas)()
    for part in fields(canvas):
        value = getattr(canvas, part.name)
        if value != getattr(plain, part.name):
            told += f", {part.name} {value}"
    return told


def _drawn(
    preset, trial: Trial, judge: Judge, model, to_side
) -> tuple[float, float]:
    request = PatternRequest(
        trial.layer, trial.filters, preset, preprocess=_plain
    )
    [layer] = prepare_patterns(model, request, None).layers
    layer.engine.draw(trial.filters[:1], num_steps=1)  # compiled, not timed
    begin = time.process_time()
    patterns = layer.engine.draw(trial.filters)
    seconds = time.process_time() - begin
    shown = [to_side(image)[None] for image in patterns.images]
    return judge.told(trial, shown), seconds


def _plain(images):
    """The model scales bytes itself."""
    return images


def _enlarged(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize(_SIZE))


def _mirrored(image: np.ndarray) -> np.ndarray:
    """Return an image, mirrored beyond its lower and right borders."""
    wanting = [max(0, _SIZE[axis] - image.shape[axis]) for axis in (0, 1)]
    padding = [*((0, more) for more in wanting), (0, 0)]
    return np.pad(image, padding, mode="symmetric")[: _SIZE[0], : _SIZE[1]]


def _photos(folder: Path) -> np.ndarray:
    """Return (n, 224, 224, 3) uint8, the middles of the photographs."""
    names = sorted(x for x in folder.rglob("*") if x.suffix.lower() in _KINDS)
    return middles(names, _SIZE[0])


if __name__ == "__main__":
    main()
