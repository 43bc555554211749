"""Measures how long the first batch waits for the callbacks.

    python -m benchmarks.first_batch --model EfficientNetB0 --size 224

Processor seconds from `fit` to the first batch, with default arguments and
twelve held-out images, less those of the same fit without callbacks; and what
the baseline drew in that time. Weights are random, nothing is downloaded.
"""

import argparse
import contextlib
import tempfile
import time

import keras
import numpy as np

from kerasviz_callbacks import FilterPatterns, GradCAM

NUM_IMAGES, NUM_CLASSES = 12, 4


def main() -> None:
    """Print what the first batch of a model waits for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="EfficientNetB0")
    parser.add_argument("--size", type=int, default=224)
    options = parser.parse_args()
    plain = waited(options.model, options.size, None)
    with tempfile.TemporaryDirectory() as folder:
        watched = waited(options.model, options.size, folder)
    names = ("processor s", "clock s")
    for name, one, other in zip(names, watched, plain, strict=True):
        print(f"{name:12}{one - other:8.1f}")


def waited(name: str, size: int, log_dir: str | None) -> tuple[float, float]:
    """Return processor and clock seconds until the first batch."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    make = getattr(keras.applications, name)
    shape = (size, size, 3)
    model = make(weights=None, input_shape=shape, classes=NUM_CLASSES)
    model.compile("sgd", "sparse_categorical_crossentropy")
    images = np.random.default_rng(0).uniform(0, 255, (NUM_IMAGES, *shape))
    images = images.astype("float32")
    labels = np.arange(NUM_IMAGES) % NUM_CLASSES
    first = _First()
    callbacks = [first]
    if log_dir is not None:
        callbacks = [
            GradCAM(log_dir, images, labels=labels),
            FilterPatterns(log_dir, images=images),
            first,
        ]
    begin = time.process_time(), time.perf_counter()
    with contextlib.suppress(_EndedError):
        model.fit(images, labels, batch_size=4, verbose=0, callbacks=callbacks)
    return first.cpu_s - begin[0], first.clock_s - begin[1]


class _First(keras.callbacks.Callback):
    """Notes when the first batch begins, and ends the training there."""

    def on_train_batch_begin(self, batch, logs=None):
        self.cpu_s, self.clock_s = time.process_time(), time.perf_counter()
        raise _EndedError


class _EndedError(Exception):
    """Ends the training at its first batch."""


if __name__ == "__main__":
    main()
