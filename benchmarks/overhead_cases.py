"""The trainings whose overhead is measured, each by its name.

| case       | what is trained                                             |
|------------|-------------------------------------------------------------|
| demo       | the demo's network on its pictures                          |
| squeezenet | SqueezeNet and a new classifier on crops of photographs     |
| mirrored   | the demo's network on two replicas, MirroredStrategy        |
"""

import argparse
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks import natural
from benchmarks.squeezenet import preprocess, squeezenet
from examples.demo import sets
from examples.demo.network import build_network
from kerasviz_callbacks import FilterPatterns, GradCAM

_NUM_HELD_OUT = 12


@dataclass(frozen=True)
class Case:
    """A network, what it is trained on, and how its callbacks are made."""

    build: Callable[[], keras.Model]
    images: Any
    labels: Any
    callbacks: Callable[[str], list[Any]]


def _demo(_: argparse.Namespace) -> Case:
    return _demo_under(contextlib.nullcontext)


def _mirrored(_: argparse.Namespace) -> Case:
    [cpu] = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
    tf.config.set_logical_device_configuration(cpu, two)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    return _demo_under(strategy.scope)


def _demo_under(scope: Callable[[], Any]) -> Case:
    shown, held_out = sets.phase_two(1200), sets.held_out(_NUM_HELD_OUT)

    def build() -> keras.Model:
        with scope():
            model = build_network(seed=3)
            model.compile("adam", "sparse_categorical_crossentropy")
        return model

    return Case(
        build,
        shown.images,
        shown.labels,
        lambda log_dir: [
            FilterPatterns(log_dir, verbose=0),
            GradCAM(
                log_dir, held_out.images, labels=held_out.labels, verbose=0
            ),
        ],
    )


def _squeezenet(options: argparse.Namespace) -> Case:
    images = natural.crops(options.size)
    labels = np.arange(len(images)) * 14 // len(images)

    def build() -> keras.Model:
        backbone = squeezenet(options.size, options.weights)
        pooled = keras.layers.GlobalAveragePooling2D()(backbone.output)
        answer = keras.layers.Dense(14, activation="softmax")(pooled)
        model = keras.Model(backbone.input, answer)
        model.compile(
            keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy"
        )
        return model

    held_out = images[:: len(images) // _NUM_HELD_OUT][:_NUM_HELD_OUT]
    return Case(
        build,
        np.asarray(preprocess(images.astype("float32"))),
        labels,
        lambda log_dir: [
            FilterPatterns(log_dir, preprocess=preprocess, verbose=0),
            GradCAM(
                log_dir,
                held_out,
                preprocess=lambda x: np.asarray(preprocess(x)),
                verbose=0,
            ),
        ],
    )


CASES: dict[str, Callable[[argparse.Namespace], Case]] = {
    "demo": _demo,
    "squeezenet": _squeezenet,
    "mirrored": _mirrored,
}
