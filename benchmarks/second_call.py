"""Measures the one-off functions: the first call of a model, and later ones.

    python -m benchmarks.second_call --model MobileNetV2 --size 96

`grad_cam` of 256 images, in forward passes of the same images, and
`filter_patterns` of 8 filters of a layer, in seconds. A forward pass and a
later call take turns in one process, and the fastest of each counts; a first
call is of a model that was just built. Weights are random.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from benchmarks.processor import processor_name
from kerasviz_callbacks import filter_patterns, grad_cam

NUM_IMAGES, NUM_FILTERS, NUM_TURNS = 256, 8, 4
IMAGES_PER_BATCH = 32


def main() -> None:
    """Print both functions' times."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="MobileNetV2")
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--layer", default="block_6_expand")
    options = parser.parse_args()
    shape = (options.size, options.size, 3)
    make = getattr(keras.applications, options.model)
    model = make(weights=None, input_shape=shape, classes=10)
    random = np.random.default_rng(0)
    images = random.uniform(size=(NUM_IMAGES, *shape)).astype("float32")

    def forward() -> None:
        model.predict(images, batch_size=IMAGES_PER_BATCH, verbose=0)

    print(f"{options.model}, {options.size} px, {processor_name()}")
    forward()  # is traced
    first, later, passing = in_turn(lambda: grad_cam(model, images), forward)
    print(f"grad_cam, {NUM_IMAGES} images, in forward passes:")
    print(f"  first call {first / passing:.2f}, later {later / passing:.2f}")
    first, later, _ = in_turn(
        lambda: filter_patterns(model, options.layer, NUM_FILTERS), forward
    )
    print(f"filter_patterns, {NUM_FILTERS} filters of {options.layer}:")
    print(f"  first call {first:.1f} s, later {later:.1f} s")


def in_turn(
    call: Callable[[], Any], beside: Callable[[], Any]
) -> tuple[float, float, float]:
    """Return seconds of the first call, of later ones, and of the other."""
    first = seconds(call)
    turns = [(seconds(beside), seconds(call)) for _ in range(NUM_TURNS)]
    passing, later = map(min, zip(*turns, strict=True))
    return first, later, passing


def seconds(call: Callable[[], Any]) -> float:
    """Return what a call takes by the clock."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
