"""What both callbacks cost a training, seen from outside.

    python -m benchmarks.overhead --runs 5 --seconds 180

Each run is a process of its own on one core (two with two replicas, which else
wait for each other). In it the same network is trained twice, with both
callbacks at their default settings and without, in turns of some seconds (see
`turns.py`). The machine must have nothing else to do. Printed is how much
longer the training with callbacks took, by the clock and in seconds of
processor time, beside the default budget and what the callbacks themselves
counted, and of the mean of all runs its standard error. Preparing, the
baseline and the last capture are never left out: how long a training must be
for the budget to hold is part of the result.

The input goes on from epoch to epoch. Where each has its own, as is usual,
TensorFlow 2.21 lengthens many epochs, with a drawing or without, until a thread
wakes that tunes it and that it waits for: 10 ms, 30 ms, 70 ms and so on after
the epoch began. Epochs of 1.20 s may then take 1.27 s, and those of 1.29 s
2.55 s, which is what would be measured. That the input itself is not tuned does
not help where a strategy adds to it what is.

What is trained: see `overhead_cases.py`.
"""

import argparse
import functools
import inspect
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import keras

from benchmarks.feeding import BATCH_SIZE, batches
from benchmarks.overhead_cases import CASES, Case
from benchmarks.turns import Turn, two_turns
from kerasviz_callbacks import GradCAM
from kerasviz_callbacks.callbacks import recorder
from kerasviz_callbacks.schedule.budget import Budget
from tests.kerasviz_callbacks.logs.written import captures

_BUDGET = inspect.signature(GradCAM).parameters["budget"].default
_PROBED_EPOCHS = 3
_NUM_CORES = {"mirrored": 2}  # of the others one


def main() -> None:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    if options.alone:
        print(json.dumps(_trained(options)))
        return
    print(
        f"{'case':12}{'run':>5}{'without, s':>12}{'clock':>8}{'cpu':>8}"
        f"{'counted':>9}  captures"
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
            f"{case:12}{run + 1:5}{found['without_s']:12.1f}"
            f"{clocks[-1]:8.1%}{cpus[-1]:8.1%}{found['counted']:9.1%}"
            f"  {found['captures']}",
            flush=True,
        )
    print(
        f"{case:12}{'mean':>5}{'':12}{statistics.mean(clocks):8.1%}"
        f"{statistics.mean(cpus):8.1%}  of a budget of {_BUDGET:.0%}\n"
        f"{case:12}{'+-':>5}{'':12}{_standard_error(clocks):8.1%}"
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
    """Train with and without callbacks, in turns; return what it took."""
    [name] = options.cases
    cores = sorted(os.sched_getaffinity(0))[: _NUM_CORES.get(name, 1)]
    os.sched_setaffinity(0, cores)
    case = CASES[name](options)
    drawn, plain = case.build(), case.build()
    for model in (drawn, plain):
        _fit(case, model, 1)  # traces
    epochs = max(2, round(options.seconds / _epoch_s(case, plain)))
    with_turn, without_turn = two_turns()
    budget = functools.partial(Budget, clock=with_turn.clock)
    with (
        tempfile.TemporaryDirectory() as log_dir,
        mock.patch.object(recorder, "Budget", budget),
        ThreadPoolExecutor(1) as beside,
    ):
        watchers = case.callbacks(log_dir)
        other = beside.submit(_fit, case, plain, epochs, without_turn)
        # In this thread, as interrupts can be held in no other.
        _fit(case, drawn, epochs, with_turn, watchers)
        other.result()
        found = captures(Path(log_dir))
    return {
        "without_s": without_turn.clock_s,
        "clock": with_turn.clock_s / without_turn.clock_s - 1,
        "cpu": with_turn.cpu_s / without_turn.cpu_s - 1,
        "counted": sum(
            watcher.recorder.budget.overhead for watcher in watchers
        ),
        "captures": len(found),
    }


def _epoch_s(case: Case, model: keras.Model) -> float:
    """Return the seconds of an epoch other than the first."""
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: ends.append(time.perf_counter())
    )
    _fit(case, model, 1 + _PROBED_EPOCHS, watchers=[clock])
    return (ends[-1] - ends[0]) / _PROBED_EPOCHS


def _fit(
    case: Case,
    model: keras.Model,
    epochs: int,
    turn: Turn | None = None,
    watchers: Sequence[Any] = (),
) -> None:
    """Train, and count in the turn what it takes."""
    callbacks = list(watchers)
    if turn is not None:
        # Before `fit` lets go of the input and waits for its tuning.
        ends = keras.callbacks.LambdaCallback(on_train_end=lambda _: turn.end())
        callbacks = [turn, *watchers, ends]
        turn.begin()
    try:
        model.fit(
            batches(case.images, case.labels, is_tuned=False).repeat(),
            epochs=epochs,
            steps_per_epoch=math.ceil(len(case.images) / BATCH_SIZE),
            shuffle=False,  # they are
            verbose=0,
            callbacks=callbacks,
        )
    finally:
        if turn is not None:
            turn.end()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=180, help="of training without"
    )
    parser.add_argument(
        "--cases", nargs="+", choices=list(CASES), default=list(CASES)
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
