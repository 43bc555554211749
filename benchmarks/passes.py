"""Counts how a fit passes through the files of the packages.

    python -m benchmarks.passes

A fit of two epochs with `GradCAM`: how many of our files it enters, and how
often a call goes from one file into another. A fit of ten epochs, which is
eleven captures: how often the work that a capture needs once is done. Counted
with `sys.setprofile`; nothing here is timed.
"""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import keras
import numpy as np

import kerasviz_callbacks
import tb_plugin
from kerasviz_callbacks import FilterPatterns, GradCAM

ROOTS = tuple(
    str(Path(package.__file__).parent) + "/"
    for package in (kerasviz_callbacks, tb_plugin)
)
# What a capture needs once, by the names of the functions.
# `Digests` reads each weight once, so does `fingerprint`.
ONCE = {
    "fingerprint Digests.__init__": "digests of all weights",
    "held_out_record": "records of the held-out images",
    "layer_means": "class means",
    "first_activations": "traces of the first layers",
    "structure_signature": "structure signatures",
}


class Passes:
    """Counts calls of our functions, and those that come from another file."""

    def __init__(self) -> None:
        self.entered: set[str] = set()
        self.num_passes = 0
        self.calls: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        """Take a call, as `sys.setprofile` reports it."""
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(ROOTS):
            return
        self.entered.add(name)
        self.calls[frame.f_code.co_qualname] += 1
        caller = frame.f_back
        if caller is not None and self._is_pass(caller, name):
            self.num_passes += 1

    def _is_pass(self, caller: FrameType, name: str) -> bool:
        """Return whether the nearest of our callers is in another file."""
        while caller is not None:
            of = caller.f_code.co_filename
            if of.startswith(ROOTS):
                return of != name
            caller = caller.f_back
        return True


def network() -> keras.Model:
    """Return a classifier that rescales bytes, normalizes and convolves."""
    return keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 3, activation="relu", name="conv1"),
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(4, 3, activation="relu", name="conv2"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def counted(make: Callable[[str], Any], num_epochs: int) -> Passes:
    """Return what a fit with one callback passes through."""
    keras.utils.set_random_seed(0)
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy")
    images = np.random.default_rng(0).uniform(0, 255, (24, 16, 16, 3))
    labels = np.arange(24) % 3
    passes = Passes()
    with tempfile.TemporaryDirectory() as log_dir:
        callback = make(log_dir)
        threading.setprofile(passes)
        sys.setprofile(passes)
        try:
            model.fit(
                images,
                labels,
                epochs=num_epochs,
                batch_size=8,
                verbose=0,
                callbacks=[callback],
            )
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    return passes


def main() -> None:
    """Print both tables."""
    images = np.random.default_rng(1).integers(0, 255, (6, 16, 16, 3), "uint8")
    options: dict[str, Any] = {"budget": None, "verbose": 0}

    def grad_cam(log_dir: str) -> GradCAM:
        return GradCAM(log_dir, images, labels=[0, 1, 2] * 2, **options)

    def patterns(log_dir: str) -> FilterPatterns:
        return FilterPatterns(
            log_dir, images=images, filters=2, steps=2, **options
        )

    print("two epochs          files entered  passes from file to file")
    for name, make in (("GradCAM", grad_cam), ("FilterPatterns", patterns)):
        passes = counted(make, 2)
        print(f"{name:18} {len(passes.entered):14} {passes.num_passes:25}")
    print("\neleven captures                     GradCAM  FilterPatterns")
    eleven = [counted(make, 10) for make in (grad_cam, patterns)]
    for names, what in ONCE.items():
        sums = [sum(each.calls[n] for n in names.split()) for each in eleven]
        counts = "".join(f"{count:12}" for count in sums)
        print(f"{what:31} {counts}")


if __name__ == "__main__":
    main()
