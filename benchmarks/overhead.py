"""What both callbacks cost a training, seen from outside.

    python -m benchmarks.overhead --runs 5 --seconds 180

Each run is a process of its own on one core (two with two replicas, which else
wait for each other). It trains without callbacks, then the same network with
both at their default settings, then without again: half as many epochs each
time, together, as with them. The machine must have nothing else to do. Printed
are the seconds of an epoch before and after, without callbacks, and how much
longer than these the epochs with callbacks took, by the clock and in seconds
of processor time, beside the default budget; of the mean of all runs its
standard error as well. Preparing, the baseline and the last capture are never
left out: how long a training must be for the budget to hold is part of the
result.

Not in two processes, one with and one without: these differ by a tenth, both
without callbacks, from the first epoch to the last, taken one after the other
or in turns of some seconds (SqueezeNet's batches take 64 to 77 ms).

The input is not autotuned. Else TensorFlow 2.21 lengthens many epochs, with a
drawing or without, until a thread wakes that it waits for: 10 ms, 30 ms, 70 ms
and so on after the epoch began. Epochs of 1.20 s may then take 1.27 s, and
those of 1.29 s 2.55 s, which is what would be measured.

| case       | what is trained                                             |
|------------|-------------------------------------------------------------|
| demo       | the demo's network on its pictures                          |
| squeezenet | SqueezeNet and a new classifier on crops of photographs     |
| mirrored   | the demo's network on two replicas, MirroredStrategy        |
"""

import argparse
import contextlib
import inspect
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks import natural
from benchmarks.squeezenet import preprocess, squeezenet
from examples.demo import sets
from examples.demo.network import build_network
from kerasviz_callbacks import FilterPatterns, GradCAM
from tests.kerasviz_callbacks.written import captures

_BUDGET = inspect.signature(GradCAM).parameters["budget"].default
_NUM_HELD_OUT = 12
_PROBED_EPOCHS = 3
_NUM_CORES = {"mirrored": 2}  # of the others one


@dataclass(frozen=True)
class Case:
    """A network, what it is trained on, and how its callbacks are made."""

    model: keras.Model
    images: Any
    labels: Any
    callbacks: Callable[[str], list[keras.callbacks.Callback]]


def main() -> None:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    if options.alone:
        print(json.dumps(_trained(options)))
        return
    print(
        f"{'case':12}{'run':>5}{'before':>8}{'after':>8}{'with, s':>9}"
        f"{'clock':>8}{'cpu':>8}  captures"
    )
    for case in options.cases:
        _run_case(case, options)


def _run_case(case: str, options: argparse.Namespace) -> None:
    clocks, cpus = [], []
    for run in range(options.runs):
        found = _child(case, options)
        clocks.append(found["clock"])
        cpus.append(found["cpu"])
        print(
            f"{case:12}{run + 1:5}{found['before_s']:8.3f}"
            f"{found['after_s']:8.3f}{found['with_s']:9.1f}"
            f"{clocks[-1]:8.1%}{cpus[-1]:8.1%}  {found['captures']}",
            flush=True,
        )
    print(
        f"{case:12}{'mean':>5}{'':25}{statistics.mean(clocks):8.1%}"
        f"{statistics.mean(cpus):8.1%}  of a budget of {_BUDGET:.0%}\n"
        f"{case:12}{'+-':>5}{'':25}{_standard_error(clocks):8.1%}"
        f"{_standard_error(cpus):8.1%}",
        flush=True,
    )


def _standard_error(values: list[float]) -> float:
    """Return that of the mean; NaN of a single one."""
    if len(values) < 2:
        return math.nan
    return statistics.stdev(values) / math.sqrt(len(values))


def _child(case: str, options: argparse.Namespace) -> dict[str, Any]:
    """Train in a process of its own and return what it took."""
    command = [sys.executable, "-m", "benchmarks.overhead", "--alone"]
    command += ["--cases", case, "--seconds", str(options.seconds)]
    command += ["--size", str(options.size)]
    if options.weights is not None:
        command += ["--weights", str(options.weights)]
    printed = subprocess.check_output(command, text=True)
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found


