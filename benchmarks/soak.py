"""Trains a small model for thousands of captures while things go wrong.

    python -m benchmarks.soak --captures 5000 --seed 1
    python -m benchmarks.soak --minutes 60 --seed 1

Faults come in turn, at random moments: the disk is full, the log is removed, a
weight is not finite, a drawing raises, training ends by an exception and goes
on in a new fit. At the end must hold:

| what                       | how it is asked                                 |
|----------------------------|-------------------------------------------------|
| training is not changed    | weights to the bit, against a run without       |
| memory is flat             | resident size, the last tenth against the first |
|                            | tenth after warm-up: under 2% more              |
| time is flat               | median seconds of a capture, likewise, under 1.5|
| nothing is left open       | threads and file handles as before              |
| both loaders read all      | every capture that was written, in order, before|
|                            | the log is removed and at the end               |
"""

import argparse
import contextlib
import gc
import math
import os
import resource
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.memory import resident_mb
from kerasviz_callbacks import EverySteps, FilterPatterns, GradCAM
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
STEPS_PER_FIT = 50
SHARE_OF_FAULTS = 0.03  # of the steps
WARM_UP = 0.2  # of the captures
MOST_GROWTH = 1.02
MOST_SLOWER = 1.5
FAULTS = ("full disk", "log removed", "not finite", "drawing", "exception")
X = np.random.default_rng(0).uniform(size=(4, 16, 16, 3)).astype("float32")
Y = np.random.default_rng(1).uniform(size=(4, 3)).astype("float32")


class TrainingError(Exception):
    """What ends a fit by an exception."""


class Fragile(L.Layer):
    """Fails when it is broken, though never while it trains."""

    def build(self, shape: Any) -> None:
        self.broken = self.add_weight(
            shape=(), initializer="zeros", trainable=False
        )

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            return x
        check = tf.debugging.assert_equal(self.broken, 0.0, "broken")
        with tf.control_dependencies([check] if check is not None else []):
            return tf.identity(x)


@dataclass
class Found:
    """What was seen on the way."""

    resident_mb: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    num_read: int = 0
    num_steps: int = 0


def soak(num_captures: int, seed: int, seconds: float = math.inf) -> Found:
    """Train with and without, and check all that must hold.

    Training with drawing ends after as many captures or seconds, whichever
    comes first; training without then takes as many steps.

    Raises:
        AssertionError: something does not.
    """
    with tempfile.TemporaryDirectory() as folder:
        log_dir = Path(folder)
        num_steps = num_captures // 2  # two callbacks
        _train(1, seed, log_dir / "first", Found())  # opens what stays open
        threads, handles = threading.active_count(), _num_handles()
        found = Found()
        end_s = time.monotonic() + seconds
        drawn = _train(num_steps, seed, log_dir / "log", found, end_s)
        plain = _train(found.num_steps, seed, None, Found())
        _check(drawn == plain, "weights differ from those without drawing")
        _wait_for_threads(threads)
        _check(threading.active_count() <= threads, "threads are left")
        _check(_num_handles() <= handles, "file handles are left")
        found.num_read += _check_read(log_dir / "log")
    _check_flat(found)
    return found


def build() -> keras.Model:
    """Return a small model, the same at every call."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            Fragile(name="fragile"),
            L.Conv2D(4, 3, name="conv", activation="relu"),
            L.BatchNormalization(),
            L.Dropout(0.2, seed=1),
            L.GlobalAveragePooling2D(),
            L.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)  # else traced twice
    return model


class Faults(keras.callbacks.Callback):
    """Lets things go wrong before a batch, and puts them right after it."""

    def __init__(self, seed: int, log_dir: Path | None, found: Found) -> None:
        super().__init__()
        self._random = np.random.default_rng(seed)
        self._log_dir = log_dir
        self._found = found
        self._stack = contextlib.ExitStack()
        self.began_s = 0.0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Cause the fault of this batch, if it has one."""
        has_fault = self._random.uniform() < SHARE_OF_FAULTS
        self.began_s = time.perf_counter()
        if not has_fault:
            return
        fault = FAULTS[sum(self._found.faults.values()) % len(FAULTS)]
        self._found.faults[fault] += 1
        if fault == "exception":
            raise TrainingError
        if self._log_dir is not None:
            self._stack.enter_context(self._fault(fault))

    def put_right(self) -> None:
        """End the fault of this batch."""
        self._stack.close()

    @contextlib.contextmanager
    def _fault(self, fault: str) -> Iterator[None]:
        if fault == "log removed":
            self._found.num_read += _check_read(self._log_dir)
            shutil.rmtree(self._log_dir / "kerasviz", ignore_errors=True)
            yield
        elif fault == "full disk":
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
            yield
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        else:
            is_drawing = fault == "drawing"
            name = "fragile" if is_drawing else "conv"
            weight = self.model.get_layer(name).weights[0]
            before = weight.numpy()
            weight.assign(np.full_like(before, 1 if is_drawing else np.nan))
            yield
            weight.assign(before)


