"""Every method and every target against plain TensorFlow and plain loops.

A method is handed the gradient of a row's score and never sees the target, so
that each is compared once: the targets with the default method, the methods
with rows of one gradient and of the difference of two.

The reference takes each image alone: the layers by TensorFlow's operations
(`plain.py`), the gradient of the very score by a tape, the method by loops
(`plain_methods.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import OverMask, grad_cam
from tests.kerasviz_callbacks.networks import plain
from tests.kerasviz_callbacks.networks.plain_methods import PLAIN

L = keras.layers
SIZE = 12
FED = np.random.default_rng(0).uniform(size=(4, SIZE, SIZE, 3))
FED = FED.astype("float32")
LABELS = [2, 0, 1, 3]
WANTED = [[3, 0], [1], [], [2, 0]]
MASKS = np.zeros((4, SIZE, SIZE), bool)
for number, mask in enumerate(MASKS):
    mask[number : 6 + number, 2 * number :] = True

Score = Callable[[tf.Tensor, int], tf.Tensor]  # of an image's scores, its index


@dataclass(frozen=True)
class Case:
    """A target, and the score that each row of it must explain.

    Attributes:
        units: of the output.
        activation: of the output.
        scores: one per row of an image.
        options: of `grad_cam`.
        is_spatial: whether the output is one of pixels.
    """

    units: int
    activation: str | None
    scores: tuple[Score, ...]
    options: dict[str, Any] = field(default_factory=dict)
    is_spatial: bool = False


def best(scores: tf.Tensor, index: int) -> tf.Tensor:
    return tf.reduce_max(scores)


def label(scores: tf.Tensor, index: int) -> tf.Tensor:
    return scores[LABELS[index]]


def margin(scores: tf.Tensor, index: int) -> tf.Tensor:
    ranked = tf.sort(scores, direction="DESCENDING")
    return ranked[0] - ranked[1]


def one_less_other(outputs: tf.Tensor) -> tf.Tensor:
    return outputs[:, 1] - outputs[:, 3]


def of_probabilities(scores: tf.Tensor, index: int) -> tf.Tensor:
    return one_less_other(tf.nn.softmax(scores)[None])[0]


def side(scores: tf.Tensor, index: int) -> tf.Tensor:
    return tf.abs(scores[0])


def region(scores: tf.Tensor, index: int, wanted: int = 1) -> tf.Tensor:
    is_there = tf.argmax(scores, axis=-1) == wanted
    return tf.reduce_sum(scores[..., wanted][is_there])


def most_pixels(scores: tf.Tensor, index: int) -> tf.Tensor:
    classes = tf.argmax(scores, axis=-1).numpy()
    return region(scores, index, int(np.bincount(classes.ravel()).argmax()))


def foreground(scores: tf.Tensor, index: int) -> tf.Tensor:
    return tf.reduce_sum(scores[scores > 0])


def minus(score: Score) -> Score:
    return lambda scores, index: -score(scores, index)


def of_class(wanted: int) -> Score:
    return lambda scores, index: scores[wanted]


def contrast(scores: tf.Tensor, index: int) -> tf.Tensor:
    return best(scores, index) - label(scores, index)


def over_mask(scores: tf.Tensor, index: int) -> tf.Tensor:
    return tf.reduce_sum(scores[..., 2][MASKS[index]])


SOFTMAX, SIGMOID = (4, "softmax"), (1, "sigmoid")
CASES = {
    "predicted": Case(*SOFTMAX, (best,)),
    "label": Case(*SOFTMAX, (label,), {"target": "label", "labels": LABELS}),
    "fixed class": Case(*SOFTMAX, (of_class(2),), {"target": 2}),
    "class per image": Case(*SOFTMAX, (label,), {"target": LABELS}),
    "against": Case(*SOFTMAX, (minus(best),), {"target": "against"}),
    "margin": Case(*SOFTMAX, (margin,), {"target": "margin"}),
    "callable": Case(*SOFTMAX, (of_probabilities,), {"target": one_less_other}),
    "contrast": Case(
        *SOFTMAX,
        (best, label, contrast),
        {"target": "mistakes", "labels": LABELS},
    ),
    "several": Case(
        *SOFTMAX,
        (best, minus(best), of_class(1)),
        {"target": ["predicted", "against", 1]},
    ),
    "sigmoid": Case(*SIGMOID, (side,)),
    "evidence for 1": Case(*SIGMOID, (of_class(0),), {"target": 1}),
    "evidence for 0": Case(*SIGMOID, (minus(of_class(0)),), {"target": 0}),
    "multi-label": Case(4, "sigmoid", (), {"target": WANTED}),
    "regression up": Case(1, None, (of_class(0),)),
    "regression down": Case(
        1, None, (minus(of_class(0)),), {"target": "against"}
    ),
    "segmentation": Case(3, "softmax", (most_pixels,), is_spatial=True),
    "region of a class": Case(
        3, "softmax", (region,), {"target": 1}, is_spatial=True
    ),
    "over a mask": Case(
        3,
        "softmax",
        (over_mask,),
        {"target": OverMask(MASKS, 2)},
        is_spatial=True,
    ),
    "foreground": Case(1, "sigmoid", (foreground,), is_spatial=True),
    "named output": Case(*SOFTMAX, (best,), {"output": "kind"}),
}


PAIRS = [(name, "grad_cam") for name in CASES]
PAIRS += [("contrast", method) for method in PLAIN if method != "grad_cam"]
PAIRS += [("segmentation", "hires_cam")]  # of pixels, as in the example


@pytest.mark.parametrize(("name", "method"), PAIRS)
def test_map_is_that_of_the_plain_reference(name, method):
    case = CASES[name]
    model = network(case)
    found = grad_cam(model, FED, layer="conv1", method=method, **case.options)
    expected = [
        reference(model, case, image, score, PLAIN[method])
        for image, score in asked(case, found)
    ]
    assert len(found.maps) == len(expected) >= 4
    assert_like(found.maps, np.array(expected))


def asked(case: Case, found) -> list[tuple[int, Score]]:
    """Return image and score of every row that must be there."""
    if not case.scores:
        return [(i, of_class(c)) for i, row in enumerate(WANTED) for c in row]
    rows = [(i, score) for i in range(4) for score in case.scores]
    if case.options.get("target") != "mistakes":
        return rows
    is_wrong = found.predictions != LABELS
    assert 0 < is_wrong.sum() < 4, "both must be there"
    return [(i, score) for i, score in rows if is_wrong[i] or score is best]


def network(case: Case) -> keras.Model:
    """Return two convolutions and a head; every weight is drawn from a seed."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = conv(5, 3, "relu", "conv1")(inputs)
    x = conv(6, 3, "relu", "conv2")(x)
    if case.is_spatial:
        return keras.Model(inputs, conv(case.units, 3, case.activation)(x))
    pooled = L.GlobalAveragePooling2D()(x)
    head = L.Dense(case.units, case.activation, name="head", **drawn(14))
    if case.options.get("output") is None:
        return keras.Model(inputs, head(pooled))
    other = L.Dense(2, **drawn(8))(pooled)
    return keras.Model(inputs, {"kind": head(pooled), "other": other})


