"""Compares what filter patterns cost, on nets of several kinds.

    python -m benchmarks.pattern_speed --weights squeezenet_imagenet_notop.h5

For an early, a middle and a late layer of each net the ways take turns in one
process: ours draw all filters, tracing included; the classic recipe and peers,
whose cost per filter does not depend on how many there are, draw a few, always
other ones. The fastest turn counts. A peer that is not installed, or fails,
shows its own error. Weights are random where none are given.

| column | meaning                                                           |
|--------|-------------------------------------------------------------------|
| s each | seconds per filter                                                |
| ratio  | the classic recipe's seconds per filter / these                   |
| MB     | peak memory above that of the built net, in a process of its own  |
| roof   | floating-point operations of forward and backward passes / what   |
|        | this machine's convolutions do in the same time                   |
| fair   | mean activation on the pictures as they are shown, in 8 bits      |
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks import squeezenet
from benchmarks.memory import forget_peak, peak_mb, resident_mb
from benchmarks.pattern_ways import NUM_STEPS, WAYS, Preprocess
from kerasviz_callbacks.presets.preset import STEADY

_STEPS = {"ours, steady": STEADY.num_steps}
_FILTERS_OF_MEMORY = 8


@dataclass(frozen=True)
class Net:
    """A net of any size of input, and three layers from early to late."""

    model: keras.Model
    layers: tuple[str, ...]
    preprocess: Preprocess


def main() -> None:
    """Print a table per net."""
    options = _parser().parse_args()
    if options.memory_of:
        print(_used_memory(options))
        return
    rate = _convolution_rate()
    print(f"3x3 convolution: {rate / 1e9:.0f} GFLOP/s")
    for name in options.models:
        net = net_of(name, options.weights)
        for layer in options.layers or net.layers:
            print(f"\n{name} {layer}, {options.size} px")
            print(
                f"{'way':<16}{'s each':>8}{'ratio':>7}{'MB':>7}{'roof':>6}"
                f"{'fair':>9}"
            )
            _table(name, net, layer, rate, options)


def _table(
    name: str, net: Net, layer: str, rate: float, options: argparse.Namespace
) -> None:
    flops = 2 * _forward_flops(net, layer, options.size)
    found = {way: _Turns() for way in options.ways}
    for turn in range(options.repeats):
        for way, turns in found.items():
            _take_turn(way, turns, net, layer, turn, options)
    base = found.get("classic recipe", _Turns()).seconds
    for way, turns in found.items():
        if turns.fault:
            print(f"{way:<16}  {turns.fault[:100]}")
            continue
        least = flops * _STEPS.get(way, NUM_STEPS) / rate
        memory = _memory_of(way, name, layer, options)
        print(
            f"{way:<16}{turns.seconds:>8.2f}{base / turns.seconds:>7.2f}"
            f"{memory:>7}{least / turns.seconds:>6.0%}{turns.fair:>9.2f}",
            flush=True,
        )


@dataclass
class _Turns:
    """The fastest turn of a way so far."""

    seconds: float = np.inf
    fair: float = np.nan
    fault: str = ""


def _take_turn(
    way: str,
    turns: _Turns,
    net: Net,
    layer: str,
    turn: int,
    options: argparse.Namespace,
) -> None:
    is_ours = way.startswith("ours")
    count = options.filters if is_ours else options.few
    first = 0 if is_ours else turn * count
    filters = [
        index % net.model.get_layer(layer).output.shape[-1]
        for index in range(first, first + count)
    ]
    begin = time.perf_counter()
    try:
        pictures = WAYS[way](
            net.model, layer, filters, options.size, net.preprocess
        )
    except Exception as error:  # of whatever kind a peer fails with
        turns.fault = " ".join(f"{type(error).__name__}: {error}".split())
        return
    turns.seconds = min(turns.seconds, (time.perf_counter() - begin) / count)
    turns.fair = _fair(net, layer, filters[:_FILTERS_OF_MEMORY], pictures)


def _fair(
    net: Net, layer: str, filters: list[int], pictures: np.ndarray
) -> float:
    extractor = keras.Model(net.model.inputs, net.model.get_layer(layer).output)
    images = tf.constant(pictures[: len(filters)], tf.float32)
    activation = extractor(net.preprocess(images), training=False)
    inner = activation[:, 2:-2, 2:-2].numpy().mean(axis=(1, 2))
    return float(inner[np.arange(len(filters)), filters].mean())


def net_of(name: str, weights: Path | None) -> Net:
    """Return the net of that name."""
    keras.utils.set_random_seed(0)
    if name == "SqueezeNet":
        layers = tuple(f"fire{i}_expand3x3" for i in (3, 6, 9))
        model = squeezenet.squeezenet(None, weights)
        return Net(model, layers, squeezenet.preprocess)
    build, layers = _APPLICATIONS[name]
    model = build(weights=None, include_top=False)
    return Net(model, layers, lambda images: images / 127.5 - 1)


_APPLICATIONS = {
    "MobileNetV2": (
        keras.applications.MobileNetV2,
        ("block_2_expand", "block_6_expand", "block_13_expand"),
    ),
    "Xception": (
        keras.applications.Xception,
        ("block3_sepconv1", "block6_sepconv2", "block13_sepconv2"),
    ),
    "ResNet50V2": (
        keras.applications.ResNet50V2,
        ("conv2_block2_2_conv", "conv3_block4_2_conv", "conv5_block2_2_conv"),
    ),
}


def _forward_flops(net: Net, layer: str, size: int) -> int:
    """Count the operations of one image's pass up to the layer."""
    from tensorflow.compat.v1 import profiler

    extractor = keras.Model(net.model.inputs, net.model.get_layer(layer).output)
    run = tf.function(extractor).get_concrete_function(
        tf.TensorSpec([1, size, size, 3])
    )
    options = profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    found = profiler.profile(run.graph, cmd="scope", options=options)
    return found.total_float_ops


