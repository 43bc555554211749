"""One small model of every kind that has to work, each with its reference.

A `Specimen` says how a user would address the layer, and computes by plain
TensorFlow operations (`plain.py`) what a tap must find:

    activation, head = specimen.split(images)   # (n, h, w, c), activation ->
    scores = head(activation)                   # pre-softmax scores (n, k)

`activation` alone, as a function of the images, is what filter patterns need.
`split` reads the weights when it is called: an unbuilt model is to be built by
the code under test first. Weights, biases and moving statistics come from
seeded initialisers and are far from degenerate.
"""

import functools
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tests.kerasviz_callbacks.networks import plain

SIZE = 20
CLASSES = 4

Head = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Specimen:
    """A model, how to address its layer, and the explicit way to it.

    Attributes:
        model: as a user would have it.
        layer: path of the layer that is tapped.
        split: images as fed -> the layer's activation, and the rest of the
            network as a function of it.
        input: names the image among several inputs.
        output: names one of several outputs.
        others: values of the inputs that are not the image, (1, …).
        tolerance: relative, against the float32 reference.
        auto: what is explained if no layer is named; None for `layer`.
    """

    model: keras.Model
    layer: str
    split: Callable[[tf.Tensor], tuple[tf.Tensor, Head]]
    input: str | None = None
    output: str | None = None
    others: Mapping[str, np.ndarray] = field(default_factory=dict)
    tolerance: float = 1e-5
    auto: str | None = None