class PutRight(keras.callbacks.Callback):
    """Comes after the callbacks that draw."""

    def __init__(self, faults: Faults, found: Found) -> None:
        super().__init__()
        self._faults = faults
        self._found = found

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """End the fault and look at the memory."""
        self._faults.put_right()
        self._found.seconds.append(time.perf_counter() - self._faults.began_s)
        self._found.resident_mb.append(resident_mb())


def _train(
    num_steps: int,
    seed: int,
    log_dir: Path | None,
    found: Found,
    end_s: float = math.inf,
) -> list[bytes]:
    """Train in fits of some steps; return the weights."""
    model, faults = build(), Faults(seed, log_dir, found)
    draws = _watchers(log_dir, found) if log_dir is not None else []
    callbacks = [faults, *draws, PutRight(faults, found)]
    while found.num_steps < num_steps and time.monotonic() < end_s:
        before = int(model.optimizer.iterations.numpy())
        data = tf.data.Dataset.from_tensors((X, Y)).repeat(STEPS_PER_FIT)
        options = {"verbose": 0, "shuffle": False, "callbacks": callbacks}
        with contextlib.suppress(TrainingError):
            model.fit(data, epochs=1, **options)
        faults.put_right()
        after = int(model.optimizer.iterations.numpy())
        found.num_steps += max(1, after - before)
    for draw in draws:
        draw.on_train_end()
    return [variable.numpy().tobytes() for variable in model.variables]


def _watchers(log_dir: Path, found: Found) -> list[keras.callbacks.Callback]:
    options: dict[str, Any] = {
        "every": EverySteps(1),
        "budget": None,
        "verbose": 0,
    }
    patterns = FilterPatterns(
        log_dir,
        layers="conv",
        filters=2,
        steps=2,
        images=X,
        **options,
        preset="recipe",
    )
    return [patterns, GradCAM(log_dir, X, **options)]


def _check_read(log_dir: Path) -> int:
    """Read all with both loaders: no gap, and the same in both."""
    read = [captures(log_dir, loader) for loader in ("python", "rust")]
    keys = [[(c.stream, c.step, c.index) for c in found] for found in read]
    _check(keys[0] == keys[1], "the loaders differ")
    for stream in {stream for stream, _, _ in keys[0]}:
        indices = [index for s, _, index in keys[0] if s == stream]
        gaps = sorted({*range(max(indices) + 1)} - {*indices})
        _check(not gaps, f"{stream} lacks {gaps} of {max(indices) + 1}")
        _check(indices == sorted(set(indices)), f"{stream} repeats a capture")
    return len(keys[0])


def _check_flat(found: Found) -> None:
    growth = _growth(found.resident_mb)
    _check(growth < MOST_GROWTH, f"memory grew {growth:.3f} times")
    slower = _growth(found.seconds)
    _check(slower < MOST_SLOWER, f"a capture takes {slower:.2f} times as long")


def _growth(values: list[float]) -> float:
    """Return the last tenth over the first after warm-up, in the median."""
    after = values[int(WARM_UP * len(values)) :]
    tenth = max(1, len(after) // 10)
    return float(np.median(after[-tenth:]) / np.median(after[:tenth]))


def _wait_for_threads(number: int) -> None:
    """Give Keras' own threads of fits that ended badly time to end."""
    deadline = time.monotonic() + 10
    while threading.active_count() > number and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.1)


def _check(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise AssertionError(otherwise)


def _num_handles() -> int:
    return len(os.listdir("/proc/self/fd"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--captures", type=int)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    num_captures, seconds = options.captures or 5000, math.inf
    if options.minutes is not None:
        num_captures = options.captures or 10**9
        seconds = 60 * options.minutes
    found = soak(num_captures, options.seed, seconds)
    print(f"faults: {dict(found.faults)}")
    print(f"{2 * len(found.seconds)} captures due, {found.num_read} readable")
    memory, slower = _growth(found.resident_mb), _growth(found.seconds)
    print(f"memory {memory:.4f} times, to {found.resident_mb[-1]:.0f} MB")
    seconds = np.median(found.seconds)
    print(f"time {slower:.3f} times; {seconds:.3f} s for both callbacks")


if __name__ == "__main__":
    main()