def _convolution_rate() -> float:
    """Measure the operations per second of a 3x3 convolution."""
    image = tf.random.normal([8, 50, 50, 64])
    kernel = tf.random.normal([3, 3, 64, 64])
    run = tf.function(lambda: tf.nn.conv2d(image, kernel, 1, "SAME"))
    run()
    fastest = np.inf
    for _ in range(20):
        begin = time.perf_counter()
        run().numpy()
        fastest = min(fastest, time.perf_counter() - begin)
    return 2 * 8 * 50 * 50 * 9 * 64 * 64 / fastest


def _memory_of(
    way: str, name: str, layer: str, options: argparse.Namespace
) -> str:
    command = [sys.executable, "-m", "benchmarks.pattern_speed"]
    command += ["--memory-of", way, "--models", name, "--layers", layer]
    command += ["--size", str(options.size), "--few", str(options.few)]
    if options.weights:
        command += ["--weights", str(options.weights)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "?"


def _used_memory(options: argparse.Namespace) -> int:
    [name], [layer] = options.models, options.layers
    net = net_of(name, options.weights)
    net.model(tf.zeros([1, options.size, options.size, 3]))
    forget_peak()
    before = resident_mb()
    is_ours = options.memory_of.startswith("ours")
    count = _FILTERS_OF_MEMORY if is_ours else options.few
    WAYS[options.memory_of](
        net.model, layer, list(range(count)), options.size, net.preprocess
    )
    return round(peak_mb() - before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--weights", type=Path, help="of SqueezeNet")
    parser.add_argument(
        "--models", nargs="+", default=["SqueezeNet", *_APPLICATIONS]
    )
    parser.add_argument("--layers", nargs="+", help="of a single model")
    parser.add_argument("--ways", nargs="+", default=list(WAYS))
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument(
        "--few", type=int, default=2, help="filters of the classic and peers"
    )
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
