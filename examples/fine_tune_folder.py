"""Fine-tune a network on a folder of your photographs, and watch it learn.

The folder holds one folder per class:

    photos/cat/1.jpg  photos/cat/2.jpg  photos/dog/1.jpg  ...

    python examples/fine_tune_folder.py photos --log-dir logs/photos
    tensorboard --logdir logs/photos

First a new head is trained on the frozen backbone, then the whole network at a
hundredth of the learning rate. A fifth of the photographs is held out; the
heatmaps show twelve of those, and crops of them stand beside the patterns.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasviz_callbacks import KerasViz

HEAD_RATE = 1e-3
WHOLE_RATE = 1e-5  # larger steps would destroy what the backbone knows
SEED = 0


@dataclass(frozen=True)
class Photos:
    """The folder's photographs, as files hold them: RGB from 0 to 255.

    Attributes:
        train: batches of (n, size, size, 3) images and (n,) labels.
        held_out: likewise, never trained on.
        class_names: the names of the folders, in the order of the labels.
    """

    train: tf.data.Dataset
    held_out: tf.data.Dataset
    class_names: list[str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train in two fits with one pair of callbacks."""
    options = _parser().parse_args(arguments)
    photos = load_photos(options.folder, options.size, options.batch_size)
    builder = find_backbone(options.backbone)
    backbone = build_backbone(builder, options.weights, options.size)
    # Every network of keras.applications lives beside its own preprocessing.
    preprocess = sys.modules[builder.__module__].preprocess_input
    model = build_model(backbone, len(photos.class_names))
    watchers = build_watchers(options, photos, preprocess)

    def fit(learning_rate: float, first_epoch: int, last_epoch: int) -> None:
        model.compile(
            optimizer=keras.optimizers.Adam(learning_rate),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        model.fit(
            fed(photos.train, preprocess),
            validation_data=fed(photos.held_out, preprocess),
            initial_epoch=first_epoch,
            epochs=last_epoch,
            shuffle=False,  # the dataset shuffles; Keras warns otherwise
            callbacks=watchers,
            verbose=2,
        )

    backbone.trainable = False
    fit(HEAD_RATE, 0, options.frozen_epochs)
    backbone.trainable = True
    total = options.frozen_epochs + options.unfrozen_epochs
    fit(WHOLE_RATE, options.frozen_epochs, total)
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def load_photos(folder: Path, size: int, batch_size: int) -> Photos:
    """Return the photographs, four fifths to train on, the rest held out."""
    if not folder.is_dir() or len(list(folder.glob("*/*"))) < 2:
        sys.exit(
            "The folder must hold one folder of photographs per class - "
            f"{str(folder)!r} does not. See --help for what it looks like."
        )
    train, held_out = keras.utils.image_dataset_from_directory(
        folder,
        image_size=(size, size),
        batch_size=batch_size,
        validation_split=0.2,
        subset="both",
        seed=SEED,
    )
    return Photos(train, held_out, train.class_names)


def find_backbone(name: str) -> Callable[..., keras.Model]:
    """Return the function of `keras.applications` that builds a network."""
    builder: Any = getattr(keras.applications, name, None)
    if builder is None or not name[0].isupper():
        sys.exit(
            "--backbone must be a network of keras.applications, such as "
            f"MobileNetV2, ResNet50 or Xception - got {name!r}"
        )
    found: Callable[..., keras.Model] = builder
    return found


def build_backbone(
    builder: Callable[..., keras.Model], weights: str, size: int
) -> keras.Model:
    """Return the network without its classifier."""
    try:
        return builder(
            weights=None if weights == "none" else weights,
            include_top=False,
            input_shape=(size, size, 3),
            name="backbone",
        )
    except Exception as error:  # the class that Keras raises for a download
        sys.exit(
            f"The weights {weights!r} could not be loaded: {error}\n"
            "Without a connection give a file that was downloaded elsewhere, "
            "--weights FILE, or start from nothing, --weights none."
        )


def build_model(backbone: keras.Model, num_classes: int) -> keras.Model:
    """Return the backbone with a new head on top."""
    inputs = keras.Input(backbone.input_shape[1:])
    # training=False: BatchNorm keeps its statistics when we unfreeze.
    features = backbone(inputs, training=False)
    pooled = keras.layers.GlobalAveragePooling2D()(features)
    pooled = keras.layers.Dropout(0.2)(pooled)
    outputs = keras.layers.Dense(num_classes, activation="softmax")(pooled)
    return keras.Model(inputs, outputs)


def build_watchers(
    options: argparse.Namespace,
    photos: Photos,
    preprocess: Callable[[Any], Any],
) -> list[keras.callbacks.Callback]:
    """Return the callback: this is all that watching takes."""
    images, labels = first_of(photos.held_out, options.watch)
    return [
        KerasViz(
            options.log_dir,
            images,  # raw: as the files hold them
            labels,
            class_names=photos.class_names,
            preprocess=preprocess,  # and what the network takes
            filter_patterns={"filters": options.filters},
        )
    ]


def first_of(
    photos: tf.data.Dataset, count: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the first images and labels, in the order of the dataset."""
    examples = list(photos.unbatch().take(count).as_numpy_iterator())
    images = np.stack([image for image, _ in examples])
    labels = np.array([label for _, label in examples], np.int64)
    return np.rint(images).astype(np.uint8), labels


def fed(
    photos: tf.data.Dataset, preprocess: Callable[[Any], Any]
) -> tf.data.Dataset:
    """Return the photographs as the network wants them."""
    return photos.map(
        lambda images, labels: (preprocess(images), labels)
    ).prefetch(tf.data.AUTOTUNE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("folder", type=Path, help="holds one folder of photographs per class")
    add(
        "--backbone",
        default="MobileNetV2",
        help="a network of keras.applications (%(default)s)",
    )
    add(
        "--weights",
        default="imagenet",
        help="imagenet (downloaded once), a file, or none (%(default)s)",
    )
    add("--log-dir", default="logs/fine_tune", help="(%(default)s)")
    add("--size", type=int, default=224, help="image side, px (%(default)s)")
    add("--batch-size", type=int, default=16, help="(%(default)s)")
    add(
        "--frozen-epochs",
        type=int,
        default=3,
        help="epochs of the head alone (%(default)s)",
    )
    add(
        "--unfrozen-epochs",
        type=int,
        default=5,
        help="epochs of the whole network after that (%(default)s)",
    )
    add(
        "--filters",
        type=int,
        default=8,
        help="filters per layer, of four layers (%(default)s)",
    )
    add(
        "--watch",
        type=int,
        default=12,
        help="held-out photographs to watch (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    main()
