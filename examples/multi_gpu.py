"""Train on several GPUs at once, with the callbacks used as always.

    python examples/multi_gpu.py --log-dir logs/multi_gpu
    tensorboard --logdir logs/multi_gpu

`MirroredStrategy` uses all GPUs of the machine. Without a GPU, `--cpus 2`
splits the CPU into two logical devices, which is no faster. The network
separates upright stripes from level ones.
"""

import argparse
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from kerasviz_callbacks import FilterPatterns, GradCAM

SIZE_PX = 32
NAMES = ["upright", "level"]
SEED = 0
EVERY_EPOCH = None  # no budget: drawing takes longer than this training
NUM_WATCHED = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Train one replica per device with both callbacks."""
    options = _parser().parse_args(arguments)
    strategy = tf.distribute.MirroredStrategy(find_devices(options.cpus))
    num_replicas = strategy.num_replicas_in_sync
    print(f"Training {num_replicas} replicas of the network")
    keras.utils.set_random_seed(SEED)
    with strategy.scope():
        model = build_model()
        model.compile(
            "adam", "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
    model.fit(
        *draw_stripes(options.images, seed=SEED),
        batch_size=options.batch_size * num_replicas,  # shared among them
        epochs=options.epochs,
        callbacks=watchers(options),
        verbose=2,
    )
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def watchers(options: argparse.Namespace) -> list[keras.callbacks.Callback]:
    """Return the two callbacks: nothing about them is new."""
    log_dir, filters = options.log_dir, options.filters
    images, labels = draw_stripes(NUM_WATCHED, seed=SEED + 1)
    return [
        FilterPatterns(
            log_dir, filters=filters, images=images, budget=EVERY_EPOCH
        ),
        GradCAM(log_dir, images, labels, class_names=NAMES, budget=EVERY_EPOCH),
    ]


def find_devices(num_cpus: int) -> list[str] | None:
    """Return the parts of the processor, or None for all GPUs.

    It must be divided before TensorFlow uses it for the first time.
    """
    if tf.config.list_physical_devices("GPU"):
        return None
    [processor] = tf.config.list_physical_devices("CPU")
    parts = [tf.config.LogicalDeviceConfiguration() for _ in range(num_cpus)]
    tf.config.set_logical_device_configuration(processor, parts)
    return [f"CPU:{number}" for number in range(num_cpus)]


def draw_stripes(
    count: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return (n, h, w, 3) pictures of stripes, and (n,) which way they go."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    phases, widths = random.uniform(2, 4, (2, count, 1))
    waves = np.sin((np.arange(SIZE_PX) + 9 * phases) / widths) > 0
    upright = np.repeat(waves[:, None, :], SIZE_PX, axis=1)
    stripes = np.where(
        labels[:, None, None] == 0, upright, upright.transpose(0, 2, 1)
    )
    noise = random.integers(0, 100, (count, SIZE_PX, SIZE_PX, 3))
    return (noise + 155 * stripes[..., None]).astype(np.uint8), labels


def build_model() -> keras.Model:
    """Return a network of two convolutions."""
    return keras.Sequential(
        [
            layers.Input((SIZE_PX, SIZE_PX, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 5, activation="relu", name="conv1"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu", name="conv2"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(len(NAMES), activation="softmax"),
        ]
    )


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=as_written
    )
    add = parser.add_argument
    add(
        "--cpus",
        type=int,
        default=1,
        help="logical CPUs, without a GPU (%(default)s)",
    )
    add("--log-dir", default="logs/multi_gpu", help="(%(default)s)")
    add("--epochs", type=int, default=5, help="(%(default)s)")
    add(
        "--images", type=int, default=1000, help="training images (%(default)s)"
    )
    add(
        "--batch-size",
        type=int,
        default=32,
        help="images per device (%(default)s)",
    )
    add(
        "--filters", type=int, default=8, help="filters per layer (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    main()