def conv(
    filters: int, size: int, activation: str | None, name: str = "head"
) -> keras.Layer:
    options = drawn(len(name) + filters)
    return L.Conv2D(
        filters, size, 1, "same", activation=activation, name=name, **options
    )


def drawn(seed: int) -> dict[str, Any]:
    return {
        "kernel_initializer": keras.initializers.GlorotNormal(seed),
        "bias_initializer": keras.initializers.RandomNormal(0, 0.1, seed),
    }


def reference(
    model: keras.Model,
    case: Case,
    index: int,
    score: Score,
    method: Callable[..., np.ndarray],
) -> np.ndarray:
    """Return the (h, w) map of one image and score, before ReLU."""
    conv1, conv2, head = map(model.get_layer, ("conv1", "conv2", "head"))
    activation = plain.conv(tf.constant(FED[index : index + 1]), conv1)
    with tf.GradientTape() as tape:
        tape.watch(activation)
        x = plain.conv(activation, conv2)
        if case.is_spatial:
            scores = plain.conv(x, head)
        else:
            scores = plain.dense(plain.mean(x), head)
        value = score(scores[0], index)
    gradient = tape.gradient(value, activation)[0].numpy()
    return method(activation[0].numpy().astype(float), gradient.astype(float))


def assert_like(found: np.ndarray, raw: np.ndarray) -> None:
    """Compare with ReLU of `raw`, to 1e-5 of its largest magnitude."""
    assert (raw > 0).any(), "a degenerate reference compares nothing"
    largest = np.abs(raw).max(axis=(1, 2), keepdims=True)
    assert (np.abs(found - np.maximum(raw, 0)) <= 1e-5 * largest).all()
