"""What a training pays that has another process draw, `where="process"`.

    python -m benchmarks.beside --rounds 6

The demo's network trains a few epochs without callbacks and a few with
`KerasViz(..., options=CaptureOptions(where="process"))`, in turns, in one
process. After each turn with callbacks the process that draws has time to
finish, so that it does not disturb the next one. Printed is, for one thread
(another core is left for drawing) and for as many as there are cores (drawing
has to share them), the median over the rounds of the ratio of two turns that
follow each other: processor time of the training process, which says what
copies take, and the clock, which also says how long the training waited for
cores. The machine may have other work: the load says how much.

Measured is from the first epoch's begin to the last one's end, the baseline's
copy included. To start the process and to wait for the last capture comes on
top, once for a training; both are printed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from benchmarks.feeding import batches
from benchmarks.processor import processor_name
from examples.demo import sets
from examples.demo.network import build_network
from kerasviz_callbacks import CaptureOptions, KerasViz
from tests.kerasviz_callbacks.logs.written import captures

_NUM_HELD_OUT = 12


class Watch(keras.callbacks.Callback):
    """Measures from the first epoch's begin to the last one's end."""

    def __init__(self) -> None:
        super().__init__()
        self.began_s = self.clock_s = self.cpu_s = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if not self.began_s:
            self.began_s, self.cpu_s = time.perf_counter(), -time.process_time()

    def stop(self) -> None:
        self.clock_s = time.perf_counter() - self.began_s
        self.cpu_s += time.process_time()


def main() -> None:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    if options.alone:
        print(json.dumps(_measured(options)))
        return
    print(f"{processor_name()}, {os.cpu_count()} cores")
    print(
        f"{'threads':>8}{'epoch, s':>10}{'cpu':>8}{'clock':>8}{'start, s':>10}"
        f"{'end, s':>8}{'drawn':>7}{'due':>5}{'load':>6}"
    )
    for threads in (1, os.cpu_count() or 1):
        command = [sys.executable, "-m", "benchmarks.beside", "--alone"]
        command += ["--rounds", str(options.rounds), "--threads", str(threads)]
        command += ["--epochs", str(options.epochs)]
        printed = subprocess.check_output(command, text=True)
        found = json.loads(printed.splitlines()[-1])
        print(
            f"{threads:8}{found['epoch_s']:10.2f}{found['cpu']:8.1%}"
            f"{found['clock']:8.1%}{found['start_s']:10.1f}"
            f"{found['end_s']:8.1f}{found['drawn']:7}{found['due']:5}"
            f"{found['load']:6.1f}",
            flush=True,
        )


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = build_network(seed=3)
    model.compile("adam", "sparse_categorical_crossentropy")
    shown, held_out = sets.phase_two(1200), sets.held_out(_NUM_HELD_OUT)
    data = batches(shown.images, shown.labels, is_tuned=False)
    ratios, epochs_s, starts_s, ends_s = [], [], [], []
    with tempfile.TemporaryDirectory() as log_dir:
        draw = KerasViz(
            log_dir,
            held_out.images,
            held_out.labels,
            options=CaptureOptions(where="process"),
            verbose=0,
        )
        _fit(model, data, 1, [])  # traces
        for _ in range(options.rounds):
            plain, _ = _fit(model, data, options.epochs, [])
            drawn, (start_s, end_s) = _fit(model, data, options.epochs, [draw])
            ratios.append(
                (drawn.cpu_s / plain.cpu_s, drawn.clock_s / plain.clock_s)
            )
            epochs_s.append(plain.clock_s / options.epochs)
            starts_s.append(start_s)
            ends_s.append(end_s)
        num_drawn = len(captures(Path(log_dir)))
    cpu, clock = (
        statistics.median(each) - 1 for each in zip(*ratios, strict=True)
    )
    return {
        "epoch_s": statistics.median(epochs_s),
        "cpu": cpu,
        "clock": clock,
        "start_s": starts_s[0],
        "end_s": statistics.median(ends_s),
        "drawn": num_drawn,
        "due": 2 * options.rounds * (options.epochs + 1),
        "load": os.getloadavg()[1],
    }


def _fit(
    model: keras.Model,
    data: tf.data.Dataset,
    epochs: int,
    callbacks: list[Any],
) -> tuple[Watch, tuple[float, float]]:
    """Train; return what it took, and the seconds before and after that."""
    watch = Watch()
    stop = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: epoch + 1 == epochs and watch.stop()
    )
    begin = time.perf_counter()
    model.fit(
        data,
        epochs=epochs,
        shuffle=False,  # they are
        verbose=0,
        callbacks=[watch, *callbacks, stop],
    )
    before_s = watch.began_s - begin
    after_s = time.perf_counter() - watch.began_s - watch.clock_s
    return watch, (before_s, after_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.beside",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=5, help="of a turn")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--alone", action="store_true", help="run once, here, print JSON"
    )
    return parser


if __name__ == "__main__":
    main()
