"""Networks for `heatmap_trust`, each with pictures that it recognizes.

| name       | network                          | pictures                    |
|------------|----------------------------------|-----------------------------|
| lite0      | EfficientNet-Lite0, ImageNet     | one photograph of each of   |
|            |                                  | its 1,000 classes           |
| squeezenet | SqueezeNet 1.1, ImageNet weights | photographs of dogs, birds, |
|            | without a classifier; its own    | reptiles and insects, half  |
|            | (1 x 1 convolution and mean) is  | of which it was trained on  |
|            | trained here, all else frozen    | and half of which count     |
| demo       | the demo's network, trained for  | the demo's, of which the    |
|            | four epochs without a shortcut   | disc's box is known         |
| residual   | three residual stages with       | the same                    |
|            | strides, trained on the same for |                             |
|            | eight epochs                     |                             |
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import layers

from benchmarks import squeezenet as squeeze
from benchmarks.photographs import middles
from examples.demo import sets
from examples.demo.network import build_network
from examples.demo.pictures import CLASS_NAMES, SIZE_PX, Pictures
from examples.demo.story import BATCH_SIZE, LEARNING_RATE, Plan
from examples.lite0 import lite0_classifier

LITE0_PX, SQUEEZENET_PX = 224, 227
NUM_HELD_OUT = 400
DEMO_EPOCHS, RESIDUAL_EPOCHS, HEAD_EPOCHS = 4, 8, 60
GROUPS = {  # of ImageNet's class indices, in the order of their names
    "dog": [(151, 269)],
    "bird": [(7, 25), (80, 101), (127, 147)],
    "reptile": [(25, 69)],
    "insect": [(300, 327)],
}
PER_GROUP = 27  # as many of each


@dataclass(frozen=True)
class Case:
    """A network and what its heatmaps are asked about.

    Attributes:
        model: Takes the pictures as they are.
        images: (n, h, w, 3) uint8 that it recognizes.
        classes: (n,) their classes.
        boxes: (n, 4) where the object is, in fractions; None if not known.
    """

    model: keras.Model
    images: np.ndarray
    classes: np.ndarray
    boxes: np.ndarray | None = None


def case(name: str, files: dict[str, Path | None], seed: int) -> Case:
    """Return a network with what it recognizes, in random order."""
    model, images, classes, boxes = MAKERS[name](files, seed)
    order = np.random.default_rng(seed).permutation(len(images))
    predicted = model.predict(images, batch_size=32, verbose=0).argmax(axis=1)
    order = order[predicted[order] == classes[order]]
    known = None if boxes is None else boxes[order]
    print(f"{name}: {len(order)} of {len(images)} pictures recognized")
    return Case(model, images[order], classes[order], known)


_Made = tuple[keras.Model, np.ndarray, np.ndarray, np.ndarray | None]


def _lite0(files: dict[str, Path | None], _seed: int) -> _Made:
    model = lite0_classifier(LITE0_PX, files["lite0"])
    images = photographs(files["images"], LITE0_PX)
    return model, images, np.arange(len(images)), None


def _squeezenet(files: dict[str, Path | None], seed: int) -> _Made:
    keras.utils.set_random_seed(seed)
    chosen, labels = [], []
    for label, ranges in enumerate(GROUPS.values()):
        own = np.concatenate([np.arange(*one) for one in ranges])
        own = np.random.default_rng(seed).permutation(own)[: 2 * PER_GROUP]
        chosen.append(own)
        labels.append(np.full(len(own), label))
    images = photographs(files["images"], SQUEEZENET_PX)[np.concatenate(chosen)]
    classes = np.concatenate(labels)
    below = squeeze.squeezenet(SQUEEZENET_PX, files["squeezenet"])
    given = keras.Input((SQUEEZENET_PX, SQUEEZENET_PX, 3))
    # BGR minus the mean: of a frozen network, so that it takes pictures.
    shifted = layers.Lambda(squeeze.preprocess)(given)
    features = below(shifted)
    head = keras.Sequential(
        [
            layers.Input(features.shape[1:]),
            layers.Conv2D(len(GROUPS), 1, name="conv10"),
            layers.GlobalAveragePooling2D(),
            layers.Softmax(),
        ],
        name="classifier",
    )
    head.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    maps = keras.Model(given, features).predict(images, verbose=0)
    is_trained = np.arange(len(images)) % 2 == 0
    head.fit(
        maps[is_trained], classes[is_trained], epochs=HEAD_EPOCHS, verbose=0
    )
    model = keras.Model(given, head(features))
    return model, images[~is_trained], classes[~is_trained], None


def _demo(_files: dict[str, Path | None], seed: int) -> _Made:
    return _trained(build_network(seed), DEMO_EPOCHS)


def _residual(_files: dict[str, Path | None], seed: int) -> _Made:
    keras.utils.set_random_seed(seed)
    image = keras.Input((SIZE_PX, SIZE_PX, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = _unit(x, 24, 5, 1)
    for width in (32, 48, 64):
        x = _unit(x, width, 3, 2)
        y = _unit(_unit(x, width, 3, 1), width, 3, 1)
        x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(len(CLASS_NAMES), activation="softmax")(x)
    return _trained(keras.Model(image, x), RESIDUAL_EPOCHS)


def _unit(x, width: int, kernel: int, stride: int):
    x = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _trained(model: keras.Model, epochs: int) -> _Made:
    on: Pictures = sets.phase_two(Plan().num_images)
    compile_for_demo(model)
    model.fit(
        on.images, on.labels, batch_size=BATCH_SIZE, epochs=epochs, verbose=0
    )
    shown: Pictures = sets.held_out(NUM_HELD_OUT)
    return model, shown.images, shown.labels, shown.boxes


def compile_for_demo(model: keras.Model) -> None:
    """Compile a model as the demo does, but with a rate that stays."""
    model.compile(
        keras.optimizers.Adam(LEARNING_RATE), "sparse_categorical_crossentropy"
    )


MAKERS: dict[str, Callable[[dict[str, Path | None], int], _Made]] = {
    "lite0": _lite0,
    "squeezenet": _squeezenet,
    "demo": _demo,
    "residual": _residual,
}


def photographs(folder: Path | None, size_px: int) -> np.ndarray:
    """Return the photographs of a folder as squares, by name."""
    if folder is None:
        raise SystemExit("--images must name the photographs")
    paths = sorted(folder.glob("n*.JPEG"))
    return middles(paths, size_px)
