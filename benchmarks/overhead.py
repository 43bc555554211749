"""What both callbacks cost a training, seen from outside.

    python -m benchmarks.overhead --pairs 5 --seconds 180

Each pair trains the same network twice, with both callbacks at their default
settings and without, each in a process of its own on one core (two with two
replicas, which else wait for each other). The two take turns of some seconds,
in which the other stands still; every other pair begins with the callbacks.
The machine must have nothing else to do. (At the same time, on a core each, is
no fairer: what looks like two cores may be two threads of one, and a drawing
then slows the other training.) Printed is how much longer the training with
callbacks took, by the clock and in seconds of processor time, beside the
default budget, and for the mean of all pairs its standard error: two trainings
without callbacks differ, too. Preparing, the baseline and the last capture are
never left out: how long a training must be for the budget to hold is part of
the result.

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
import functools
import inspect
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import keras
import numpy as np
import tensorflow as tf

from benchmarks import natural
from benchmarks.squeezenet import preprocess, squeezenet
from benchmarks.turns import Turns, run_in_turns
from examples.demo import sets
from examples.demo.network import build_network
from kerasviz_callbacks import FilterPatterns, GradCAM, capturing
from kerasviz_callbacks.budget import Budget
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
    if options.epochs:
        print(json.dumps(_trained(options)))
        return
    print(f"{'case':12}{'pair':>5}{'s':>8}{'clock':>9}{'cpu':>8}  captures")
    for case in options.cases:
        _run_case(case, options)


def _run_case(case: str, options: argparse.Namespace) -> None:
    [probed] = _children(case, options, _PROBED_EPOCHS, [False])
    epochs = max(2, round(options.seconds / probed["epoch_s"]))
    clocks, cpus = [], []
    for pair in range(options.pairs):
        first = pair % 2 == 1
        found = _children(case, options, epochs, [first, not first])
        plain, drawn = found[::-1] if first else found
        clocks.append(drawn["clock_s"] / plain["clock_s"] - 1)
        cpus.append(drawn["cpu_s"] / plain["cpu_s"] - 1)
        print(
            f"{case:12}{pair + 1:5}{plain['clock_s']:8.1f}"
            f"{clocks[-1]:9.1%}{cpus[-1]:8.1%}  {drawn['captures']}",
            flush=True,
        )
    print(
        f"{case:12}{'mean':>5}{'':8}{statistics.mean(clocks):9.1%}"
        f"{statistics.mean(cpus):8.1%}  of a budget of {_BUDGET:.0%}\n"
        f"{case:12}{'+-':>5}{'':8}{_standard_error(clocks):9.1%}"
        f"{_standard_error(cpus):8.1%}",
        flush=True,
    )


def _standard_error(values: list[float]) -> float:
    """Return that of the mean; NaN of a single one."""
    if len(values) < 2:
        return math.nan
    return statistics.stdev(values) / math.sqrt(len(values))


def _children(
    case: str,
    options: argparse.Namespace,
    epochs: int,
    are_drawn: list[bool],
) -> list[dict[str, Any]]:
    """Train in turns, each in a process of its own; return what each took."""
    command = [sys.executable, "-m", "benchmarks.overhead", "--cases", case]
    command += ["--epochs", str(epochs), "--size", str(options.size)]
    if options.weights is not None:
        command += ["--weights", str(options.weights)]
    commands = [command + ["--drawn"] * is_drawn for is_drawn in are_drawn]
    return [json.loads(line) for line in run_in_turns(commands)]


def _trained(options: argparse.Namespace) -> dict[str, Any]:
    """Train once, here, and return what it took."""
    [name] = options.cases
    cores = sorted(os.sched_getaffinity(0))[: _NUM_CORES.get(name, 1)]
    os.sched_setaffinity(0, cores)
    case = _CASES[name](options)
    turns = Turns()
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: ends.append(turns.clock())
    )
    budget = functools.partial(Budget, clock=turns.clock)
    with (
        tempfile.TemporaryDirectory() as log_dir,
        mock.patch.object(capturing, "Budget", budget),
    ):
        watchers = case.callbacks(log_dir) if options.drawn else []
        turns.wait()
        begin, began = turns.clock(), time.process_time()
        case.model.fit(
            _untuned(case.images, case.labels),
            epochs=options.epochs,
            shuffle=False,  # they are
            verbose=0,
            callbacks=[turns, clock, *watchers],
        )
        cpu_s = time.process_time() - began
        clock_s = turns.clock() - begin
        found = captures(Path(log_dir)) if options.drawn else []
    return {
        "clock_s": clock_s,
        "cpu_s": cpu_s,
        "epoch_s": min(np.diff(ends), default=clock_s),
        "captures": len(found),
    }


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
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=180, help="of a training without"
    )
    parser.add_argument(
        "--cases", nargs="+", choices=list(_CASES), default=list(_CASES)
    )
    parser.add_argument("--weights", type=Path, help="of SqueezeNet, HDF5")
    parser.add_argument(
        "--size", type=int, default=150, help="of SqueezeNet's images, px"
    )
    child = parser.add_argument_group("what each process is told")
    child.add_argument("--epochs", type=int, help="train once, print JSON")
    child.add_argument("--drawn", action="store_true")
    return parser


if __name__ == "__main__":
    main()
