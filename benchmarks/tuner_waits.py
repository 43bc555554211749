"""How long a plain training waits between two epochs, for no one's pictures.

    python -m benchmarks.tuner_waits

Each row trains a tiny network for a few epochs of a given length (a callback
sleeps until then), without any callback of ours, fed in three ways: by arrays,
by a `tf.data.Dataset` that is tuned, and by one that is not. Printed is what
passes from the beginning of an epoch to its first batch, where the input of
the epoch before is taken down.

TensorFlow 2.21 takes a tuned input down only when the thread wakes that tunes
it, 10 ms, 30 ms, 70 ms and so on after it began: an epoch that ends just after
such a time waits as long again. `benchmarks.overhead` is therefore fed without.
"""

import argparse
import statistics
import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

_NUM_IMAGES = 256
_BATCH = 32


class _Epochs(keras.callbacks.Callback):
    """Makes epochs last, and takes the time before their first batch."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._began_s = 0.0
        self.waits_s: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin to wait."""
        self._began_s = time.perf_counter()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Note how long it took to the first batch."""
        if batch == 0:
            now = time.perf_counter()
            self.waits_s.append(now - self._began_s)
            self._began_s = now

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Sleep at the last batch until the epoch is as long as it must be."""
        if batch == _NUM_IMAGES // _BATCH - 1:
            left_s = self._began_s + self._seconds - time.perf_counter()
            time.sleep(max(0.0, left_s))


def main() -> None:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    rng = np.random.default_rng(0)
    images = rng.uniform(size=(_NUM_IMAGES, 8)).astype("float32")
    labels = images[:, :1]
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(images, labels, batch_size=_BATCH, verbose=0)
    fed: dict[str, dict[str, Any]] = {
        "arrays": {"x": images, "y": labels, "batch_size": _BATCH},
        "tuned": {"x": _dataset(images, labels, is_tuned=True)},
        "not tuned": {"x": _dataset(images, labels, is_tuned=False)},
    }
    print(f"{'epoch, s':>9}" + "".join(f"{name:>12}" for name in fed))
    for seconds in options.seconds:
        print(f"{seconds:9.2f}", end="", flush=True)
        for data in fed.values():
            epochs = _Epochs(seconds)
            model.fit(
                **data, epochs=options.epochs, verbose=0, callbacks=[epochs]
            )
            wait_s = statistics.median(epochs.waits_s[1:])
            print(f"{wait_s:12.3f}", end="", flush=True)
        print()


def _dataset(images: Any, labels: Any, *, is_tuned: bool) -> tf.data.Dataset:
    options = tf.data.Options()
    options.autotune.enabled = is_tuned
    examples = tf.data.Dataset.from_tensor_slices((images, labels))
    batches = examples.shuffle(len(images)).batch(_BATCH).prefetch(2)
    return batches.with_options(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.tuner_waits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument(
        "--seconds",
        type=float,
        nargs="+",
        default=[0.4, 0.7, 0.9, 1.2, 1.35, 2.0],
        help="of an epoch",
    )
    return parser


if __name__ == "__main__":
    main()
