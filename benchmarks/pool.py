"""Measures a pass over a pool of images against a plain forward pass.

    python -m benchmarks.pool [--images 1000] [--size 224]

A MobileNet on random images of bytes: `predict` on all of them, the pass that
finds the exemplars of 32 filters in four layers, and the memory that it takes
beyond what stood before, with the pool and with a fourth of it. The pass ends
at the last of the layers and `predict` at the output, so the last convolution
is among them. Seconds of the processor count where other work runs beside.
"""

import argparse
import time
from collections.abc import Callable

import keras
import numpy as np

from benchmarks.memory import peak_mb
from kerasviz_callbacks.patterns import PatternRequest, prepare_patterns
from kerasviz_callbacks.presets import STEADY

LAYERS = ("conv_pw_3_relu", "conv_pw_5_relu", "conv_pw_11_relu", "conv_pw_13")


class Stream(keras.utils.PyDataset):
    """Images that are made as they are asked for: none is held."""

    def __init__(self, num_images: int, size: int) -> None:
        super().__init__()
        self._num_images, self._size = num_images, size

    def __len__(self) -> int:
        return max(1, self._num_images // 32)

    def __getitem__(self, index: int) -> np.ndarray:
        shape = (32, self._size, self._size, 3)
        return np.random.default_rng(index).integers(0, 256, shape, np.uint8)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock, and of all cores of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    """Print what each pass takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--size", type=int, default=224)
    asked = parser.parse_args()
    shape = (asked.size, asked.size, 3)
    model = keras.applications.MobileNet(shape, weights=None)
    image = keras.Input(shape)
    scaled = keras.layers.Rescaling(1 / 127.5, -1)(image)
    model = keras.Model(image, model(scaled))
    paths = [f"{model.layers[-1].name}/{name}" for name in LAYERS]
    request = PatternRequest(paths, 8, STEADY)
    for count in (asked.images // 4, asked.images):
        stream = Stream(count, asked.size)
        request = PatternRequest(paths, 8, STEADY, pool=stream)
        prepared = prepare_patterns(model, request, None)
        prepared.exemplars({}, 1e-9)  # traces; ends after a batch
        prepared.survey.limit = None
        model.predict(stream[0], verbose=0)
        before = peak_mb()
        turns = [
            (
                timed(lambda: model.predict(stream, verbose=0)),  # noqa: B023
                timed(lambda: prepared.exemplars({}, float("inf"))),  # noqa: B023
            )
            for _ in range(2)  # by turns: the machine may be busy
        ]
        plain, surveyed = (
            [min(each) for each in zip(*of, strict=True)]
            for of in zip(*turns, strict=True)
        )
        print(
            f"{count} images: predict {plain[0]:.1f} s, {plain[1]:.1f} of the "
            f"processor; pass {surveyed[0]:.1f} s, {surveyed[1]:.1f} of it, "
            f"{surveyed[1] / plain[1]:.2f} times; most memory {before:.0f} MB "
            f"before, {peak_mb():.0f} MB after"
        )


if __name__ == "__main__":
    main()
