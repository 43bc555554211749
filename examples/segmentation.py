"""Segment discs and squares with a U-Net, and see the evidence for them.

    python examples/segmentation.py --log-dir logs/segmentation
    tensorboard --logdir logs/segmentation

The network labels each pixel background, disc or square. A heatmap explains
the class with the most pixels by default, here the background.
`OverMask(masks, DISC)` sums the score of *disc* over the pixels where discs
are: the same pixels in every capture, also while none is found yet.
`target=DISC` would sum over the pixels that are predicted as disc.

The method is HiResCAM. Grad-CAM averages the gradient over all positions, so it
also marks background where the same channels are active: a tenth of its heatmap
lay on the discs of this network, of HiResCAM's two thirds at `inner` and nine
tenths at `up2`. At the last layer it is all, because that repeats the mask.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from kerasviz_callbacks import FilterPatterns, GradCAM, OverMask

SIZE_PX = 64
BACKGROUND, DISC, SQUARE = range(3)
NAMES = ["background", "disc", "square"]
SEED = 0
EVERY_EPOCH = None  # no budget: drawing takes longer than this training


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with both callbacks."""
    options = _parser().parse_args(arguments)
    keras.utils.set_random_seed(SEED)
    images, classes = draw_scenes(options.images, seed=SEED)
    held_out, answers = draw_scenes(options.watch, seed=SEED + 1)
    model = build_unet()
    model.compile(
        keras.optimizers.Adam(2e-3),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        images,
        classes,
        validation_data=(held_out, answers),
        epochs=options.epochs,
        callbacks=watchers(options, held_out, answers == DISC),
        verbose=2,
    )
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def watchers(
    options: argparse.Namespace, images: Any, discs: Any
) -> list[keras.callbacks.Callback]:
    """Return the two callbacks: this is all that watching takes."""
    log_dir = options.log_dir
    return [
        FilterPatterns(
            log_dir, filters=options.filters, images=images, budget=EVERY_EPOCH
        ),
        GradCAM(
            log_dir,
            images,
            class_names=NAMES,
            layers=["inner", "up2"],
            target=OverMask(discs, DISC),
            method="hires_cam",
            regions=discs,  # the record tells how much of a map lies there
            budget=EVERY_EPOCH,
        ),
    ]


def draw_scenes(
    count: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return scenes of one disc and one square each on noise.

    Returns:
        (n, h, w, 3) images, and the (n, h, w) class of each pixel.
    """
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE_PX, :SIZE_PX]
    # A place for each shape in another half, so that neither is covered.
    middles = random.integers(14, 50, (count, 2))
    sides = random.permuted(np.tile([16, 48], (count, 1)), axis=1)
    radii = random.integers(7, 13, (count, 2))
    colours = random.integers(60, 256, (count, 2, 3))
    classes = np.full((count, SIZE_PX, SIZE_PX), BACKGROUND, np.uint8)
    images = random.integers(0, 120, (count, SIZE_PX, SIZE_PX, 3), np.uint8)
    for n in range(count):
        dy, dx = abs(y - middles[n, 0]), abs(x - sides[n, 0])
        disc = dy**2 + dx**2 < radii[n, 0] ** 2
        dy, dx = abs(y - middles[n, 1]), abs(x - sides[n, 1])
        square = np.maximum(dy, dx) < radii[n, 1]
        for index, shape in ((DISC, disc), (SQUARE, square)):
            classes[n][shape] = index
            images[n][shape] = colours[n, index - 1]
    return images, classes


def build_unet() -> keras.Model:
    """Return two steps down and two up, softmax over classes per pixel."""
    inputs = keras.Input((SIZE_PX, SIZE_PX, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    down1 = _convolve(x, 16, "down1")
    down2 = _convolve(layers.MaxPooling2D()(down1), 32, "down2")
    inner = _convolve(layers.MaxPooling2D()(down2), 64, "inner")
    up2 = layers.Concatenate()([layers.UpSampling2D()(inner), down2])
    up2 = _convolve(up2, 32, "up2")
    up1 = layers.Concatenate()([layers.UpSampling2D()(up2), down1])
    up1 = _convolve(up1, 16, "up1")
    scores = layers.Conv2D(len(NAMES), 1, name="scores")(up1)
    return keras.Model(inputs, layers.Softmax(name="classes")(scores))


def _convolve(x: Any, width: int, name: str) -> Any:
    x = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv")(x)
    return layers.ReLU(name=name)(x)


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=as_written
    )
    add = parser.add_argument
    add("--log-dir", default="logs/segmentation", help="(%(default)s)")
    add("--epochs", type=int, default=15, help="(%(default)s)")
    add("--images", type=int, default=800, help="training images (%(default)s)")
    add(
        "--filters", type=int, default=8, help="filters per layer (%(default)s)"
    )
    add("--watch", type=int, default=8, help="held-out images (%(default)s)")
    return parser


if __name__ == "__main__":
    main()
