"""A small network with everything that training changes, and its data."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM
from kerasviz_callbacks.presets import find_preset

L = keras.layers
SIZE = 16
CLASSES = 3
BATCHES = 4  # of an epoch
X = np.random.default_rng(0).uniform(size=(16, SIZE, SIZE, 3)).astype("float32")
Y = np.arange(16).reshape(-1, 1) % CLASSES
DATA = tf.data.Dataset.from_tensor_slices((X, Y))


def network(**compile_options: Any) -> keras.Model:
    """Return a model with augmentation, BatchNorm and dropout, compiled.

    Its optimizer keeps a state of each weight, as Adam does. With Adam, of
    which more is to trace, a fit takes more than twice the processor time.
    """
    augmentation = [L.RandomFlip(seed=1)]
    if compile_options.get("jit_compile"):
        augmentation = []  # Keras does not compile it for XLA
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            *augmentation,
            L.Conv2D(4, 3, name="conv1"),
            L.BatchNormalization(name="norm"),
            L.ReLU(),
            L.Conv2D(6, 3, name="conv2", activation="relu"),
            L.Dropout(0.3, seed=3),
            L.GlobalAveragePooling2D(),
            L.Dense(
                CLASSES, dtype="float32", activation="softmax", name="head"
            ),
        ]
    )
    options = {
        "optimizer": keras.optimizers.SGD(0.01, momentum=0.9),
        "loss": "sparse_categorical_crossentropy",
    }
    model.compile(**{**options, **compile_options})
    if "optimizer" not in compile_options:
        # Else its state is made as the first step is traced, which TensorFlow
        # then traces once more. Users leave it so, as do tests that give one.
        model.optimizer.build(model.trainable_variables)
    return model


LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def plain_network(**compile_options: Any) -> keras.Model:
    """Return two convolutions and a head, quick to train."""
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            L.Conv2D(4, 3, name="conv1"),
            L.Conv2D(6, 3, name="conv2", activation="relu"),
            L.GlobalAveragePooling2D(),
            L.Dense(CLASSES, name="head"),
        ]
    )
    options = {"optimizer": "sgd", "loss": LOSS}
    model.compile(**{**options, **compile_options})
    return model


def fit(model: keras.Model, *callbacks: keras.callbacks.Callback, **options):
    """Train silently, four batches an epoch, two epochs unless told.

    On a dataset: Keras traces three functions to shuffle and slice arrays,
    which takes a third of such a training.
    """
    settings = {"epochs": 2, "verbose": 0, "shuffle": False, **options}
    data = DATA.batch(settings.pop("batch_size", 4))
    return model.fit(data, callbacks=list(callbacks), **settings)


def drawing(log_dir: Path, layers: Any = "conv2", **options) -> FilterPatterns:
    """Return a callback that draws two filters quickly and never hides."""
    settings = {"filters": 2, "steps": 2, "preset": "recipe", "verbose": 0}
    settings["on_error"] = "raise"
    settings["budget"] = None  # such fits take less time than a capture
    return FilterPatterns(
        log_dir, layers=layers, **arranged({**settings, **options})
    )


def explaining(log_dir: Path, images: Any, **options) -> GradCAM:
    """Return a callback that draws heatmaps and never hides a failure."""
    settings = {"verbose": 0, "budget": None, "on_error": "raise"}
    return GradCAM(log_dir, images, **arranged({**settings, **options}))


def arranged(flat: dict[str, Any]) -> dict[str, Any]:
    """Return keywords of a callback with each option where it belongs."""
    options = {one.name for one in fields(CaptureOptions)} & set(flat)
    varied = {"size", "seed", "value_range", "noise_floor"} & set(flat)
    found = {k: v for k, v in flat.items() if k not in options | varied}
    if options:
        found["options"] = CaptureOptions(**{k: flat[k] for k in options})
    if varied:
        preset = find_preset(flat.get("preset", "steady"))
        found["preset"] = replace(preset, **{k: flat[k] for k in varied})
    return found
