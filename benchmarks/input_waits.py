"""How long TensorFlow's tuned input keeps an epoch from beginning.

    python -m benchmarks.input_waits

The demo's network, on one core, is trained on ever more of its pictures,
without any callback of ours. With an input that TensorFlow tunes, as it does
arrays given to `fit`, each epoch begins by ending the input of the one before,
and waits until the thread wakes that tunes it: 10 ms, 30 ms, 70 ms and so on
after that input began. Which epochs wait long is so decided by how long an
epoch takes. The machine must have nothing else to do.

| column | meaning                                                        |
|--------|----------------------------------------------------------------|
| input  | arrays; a `tf.data` pipeline, tuned; the same, not tuned       |
| epoch  | seconds from the first batch to the end, mean                  |
| late   | seconds from where Keras begins an epoch to the first batch's  |
|        | beginning, mean                                                |
"""

import argparse
import os
import statistics
import time
from typing import Any

import keras

from benchmarks.feeding import BATCH_SIZE, batches
from examples.demo import sets
from examples.demo.network import build_network

_SHARES = (0.5, 0.7, 0.9, 0.97, 1.0)  # of the pictures
_NUM_PICTURES = 1200


class _Clock(keras.callbacks.Callback):
    """Notes how long each epoch took, and how late it began."""

    def __init__(self) -> None:
        super().__init__()
        self.late_s: list[float] = []
        self.epoch_s: list[float] = []
        self._began_s = self._first_s = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began_s = time.perf_counter()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if batch == 0:
            self._first_s = time.perf_counter()
            self.late_s.append(self._first_s - self._began_s)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epoch_s.append(time.perf_counter() - self._first_s)


def main() -> None:
    """Print a line per number of pictures and kind of input."""
    options = _parser().parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    shown = sets.phase_two(_NUM_PICTURES)
    model = build_network(seed=3)
    model.compile("adam", "sparse_categorical_crossentropy")
    print(f"{'pictures':>8}  {'input':<12}{'epoch':>7}{'late':>8}")
    for share in _SHARES:
        count = int(share * _NUM_PICTURES)
        for name, given in _inputs(shown.images[:count], shown.labels[:count]):
            model.fit(**given, epochs=1, verbose=0)  # traces
            clock = _Clock()
            model.fit(
                **given, epochs=options.epochs, verbose=0, callbacks=[clock]
            )
            print(
                f"{count:8}  {name:<12}{statistics.mean(clock.epoch_s):7.2f}"
                f"{statistics.mean(clock.late_s[1:]):8.3f}",
                flush=True,
            )


def _inputs(images: Any, labels: Any) -> list[tuple[str, dict[str, Any]]]:
    arrays = {"x": images, "y": labels, "batch_size": BATCH_SIZE}
    tuned, untuned = (
        {"x": batches(images, labels, is_tuned=is_tuned), "shuffle": False}
        for is_tuned in (True, False)  # shuffled already
    )
    return [("arrays", arrays), ("tuned", tuned), ("not tuned", untuned)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.input_waits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--epochs", type=int, default=6)
    return parser


if __name__ == "__main__":
    main()
