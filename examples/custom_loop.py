"""Watch a subclassed model in a training loop of your own.

    python examples/custom_loop.py --log-dir logs/loop
    tensorboard --logdir logs/loop

No `compile` and no `fit`: call `set_model` of each callback once, `draw(step)`
in the loop, and `on_train_end` after it. The network separates rings from
crosses.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from kerasviz_callbacks import FilterPatterns, GradCAM

SIZE_PX = 32
NAMES = ["ring", "cross"]
SEED = 0


class Network(keras.Model):
    """Two convolutions and a head, called as the author of it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = layers.Rescaling(1 / 255)
        self.edges = layers.Conv2D(16, 5, activation="relu", name="edges")
        self.parts = layers.Conv2D(32, 3, activation="relu", name="parts")
        self.pool = layers.MaxPooling2D()
        self.average = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(len(NAMES))  # logits: no softmax is needed

    def call(self, images: Any) -> Any:
        """Return (n, 2) logits of (n, h, w, 3) bytes."""
        edges = self.edges(self.scale(images))
        return self.head(self.average(self.parts(self.pool(edges))))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and draw every so many steps."""
    options = _parser().parse_args(arguments)
    keras.utils.set_random_seed(SEED)
    images, labels = next(batches(options.watch, seed=SEED + 1))
    model = Network()
    model(images)  # builds it, so that its layers can be looked at
    filters, log_dir = options.filters, options.log_dir
    watchers = [
        FilterPatterns(log_dir, filters=filters, images=images),
        GradCAM(log_dir, images, labels, class_names=NAMES),
    ]
    for watcher in watchers:
        watcher.set_model(model)
        watcher.draw(step=0)
    train_step = build_train_step(model)
    data = batches(32, seed=SEED)
    for step in range(1, options.steps + 1):
        loss = train_step(*next(data))
        if step % options.every == 0 or step == options.steps:
            print(f"step {step}: loss {float(loss):.3f}", flush=True)
            for watcher in watchers:
                watcher.draw(step)
    for watcher in watchers:
        watcher.on_train_end()  # draws the end, if new, and closes the log
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def build_train_step(model: keras.Model) -> Any:
    """Return a function: images and labels in, the loss before the step out."""
    optimizer = keras.optimizers.Adam(1e-3)
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def train_step(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = measure(labels, model(images, training=True))
        weights = model.trainable_variables
        gradients = tape.gradient(loss, weights)
        optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return loss

    return train_step


def batches(
    count: int, seed: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """Yield (n, h, w, 3) pictures of a ring or a cross, and (n,) which."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE_PX, :SIZE_PX]
    while True:
        labels = np.arange(count) % 2
        middles = random.integers(10, 22, (2, count, 1, 1))
        dy, dx = abs(y - middles[0]), abs(x - middles[1])
        ring = abs(np.hypot(dy, dx) - 6) < 1.5
        cross = (np.minimum(dy, dx) < 1.5) & (np.maximum(dy, dx) < 8)
        shapes = np.where(labels[:, None, None] == 0, ring, cross)
        noise = random.integers(0, 100, (count, SIZE_PX, SIZE_PX, 3))
        yield (noise + 155 * shapes[..., None]).astype(np.uint8), labels


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=as_written
    )
    add = parser.add_argument
    add("--log-dir", default="logs/loop", help="(%(default)s)")
    add("--steps", type=int, default=400, help="training steps (%(default)s)")
    add(
        "--every",
        type=int,
        default=50,
        help="steps between captures (%(default)s)",
    )
    add(
        "--filters", type=int, default=8, help="filters per layer (%(default)s)"
    )
    add("--watch", type=int, default=8, help="held-out images (%(default)s)")
    return parser


if __name__ == "__main__":
    main()