def images(count: int = 3, seed: int = 0, size: int = SIZE) -> np.ndarray:
    """Return (count, size, size, 3) float32 in [0, 1], smooth and unlike."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(size=(count, 5, 5, 3)).astype("float32")
    smooth = tf.image.resize(coarse, (size, size)).numpy()
    noise = rng.normal(0, 0.1, smooth.shape).astype("float32")
    return np.clip(smooth + noise, 0, 1)


def one_hot(count: int) -> np.ndarray:
    """Return labels for `fit`, (count, CLASSES)."""
    return np.eye(CLASSES, dtype="float32")[np.arange(count) % CLASSES]


def functional() -> Specimen:
    """Convolutions, BatchNorm and pooling between Input and softmax."""
    inputs = keras.Input((SIZE, SIZE, 3))
    trunk, net = _trunk(inputs)
    return Specimen(keras.Model(inputs, net.top(trunk)), "conv2", net.split)


def functional_residual() -> Specimen:
    """A skip around the tapped layer: the head needs more than its answer."""
    inputs = keras.Input((SIZE, SIZE, 3))
    one, two, top = _conv(8, "conv1"), _conv(8, "conv2"), _top()
    x = one(inputs)
    pooled = keras.layers.GlobalAveragePooling2D()(x + 0.5 * two(x))
    model = keras.Model(inputs, top(pooled))

    def split(x: tf.Tensor) -> tuple[tf.Tensor, Head]:
        skip = plain.conv(x, one)
        return plain.conv(skip, two), lambda a: plain.dense(
            plain.mean(skip + 0.5 * a), top
        )

    # The skip leads past conv2, so that the sum is what the head rests on.
    added = next(op.name for op in model.operations if "add" in op.name)
    return Specimen(model, "conv2", split, auto=added)


def sequential_with_input() -> Specimen:
    """A Sequential that knows its input."""
    net = _Net()
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *net.layers])
    return Specimen(model, "conv2", net.split)


def sequential_before_use() -> Specimen:
    """A Sequential without Input that nobody has called: no weights yet."""
    net = _Net()
    return Specimen(keras.Sequential(net.layers), "conv2", net.split)


def sequential_after_use() -> Specimen:
    """A Sequential without Input that was built by its first call."""
    specimen = sequential_before_use()
    specimen.model(images(1))
    return specimen


def backbone() -> Specimen:
    """Fine-tuning: a backbone used as a layer, with `training=False`."""
    inner, net = _backbone("backbone")
    inputs = keras.Input((SIZE, SIZE, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(
        inner(inputs, training=False)
    )
    outputs = net.top_layer(keras.layers.Dropout(0.5)(pooled))
    return Specimen(keras.Model(inputs, outputs), "backbone/conv2", net.split)


def doubly_nested() -> Specimen:
    """A backbone in a model in a model."""
    inner, net = _backbone("backbone")
    middle_in = keras.Input((SIZE, SIZE, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(inner(middle_in))
    middle = keras.Model(middle_in, pooled, name="encoder")
    inputs = keras.Input((SIZE, SIZE, 3))
    model = keras.Model(inputs, net.top_layer(middle(inputs)))
    return Specimen(model, "encoder/backbone/conv2", net.split)


def subclassed() -> Specimen:
    """A subclassed model, used once."""
    specimen = subclassed_before_use()
    specimen.model(images(1))
    return specimen


def subclassed_before_use() -> Specimen:
    """A subclassed model that nobody has called."""
    net = _Net()
    return Specimen(_Subclassed(net.layers), "conv2", net.split)


def subclassed_holding_functional() -> Specimen:
    """A subclassed model around a functional backbone."""
    inner, net = _backbone("backbone")
    pooling = keras.layers.GlobalAveragePooling2D()
    model = _Subclassed([inner, pooling, net.top_layer])
    model(images(1))
    return Specimen(model, "backbone/conv2", net.split)


def shared_layer() -> Specimen:
    """One convolution called twice in a row: the last call counts."""
    inputs = keras.Input((SIZE, SIZE, 3))
    first, shared, top = _conv(8, "first"), _conv(8, "shared"), _top()
    x = shared(shared(first(inputs)))
    pooled = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, top(pooled))

    def split(x: tf.Tensor) -> tuple[tf.Tensor, Head]:
        once = plain.conv(plain.conv(x, first), shared)
        return plain.conv(once, shared), lambda a: plain.dense(
            plain.mean(a), top
        )

    return Specimen(model, "shared", split)


def several_inputs() -> Specimen:
    """An image and a vector, by name."""
    picture = keras.Input((SIZE, SIZE, 3), name="picture")
    facts = keras.Input((5,), name="facts")
    trunk, net = _trunk(picture)
    mix = keras.layers.Dense(8, name="mix", kernel_initializer=_kernel("mix"))
    pooled = keras.layers.GlobalAveragePooling2D()(trunk)
    joined = pooled * mix(facts)
    model = keras.Model([picture, facts], net.top_layer(joined))
    values = np.linspace(-1, 2, 5, dtype="float32")[None]

    def split(x: tf.Tensor) -> tuple[tf.Tensor, Head]:
        gate = plain.dense(values, mix)
        return net.split(x)[0], lambda a: plain.dense(
            plain.mean(a) * gate, net.top_layer
        )

    return Specimen(
        model, "conv2", split, input="picture", others={"facts": values}
    )


def siamese() -> Specimen:
    """Two images through one tower; the second one is explained."""
    tower, net = _backbone("tower")
    left = keras.Input((SIZE, SIZE, 3), name="left")
    right = keras.Input((SIZE, SIZE, 3), name="right")
    pooling = keras.layers.GlobalAveragePooling2D()
    first, second = pooling(tower(left)), pooling(tower(right))
    model = keras.Model(
        {"left": left, "right": right}, net.top_layer(first * second)
    )
    other = images(1, seed=9)

    def split(x: tf.Tensor) -> tuple[tf.Tensor, Head]:
        gate = plain.mean(net.split(other)[0])
        return net.split(x)[0], lambda a: plain.dense(
            gate * plain.mean(a), net.top_layer
        )

    return Specimen(
        model, "tower/conv2", split, input="right", others={"left": other}
    )


def several_outputs() -> Specimen:
    """Two heads, by name."""
    inputs = keras.Input((SIZE, SIZE, 3))
    trunk, net = _trunk(inputs)
    size = keras.layers.Dense(1, name="size")
    pooled = keras.layers.GlobalAveragePooling2D()(trunk)
    model = keras.Model(
        inputs, {"kind": net.top_layer(pooled), "size": size(pooled)}
    )
    return Specimen(model, "conv2", net.split, output="kind")


def augmentation_inside() -> Specimen:
    """Random layers that must do nothing, and a Rescaling that must."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.RandomFlip(seed=1)(inputs)
    x = keras.layers.RandomRotation(0.2, seed=2)(x)
    x = keras.layers.GaussianNoise(0.3, seed=3)(x)
    trunk, net = _trunk(keras.layers.Rescaling(2.0, offset=-1.0)(x))
    model = keras.Model(inputs, net.top(trunk))
    return Specimen(model, "conv2", lambda x: net.split(2.0 * x - 1.0))


def dynamic_size() -> Specimen:
    """Height and width left open."""
    inputs = keras.Input((None, None, 3))
    trunk, net = _trunk(inputs)
    return Specimen(keras.Model(inputs, net.top(trunk)), "conv2", net.split)


def mixed_float16() -> Specimen:
    """Computes in float16."""
    return _with_policy("mixed_float16", 2e-2)


def mixed_bfloat16() -> Specimen:
    """Computes in bfloat16, which has 8 bits of precision."""
    return _with_policy("mixed_bfloat16", 1e-1)


@functools.cache  # trained once a process: no test changes it
def jit_compiled() -> Specimen:
    """Compiled for XLA, and trained so."""
    return _fitted(functional(), jit_compile=True)


@functools.cache  # trained once a process: no test changes it
def eager() -> Specimen:
    """Compiled to run eagerly, and trained so."""
    return _fitted(functional(), run_eagerly=True)