def _trained(options: argparse.Namespace) -> dict[str, Any]:
    """Train without, with and without callbacks; return what it took."""
    [name] = options.cases
    cores = sorted(os.sched_getaffinity(0))[: _NUM_CORES.get(name, 1)]
    os.sched_setaffinity(0, cores)
    case = _CASES[name](options)
    _fit(case, 1)  # traces
    probed = _fit(case, _PROBED_EPOCHS) / _PROBED_EPOCHS
    epochs = max(4, round(options.seconds / probed[0]))
    few = epochs // 4
    with tempfile.TemporaryDirectory() as log_dir:
        before = _fit(case, few) / few
        drawn = _fit(case, epochs, case.callbacks(log_dir))
        after = _fit(case, few) / few
        found = captures(Path(log_dir))
    clock, cpu = drawn / (epochs * (before + after) / 2) - 1
    return {
        "before_s": before[0],
        "after_s": after[0],
        "with_s": drawn[0],
        "clock": clock,
        "cpu": cpu,
        "captures": len(found),
    }


def _fit(case: Case, epochs: int, callbacks: Sequence[Any] = ()) -> np.ndarray:
    """Train; return seconds by the clock and of processor time."""
    begin, began = time.perf_counter(), time.process_time()
    case.model.fit(
        _untuned(case.images, case.labels),
        epochs=epochs,
        shuffle=False,  # they are
        verbose=0,
        callbacks=list(callbacks),
    )
    clock_s = time.perf_counter() - begin
    return np.array([clock_s, time.process_time() - began])


def _untuned(images: Any, labels: Any) -> tf.data.Dataset:
    """Return batches like those that `fit` makes of arrays."""
    examples = tf.data.Dataset.from_tensor_slices((images, labels))
    options = tf.data.Options()
    options.autotune.enabled = False
    batches = examples.shuffle(len(images)).batch(32).prefetch(2)
    return batches.with_options(options)


def _demo(_: argparse.Namespace) -> Case:
    return _demo_under(contextlib.nullcontext())


def _mirrored(_: argparse.Namespace) -> Case:
    [cpu] = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
    tf.config.set_logical_device_configuration(cpu, two)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    return _demo_under(strategy.scope())


def _demo_under(scope: contextlib.AbstractContextManager[Any]) -> Case:
    shown, held_out = sets.phase_two(1200), sets.held_out(_NUM_HELD_OUT)
    with scope:
        model = build_network(seed=3)
        model.compile("adam", "sparse_categorical_crossentropy")
    return Case(
        model,
        shown.images,
        shown.labels,
        lambda log_dir: [
            FilterPatterns(log_dir, verbose=0),
            GradCAM(
                log_dir, held_out.images, labels=held_out.labels, verbose=0
            ),
        ],
    )


def _squeezenet(options: argparse.Namespace) -> Case:
    images = natural.crops(options.size)
    labels = np.arange(len(images)) * 14 // len(images)
    backbone = squeezenet(options.size, options.weights)
    pooled = keras.layers.GlobalAveragePooling2D()(backbone.output)
    answer = keras.layers.Dense(14, activation="softmax")(pooled)
    model = keras.Model(backbone.input, answer)
    model.compile(
        keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy"
    )
    held_out = images[:: len(images) // _NUM_HELD_OUT][:_NUM_HELD_OUT]
    return Case(
        model,
        np.asarray(preprocess(images.astype("float32"))),
        labels,
        lambda log_dir: [
            FilterPatterns(log_dir, preprocess=preprocess, verbose=0),
            GradCAM(
                log_dir,
                held_out,
                preprocess=lambda x: np.asarray(preprocess(x)),
                verbose=0,
            ),
        ],
    )


_CASES: dict[str, Callable[[argparse.Namespace], Case]] = {
    "demo": _demo,
    "squeezenet": _squeezenet,
    "mirrored": _mirrored,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=180, help="of training with"
    )
    parser.add_argument(
        "--cases", nargs="+", choices=list(_CASES), default=list(_CASES)
    )
    parser.add_argument("--weights", type=Path, help="of SqueezeNet, HDF5")
    parser.add_argument(
        "--size", type=int, default=150, help="of SqueezeNet's images, px"
    )
    parser.add_argument(
        "--alone", action="store_true", help="run once, here, print JSON"
    )
    return parser


if __name__ == "__main__":
    main()
