"""Kills a training again and again, and restarts it at once.

    python -m benchmarks.kills --kills 20 --seed 1

Keras' `BackupAndRestore` goes on with the last whole epoch, and workers that
Keras has forked to load data live on for a while after each kill. At the end
must hold:

| what                       | how it is asked                                 |
|----------------------------|-------------------------------------------------|
| nothing recorded is lost   | every capture that a process had written before |
|                            | it was killed is there, or was drawn again      |
| there is one run           | no `kerasviz_2` beside it                       |
| none is said to be missing | indices from 0 on, in both loaders              |
| training is not changed    | weights to the bit, against a run without       |
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

EPOCHS = 6
BATCHES = 4  # of an epoch
SIDE = 16
LONGEST_S = 600.0  # of a process


@dataclass(frozen=True)
class Survived:
    """Kills, captures at the end, and those that were drawn again."""

    num_kills: int
    num_captures: int
    num_again: int


def killed(num_kills: int, seed: int) -> Survived:
    """Train with kills and without, and check all that must hold.

    Raises:
        AssertionError: something does not.
    """
    from benchmarks.soak import _check, _check_read
    from tests.kerasviz_callbacks.logs.written import captures

    random = np.random.default_rng(seed)
    seen: set[tuple[str, int]] = set()
    num_again = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(num_kills):
            num_lines = int(random.integers(2, 2 * EPOCHS))
            for capture in _until_killed(folder, num_lines):
                num_again += capture in seen
                seen.add(capture)
        _trained(folder / "log", folder)
        num_captures = _check_read(folder / "log")
        runs = [path.name for path in (folder / "log").iterdir()]
        _check(runs == ["kerasviz"], f"there are {runs}")
        kept = {(c.stream, c.step) for c in captures(folder / "log")}
        _check(seen <= kept, f"{sorted(seen - kept)} are lost")
        _trained(None, folder / "plain")
        ours, plain = (
            (place / "weights").read_bytes()
            for place in (folder, folder / "plain")
        )
        _check(ours == plain, "weights differ from those without drawing")
    return Survived(num_kills, num_captures, num_again)


def _until_killed(folder: Path, num_lines: int) -> list[tuple[str, int]]:
    """Kill a training once it has said so much; return what it had written."""
    process = _process(folder / "log", folder)
    lines = []
    for line in process.stdout or ():
        stream, step = line.split()
        lines.append((stream, int(step)))
        if len(lines) == num_lines:
            break
    time.sleep(0.05 * (num_lines % 3))
    process.send_signal(signal.SIGKILL)  # itself; its workers live on
    if process.stdout:  # which the workers hold open
        process.stdout.close()
    process.wait(LONGEST_S)
    return lines


def _trained(log_dir: Path | None, folder: Path) -> None:
    process = _process(log_dir, folder)
    process.communicate(timeout=LONGEST_S)
    if process.returncode:
        raise AssertionError(f"a training ended with {process.returncode}")


def _process(log_dir: Path | None, folder: Path) -> "subprocess.Popen[str]":
    folder.mkdir(exist_ok=True)
    words = [str(log_dir or ""), str(folder)]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.kills", "--train", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def train(log_dir: str, folder: Path) -> None:
    """Train on data of forked workers, and say each capture once written."""
    import keras

    from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM

    class Data(keras.utils.PyDataset):
        def __len__(self) -> int:
            return BATCHES

        def __getitem__(self, index: int) -> Any:
            random = np.random.default_rng(index)
            x = random.uniform(size=(4, SIDE, SIDE, 3)).astype("float32")
            return x, np.arange(4) % 3

    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    callbacks = [keras.callbacks.BackupAndRestore(str(folder / "backup"))]
    data = Data(workers=2, use_multiprocessing=True)
    for make, own in (
        (FilterPatterns, {"layers": "conv", "filters": 2, "steps": 2}),
        (GradCAM, {}),
    ):
        stream = make.kind

        def say(result: Any, step: int, stream: str = stream) -> None:
            print(stream, step, flush=True)

        told = CaptureOptions(on_error="raise", on_capture=say)
        if log_dir:
            images = data[0][0]
            given = {"budget": None, "verbose": 0, "options": told, **own}
            callbacks.append(make(log_dir, images, **given))
    options = {"epochs": EPOCHS, "shuffle": False, "verbose": 0}
    model.fit(data, callbacks=callbacks, **options)
    weights = b"".join(one.tobytes() for one in model.get_weights())
    (folder / "weights").write_bytes(weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--train", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.train:
        train(options.train[0], Path(options.train[1]))
        return
    print(killed(options.kills, options.seed))


if __name__ == "__main__":
    main()