@functools.cache  # trained once a process: no test changes it
def many_steps_per_execution() -> Specimen:
    """Compiled to take two steps at once, and trained so."""
    return _fitted(functional(), steps_per_execution=2)


@functools.cache  # trained once a process: no test changes it
def mirrored() -> Specimen:
    """Replicated over two logical devices, and trained so."""
    devices = [d.name for d in tf.config.list_logical_devices("CPU")[:2]]
    with tf.distribute.MirroredStrategy(
        devices,
        # Collectives of two strategies in one process collide.
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    ).scope():
        return _fitted(functional())


ZOO: tuple[Callable[[], Specimen], ...] = (
    functional,
    functional_residual,
    sequential_with_input,
    sequential_before_use,
    sequential_after_use,
    backbone,
    doubly_nested,
    subclassed,
    subclassed_before_use,
    subclassed_holding_functional,
    shared_layer,
    several_inputs,
    siamese,
    several_outputs,
    augmentation_inside,
    dynamic_size,
    mixed_float16,
    mixed_bfloat16,
    jit_compiled,
    eager,
    many_steps_per_execution,
    mirrored,
)


class _Net:
    """conv1, norm, pool, conv2, mean, dense: fresh layers of one network."""

    def __init__(self) -> None:
        self.one = _conv(6, "conv1")
        self.norm = _norm("norm1")
        self.pool = keras.layers.MaxPooling2D(name="pool1")
        self.two = _conv(8, "conv2")
        self.mean = keras.layers.GlobalAveragePooling2D(name="mean")
        self.top_layer = _top()

    @property
    def layers(self) -> list[keras.Layer]:
        return [*self.below, self.mean, self.top_layer]

    @property
    def below(self) -> list[keras.Layer]:
        return [self.one, self.norm, self.pool, self.two]

    def top(self, x: Any) -> Any:
        return self.top_layer(self.mean(x))

    def split(self, x: tf.Tensor) -> tuple[tf.Tensor, Head]:
        x = plain.norm(plain.conv(x, self.one), self.norm)
        activation = plain.conv(plain.pool(x), self.two)
        return activation, lambda a: plain.dense(plain.mean(a), self.top_layer)


class _Subclassed(keras.Model):
    """Its parts one after the other, by a `call` that Keras cannot look into.

    It does not take `training`: its parts learn of it by Keras' call context.
    """

    def __init__(self, parts: list[keras.Layer]) -> None:
        super().__init__(name="subclassed")
        self.parts = parts

    def call(self, x: tf.Tensor) -> tf.Tensor:
        for part in self.parts:
            x = part(x)
        return x


def _trunk(x: Any) -> tuple[Any, _Net]:
    net = _Net()
    for layer in net.below:
        x = layer(x)
    return x, net


def _backbone(name: str) -> tuple[keras.Model, _Net]:
    inputs = keras.Input((SIZE, SIZE, 3))
    trunk, net = _trunk(inputs)
    return keras.Model(inputs, trunk, name=name), net


def _with_policy(policy: str, tolerance: float) -> Specimen:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        made = functional()
    finally:
        keras.config.set_dtype_policy(before)
    return Specimen(made.model, made.layer, made.split, tolerance=tolerance)


def _fitted(specimen: Specimen, **compile_options: Any) -> Specimen:
    specimen.model.compile(
        "sgd", loss="categorical_crossentropy", **compile_options
    )
    pairs = images(8), one_hot(8)
    data = tf.data.Dataset.from_tensor_slices(pairs).batch(4)
    specimen.model.fit(data, verbose=0, shuffle=False)
    return specimen


def _conv(filters: int, name: str) -> keras.layers.Conv2D:
    return keras.layers.Conv2D(
        filters,
        3,
        padding="same",
        activation="relu",
        name=name,
        kernel_initializer=_kernel(name),
        bias_initializer=keras.initializers.RandomNormal(0, 0.1, _seed(name)),
    )


def _norm(name: str) -> keras.layers.BatchNormalization:
    normal, seed = keras.initializers.RandomNormal, _seed(name)
    uniform = keras.initializers.RandomUniform
    return keras.layers.BatchNormalization(
        name=name,
        beta_initializer=normal(0.0, 0.1, seed),
        gamma_initializer=uniform(0.7, 1.3, seed + 1),
        moving_mean_initializer=normal(0.1, 0.1, seed + 2),
        moving_variance_initializer=uniform(0.1, 0.5, seed + 3),
    )


def _top() -> keras.layers.Dense:
    return keras.layers.Dense(
        CLASSES,
        activation="softmax",
        name="top",
        kernel_initializer=_kernel("top"),
        bias_initializer=keras.initializers.RandomNormal(0, 0.1, _seed("top")),
    )


def _kernel(name: str) -> keras.Initializer:
    return keras.initializers.HeNormal(_seed(name))


def _seed(name: str) -> int:
    return zlib.crc32(name.encode()) % 2**20
