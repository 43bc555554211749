"""The models of `keras.applications`, alone and inside of another model."""

import sys
from typing import Any

import keras

from benchmarks.reach.case import NUM_CLASSES, Case

SIZE = 96
INCEPTION_SIZE = 160  # of smaller ones it leaves a single position


def cases(*, is_nested: bool) -> list[Case]:
    """Return a case per model, with the preprocessing of its module."""
    return [
        Case(
            f"{name}, nested" if is_nested else name,
            (_nested if is_nested else _alone)(make),
            INCEPTION_SIZE if "Inception" in name else SIZE,
            _preprocess(make),
            has_patterns=not is_nested,
        )
        for name, make in vars(keras.applications).items()
        if name[0].isupper() and callable(make)
    ]


def _alone(make: Any) -> Any:
    def build(size: int) -> keras.Model:
        shape = (size, size, 3)
        return make(weights=None, input_shape=shape, classes=NUM_CLASSES)

    return build


def _nested(make: Any) -> Any:
    def build(size: int) -> keras.Model:
        shape = (size, size, 3)
        inputs = keras.Input(shape)
        backbone = make(weights=None, input_shape=shape, include_top=False)
        pooled = keras.layers.GlobalAveragePooling2D()(backbone(inputs))
        top = keras.layers.Dense(NUM_CLASSES, activation="softmax")
        return keras.Model(inputs, top(pooled))

    return build


def _preprocess(make: Any) -> Any:
    preprocess = sys.modules[make.__module__].preprocess_input

    def on_copy(images: Any) -> Any:
        return preprocess(images + 0.0)  # that of arrays works in place

    return on_copy
