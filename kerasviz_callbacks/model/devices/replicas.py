"""Runs a traced function of a batch on all replicas at once.

Under `MirroredStrategy` every device holds a copy of the weights, so each can
compute a share of the rows. The function is traced once, with the weights as
arguments, and called on every device with the weights of that device. It is not
called through `strategy.run`, which

- traces once per replica, in one thread each;
- lets each replica read its own moving statistics. They differ, because each
  replica has seen other images, so a pattern would depend on the replica that
  drew it. Here all replicas read the statistics of the first one, which are the
  ones that `model.save` keeps.

Nothing is reduced or gathered between replicas, so nothing can hang.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from kerasviz_callbacks.model.devices.trainer import strategy_of
from kerasviz_callbacks.model.unchanged import keeping_state, tracing_kept

# Variables of a model, each with the value to use in its place.
WeightValues: TypeAlias = Sequence[tuple[Any, Any]]
OfBatch: TypeAlias = Callable[..., Any]


def num_replicas(model: keras.Model) -> int:
    """Return the number of devices that draw."""
    return len(_devices(model))


def traced_on_replicas(
    function: OfBatch,
    model: keras.Model,
    signature: Sequence[Any],
    weights: WeightValues = (),
) -> Any:
    """Return a traced function of a batch that all replicas compute.

    Args:
        function: Function whose first argument is pairs of a variable and the
            value to use for it, as `tap.forward` takes them. Its other
            arguments have one row per image, or no rows. It returns tensors
            with as many rows, or a multiple of that.
        model: The model that it calls.
        signature: Specs of its arguments after the first.
        weights: Pairs of a variable of the model and a variable to use in its
            place. Defaults to none: the weights are read live.
    """
    devices = _devices(model)
    if len(devices) > 1:
        given = _with_weights_given(function, model, signature)
        if not _has_resources(given):
            spread = _spread(given, model, weights, devices)
            return keeping_state(model, _traced(spread, signature))
    return traced(function, model, signature, weights)


def traced(
    function: OfBatch,
    model: keras.Model,
    signature: Sequence[Any],
    weights: WeightValues = (),
) -> Any:
    """Return a traced function of a batch; see `traced_on_replicas`."""
    given = functools.partial(function, weights)
    return keeping_state(model, _traced(given, signature))


def _devices(model: keras.Model) -> tuple[str, ...]:
    strategy = strategy_of(model)
    if not isinstance(strategy, tf.distribute.MirroredStrategy):
        return ("",)  # of several workers the chief alone draws
    return tuple(strategy.extended.worker_devices)


def _with_weights_given(
    function: OfBatch, model: keras.Model, signature: Sequence[Any]
) -> Any:
    """Return the function of the values of all weights and of a batch."""
    variables = model.weights

    def given(values: Sequence[tf.Tensor], *batch: Any) -> Any:
        return function(tuple(zip(variables, values, strict=True)), *batch)

    specs = [tf.TensorSpec(v.shape, v.dtype) for v in variables]
    return _traced(given, [specs, *signature])


def _has_resources(given: Any) -> bool:
    """Return whether it reads a variable unknown to Keras, on one device."""
    return any(x.dtype == tf.resource for x in given.captured_inputs)


def _spread(
    inner: Any,
    model: keras.Model,
    weights: WeightValues,
    devices: Sequence[str],
) -> OfBatch:
    def spread(*batch: Any) -> Any:
        count = len(devices)
        first = next(x for x in tf.nest.flatten(batch) if x.shape.rank)
        num_rows = tf.shape(first)[0]
        each = -(-num_rows // count)
        parts = []
        for index, device in enumerate(devices):
            with tf.device(device):
                # Where rows are wanting, some are computed twice.
                rows = (tf.range(each) + index * each) % num_rows
                values = _values(model, weights, index)
                parts.append(inner(values, *_of_rows(batch, rows)))

        def whole(*pieces: tf.Tensor) -> tf.Tensor:
            joined = tf.concat(pieces, axis=0)
            return joined[: tf.shape(joined)[0] * num_rows // (each * count)]

        return tf.nest.map_structure(whole, *parts)

    return spread


def _of_rows(batch: Any, rows: tf.Tensor) -> Any:
    return tf.nest.map_structure(
        lambda x: tf.gather(x, rows) if x.shape.rank else x, batch
    )


def _values(
    model: keras.Model, weights: WeightValues, index: int
) -> list[tf.Tensor]:
    """Return the values of all weights, placed near a replica."""
    statistics = {
        id(variable)
        for layer in model._flatten_layers()
        for variable in layer._non_trainable_variables
    }
    others = {id(variable): other for variable, other in weights}
    local = strategy_of(model).experimental_local_results
    values = []
    for variable in model.weights:
        replicas = local(others.get(id(variable), variable.value))
        is_alike = id(variable) not in statistics and len(replicas) > 1
        chosen = replicas[index if is_alike else 0]
        with tf.device(chosen.device):
            values.append(chosen.read_value())
    return values


def _traced(function: OfBatch, signature: Sequence[Any]) -> Any:
    traced = tf.function(function, autograph=False)
    with tracing_kept():  # beside the model, a preprocessing or a score
        return traced.get_concrete_function(*signature)
