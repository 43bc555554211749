"""Train a small network on CIFAR-10 from scratch, and watch filters appear.

    python examples/cifar10.py --log-dir logs/cifar10
    tensorboard --logdir logs/cifar10

Keras downloads the photographs once, 170 MB. Without a connection,
`--synthetic 2000` trains on 2000 colored gratings of the same size, in ten
directions for ten classes.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from kerasviz_callbacks import FilterPatterns, GradCAM

Bytes = NDArray[np.uint8]
Split = tuple[Bytes, Bytes]  # (n, 32, 32, 3) images, (n,) classes

NAMES = "airplane automobile bird cat deer dog frog horse ship truck".split()
ANGLES = [f"{18 * index} degrees" for index in range(10)]
SEED = 0
STRIPES = 6  # across a grating


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with both callbacks."""
    options = _parser().parse_args(arguments)
    keras.utils.set_random_seed(SEED)
    train, held_out = (
        synthetic(options.synthetic) if options.synthetic else cifar10()
    )
    names = ANGLES if options.synthetic else NAMES
    model = build_model()
    model.compile(
        "adam", "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(
        *train,
        validation_data=held_out,
        batch_size=64,
        epochs=options.epochs,
        callbacks=watchers(options, held_out, names),
        verbose=2,
    )
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def watchers(
    options: argparse.Namespace, held_out: Split, names: list[str]
) -> list[keras.callbacks.Callback]:
    """Return the two callbacks: this is all that watching takes."""
    log_dir = options.log_dir
    images, labels = (part[: options.watch] for part in held_out)
    # Gratings take seconds to learn: draw every epoch, whatever it costs.
    budget = None if options.synthetic else 0.05
    return [
        FilterPatterns(
            log_dir, filters=options.filters, images=images, budget=budget
        ),
        # relu3 has 8 x 8 places, which is coarse; relu2 is finer.
        GradCAM(
            log_dir,
            images,
            labels,
            class_names=names,
            layers=["relu2", "relu3"],
            budget=budget,
        ),
    ]


def cifar10() -> tuple[Split, Split]:
    """Return the photographs to train on and those held out."""
    try:
        (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    except Exception as error:  # the class that Keras raises for a download
        sys.exit(
            f"CIFAR-10 could not be downloaded: {error}\n"
            "Without a connection copy ~/.keras/datasets from a machine that "
            "ran this before, or use --synthetic 2000."
        )
    return (x, y[:, 0]), (x_test, y_test[:, 0])


def synthetic(num_images: int) -> tuple[Split, Split]:
    """Return gratings in ten directions, of any color, phase and contrast."""
    random = np.random.default_rng(SEED)
    y, x = np.mgrid[:32, :32] / 32

    def draw(count: int) -> Split:
        labels = (np.arange(count) % 10).astype(np.uint8)
        angles = (labels * np.pi / 10)[:, None, None]
        across = x * np.cos(angles) + y * np.sin(angles)
        phases = random.uniform(size=(count, 1, 1))
        waves = np.sin(2 * np.pi * (STRIPES * across + phases))
        tints = random.uniform(-80, 80, (count, 1, 1, 3))
        noise = random.normal(0, 20, (count, 32, 32, 3))
        images = 128 + waves[..., None] * tints + noise
        return images.clip(0, 255).astype(np.uint8), labels

    return draw(num_images), draw(num_images // 5)


def build_model() -> keras.Model:
    """Return three blocks of two convolutions, softmax over ten classes."""
    inputs = keras.Input((32, 32, 3))
    x: Any = layers.Rescaling(1 / 255)(inputs)  # so that all may give bytes
    for block, width in enumerate((32, 64, 128), start=1):
        if block > 1:
            x = layers.MaxPooling2D(name=f"pool{block}")(x)
        for part in "ab":
            name = f"conv{block}{part}"
            x = layers.Conv2D(width, 3, padding="same", name=name)(x)
            # Keras' own 0.99 lags for hundreds of steps behind what is drawn.
            x = layers.BatchNormalization(momentum=0.9)(x)
            x = layers.ReLU(name=f"relu{block}" if part == "b" else None)(x)
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=as_written
    )
    add = parser.add_argument
    add("--synthetic", type=int, metavar="N", help="train on N gratings")
    add("--log-dir", default="logs/cifar10", help="(%(default)s)")
    add("--epochs", type=int, default=20, help="(%(default)s)")
    add(
        "--filters",
        type=int,
        default=16,
        help="filters per layer (%(default)s)",
    )
    add("--watch", type=int, default=20, help="held-out images (%(default)s)")
    return parser


if __name__ == "__main__":
    main()
