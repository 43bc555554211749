"""Grad-CAM without kerasviz, to compare with: a model split at a layer.

| where the layer is             | how the model is split                      |
|--------------------------------|---------------------------------------------|
| in the model itself            | `keras.Model(input, [layer.output, output])`|
| in models inside of it         | put together anew, node by node             |
| in a layer that is no graph    | its class is told to show what it returns   |

Everything runs eagerly, under a plain gradient tape.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.reach.case import Case

IMAGES_AT_ONCE = 6  # the tape keeps what every layer returns

See = Callable[[Any], Any]


@dataclass(frozen=True)
class Split:
    """A model split at a layer.

    Attributes:
        case: The model's case.
        model: The model.
        path: Path of the layer.
        grid: (prefix, height, width) of its tokens; None for a map.
    """

    case: Case
    model: keras.Model
    path: str
    grid: tuple[int, int, int] | None = None

    def evidence(self, images: Any) -> tuple[Any, Any]:
        """Return features (n, h, w, c) and the weights of their channels.

        Args:
            images: (n, h, w, 3) from 0 to 255.
        """
        starts = range(0, len(images), IMAGES_AT_ONCE)
        parts = [self._evidence(images[i : i + IMAGES_AT_ONCE]) for i in starts]
        features, weights = zip(*parts, strict=True)
        return np.concatenate(features), np.concatenate(weights)

    def _evidence(self, images: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape, _linear_end(self.model):
            features, outputs = self._run(self._fed(images), tape.watch)
            score = self.case.score(self.case.explained(outputs))
        gradients = self._laid(tape.gradient(score, features))
        weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
        return self._laid(features).numpy(), weights.numpy()

    def carries_all(self, images: Any) -> bool:
        """Return whether the outputs depend on nothing beside the layer.

        Images are run while the layer returns what it makes of others: the
        outputs must be those of the others.
        """
        others = images[::-1] * 0.5 + 20
        names = self.path.split("/")
        calls: list[Any] = []

        def keep(answer: Any) -> Any:
            calls.append(answer)
            return answer

        def outputs(of: Any, see: See) -> Any:
            answer = _outputs(self.model, self._fed(of), names, see)
            return self.case.explained(answer).numpy()

        with _linear_end(self.model):
            own = outputs(images, lambda answer: answer)
            expected = outputs(others, keep)
            left = iter(calls)
            came = outputs(images, lambda _: next(left))
        rest, whole = np.abs(came - expected), np.abs(own - expected)
        return bool(rest.max() <= 1e-3 * whole.max())

    def _fed(self, images: Any) -> tf.Tensor:
        return tf.constant(self.case.fed(images), tf.float32)

    def _run(self, fed: Any, watch: Any) -> tuple[tf.Tensor, Any]:
        split = None
        if "/" not in self.path:
            with contextlib.suppress(Exception):
                layer = self.model.get_layer(self.path)
                split = keras.Model(
                    self.model.input, [layer.output, self.model.output]
                )
        if split is not None:
            features, outputs = split(fed, training=False)
            return features, outputs
        seen: list[tf.Tensor] = []

        def see(answer: Any) -> Any:
            tensor = self._feature(answer)
            watch(tensor)
            seen.append(tensor)
            return answer

        names = self.path.split("/")
        outputs = _outputs(self.model, fed, names, see)
        return seen[-1], outputs

    def _feature(self, answer: Any) -> tf.Tensor:
        rank = 4 if self.grid is None else 3
        return next(x for x in tf.nest.flatten(answer) if x.shape.rank == rank)

    def _laid(self, values: tf.Tensor) -> tf.Tensor:
        if self.grid is None:
            return values
        prefix, height, width = self.grid
        placed = values[:, prefix : prefix + height * width]
        return tf.reshape(placed, [len(values), height, width, -1])


def heat(features: Any, weights: Any, *, is_of_tokens: bool) -> Any:
    """Return Grad-CAM, (n, h, w), from features (n, h, w, c) and weights.

    Tokens have no zero; they are compared with their mean.
    """
    raw = np.sum(weights * features, axis=-1)
    if is_of_tokens:
        raw = raw - raw.mean(axis=(1, 2), keepdims=True)
    return np.maximum(raw, 0.0)


def _at(graph: Any, args: Any, kwargs: Any, names: Any, see: See) -> Any:
    if not names:
        return see(_in_inference(graph)(*args, **kwargs))
    graph = getattr(graph, "_functional", None) or graph
    if not hasattr(graph, "_run_through_graph"):
        with _shown(_found(graph, names), see):
            return graph(*args, **kwargs)
    name, *rest = names

    def operation(one: Any) -> Any:
        if one.name != name:
            return _in_inference(one)
        return lambda *a, **k: _at(one, a, k, rest, see)

    standard = graph._standardize_inputs(args[0])
    return graph._run_through_graph(standard, operation_fn=operation)


def _in_inference(one: Any) -> Any:
    """Return an operation as `predict` calls it, however a graph keeps it."""
    if not getattr(one, "_call_has_training_arg", False):
        return one
    return lambda *args, **kwargs: one(*args, **{**kwargs, "training": False})


class _Inference(keras.Layer):
    """Calls a function as a part of a model that is called by `predict`."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def call(self, fed: Any, training: bool | None = None) -> Any:
        return self.function(fed)


def _outputs(
    model: keras.Model, fed: Any, names: Sequence[str], see: See
) -> Any:
    """Run a model, and show what the layer of some names returns."""

    def run(given: Any) -> Any:
        return _at(model, (given,), {}, names, see)

    return _Inference(run)(fed, training=False)


def _found(layer: Any, names: Sequence[str]) -> Any:
    for name in names:
        inner = layer._flatten_layers(include_self=False, recursive=False)
        layer = next(one for one in inner if one.name == name)
    return layer


@contextlib.contextmanager
def _shown(layer: Any, see: See) -> Iterator[None]:
    kind = type(layer)
    call, is_own = kind.call, "call" in vars(kind)

    def shown(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = call(self, *args, **kwargs)
        return see(answer) if self is layer else answer

    kind.call = shown
    try:
        yield
    finally:
        if is_own:
            kind.call = call
        else:
            del kind.call


@contextlib.contextmanager
def _linear_end(model: keras.Model) -> Iterator[None]:
    """Leave the last layer's softmax or sigmoid out."""
    last: Any = model
    while isinstance(last, keras.Model):
        last = last.layers[-1]
    activation = getattr(last, "activation", None)
    is_end = activation in (
        keras.activations.softmax,
        keras.activations.sigmoid,
    )
    if is_end:
        last.activation = keras.activations.linear
    try:
        yield
    finally:
        if is_end:
            last.activation = activation
