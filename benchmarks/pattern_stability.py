"""Shows how much of a picture is its start, and how much the weights.

    python -m benchmarks.pattern_stability --weights squeezenet.h5

For every convolution of a net (or every `--each`th), the mean over some
filters, and the least, of the correlation of the default picture with itself

| column       | when only this changed                                       |
|--------------|--------------------------------------------------------------|
| 1e-6         | the start, by that much                                      |
| w 1%, w 10%  | all weights, by noise of that share of each                  |

and what is left of 1 at 1% of noise over what is left at 1e-6 (*tells*): above
1 a change of the weights by 1% shows more than a change of the start.
"""

import argparse
from pathlib import Path

import keras
import numpy as np

from benchmarks.pattern_speed import Net, net_of
from benchmarks.patterns import PERTURBATION, correlations
from examples.demo import sets
from examples.demo.network import build_network
from kerasviz_callbacks import layer_paths
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.preparation import (
    PreparedLayer,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.request import PatternRequest
from kerasviz_callbacks.presets.preset import Preset

NOISES = (0.01, 0.1)


def main() -> None:
    """Print a line per layer."""
    options = _parser().parse_args()
    net = (
        _trained_demo()
        if options.model == "Demo"
        else net_of(options.model, options.weights)
    )
    print(
        f"{'layer':<28}{'1e-6':>8}{'least':>8}"
        + "".join(f"{f'w {noise:.0%}':>8}" for noise in NOISES)
        + f"{'tells':>8}"
    )
    for path in layer_paths(net.model)[:: options.each]:
        request = PatternRequest(
            path.path,
            list(range(min(options.filters, path.filters))),
            Preset.steady(size=options.size),
            preprocess=net.preprocess,
        )
        [layer] = prepare_patterns(net.model, request, None).layers
        _line(layer, net.model)


def _line(layer: PreparedLayer, model: keras.Model) -> None:
    engine, filters = layer.engine, layer.filters
    pictures = engine.draw(filters).images
    nudged = engine.draw(filters, nudge=PERTURBATION).images
    same = correlations(pictures, nudged)
    others = [
        correlations(pictures, _noisy_pictures(engine, model, filters, noise))
        for noise in NOISES
    ]
    tells = (1 - others[0].mean()) / max(1 - same.mean(), 1e-7)
    print(
        f"{engine.located.path:<28}{same.mean():>8.4f}{same.min():>8.3f}"
        + "".join(f"{other.mean():>8.3f}" for other in others)
        + f"{tells:>8.0f}",
        flush=True,
    )


def _noisy_pictures(
    engine: PatternEngine,
    model: keras.Model,
    filters: tuple[int, ...],
    noise: float,
) -> np.ndarray:
    kept = model.get_weights()
    random = np.random.default_rng(3)
    model.set_weights(
        [w * (1 + noise * random.normal(size=w.shape)) for w in kept]
    )
    try:
        return engine.draw(filters).images
    finally:
        model.set_weights(kept)


def _trained_demo() -> Net:
    """Return the demo's network after its second phase."""
    network, pictures = build_network(seed=3), sets.phase_two(1200)
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(
        pictures.images, pictures.labels, batch_size=32, epochs=7, verbose=0
    )
    return Net(network, (), lambda images: images)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--weights", type=Path, help="of SqueezeNet")
    parser.add_argument(
        "--model", default="SqueezeNet", help="Demo is trained first"
    )
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--filters", type=int, default=4)
    parser.add_argument(
        "--size", type=int, help="px; default: as each layer takes"
    )
    return parser


if __name__ == "__main__":
    main()
