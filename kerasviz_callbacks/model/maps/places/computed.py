"""Computes the sizes and places that a model computes from shapes.

`keras.layers.Resizing`, for one, derives where it crops from the shape of the
image by operations of the graph. They are run here, once, one by one.
"""

import contextlib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray
from kerasviz_callbacks.model.maps.places.lattice import LostPlaceError

_MOST_ENTRIES = 1000  # of what is a size or a place
_DEEPEST = 60  # operations in a row


_OUTER: ContextVar[Mapping[int, tf.Tensor]] = ContextVar("_OUTER")


@contextlib.contextmanager
def inside(graph: tf.Graph, given: Iterable[tf.Tensor]) -> Iterator[None]:
    """Know what the inputs of a function's graph are outside of it."""
    outer = _OUTER.get({})
    inputs = {
        id(inner): one for inner, one in zip(graph.inputs, given, strict=True)
    }
    token = _OUTER.set({**outer, **inputs})
    try:
        yield
    finally:
        _OUTER.reset(token)


def length(tensor: tf.Tensor, axis: int) -> int:
    """Return the length of an axis of a tensor that is made of constants.

    Raises:
        LostPlaceError: It depends on more than shapes.
    """
    size = tensor.shape[axis] if tensor.shape.rank is not None else None
    if size is not None:
        return int(size)
    if tensor.op.type == "Fill":
        return int(computed(tensor.op.inputs[0])[axis])
    if tensor.op.type in ("Mul", "Cast") and tensor.op.inputs:
        return length(tensor.op.inputs[0], axis)
    raise LostPlaceError("places that are computed")


def computed(tensor: tf.Tensor, depth: int = 0) -> AnyArray:
    """Return the value of a traced tensor that depends on shapes only.

    The size of the batch counts as 1.

    Raises:
        LostPlaceError: It depends on more.
    """
    known = tf.get_static_value(tensor)
    if known is not None:
        return np.asarray(known)
    outer = _OUTER.get({}).get(id(tensor))
    if outer is not None:
        return computed(outer, depth + 1)
    op, size = tensor.op, tensor.shape.num_elements()
    if op.type == "Shape" and op.inputs[0].shape.rank is not None:
        shape = op.inputs[0].shape.as_list()
        if None not in shape[1:]:
            kind = tensor.dtype.as_numpy_dtype
            return np.array([count or 1 for count in shape], kind)
    if depth > _DEEPEST or not op.inputs or size is None:
        raise LostPlaceError("places that are computed")
    if size > _MOST_ENTRIES:
        raise LostPlaceError("places that are computed")
    values = [computed(one, depth + 1) for one in op.inputs]
    with tf.init_scope():
        outputs = _run(op, [tf.constant(value) for value in values])
    return np.asarray(outputs[tensor.value_index])


def _run(op: tf.Operation, values: list[tf.Tensor]) -> list[Any]:
    function = getattr(tf.raw_ops, op.type, None)
    if function is None or op.op_def.is_stateful:
        raise LostPlaceError("places that are computed")
    attributes = {attribute.name for attribute in op.op_def.attr}
    parameters = [*inspect.signature(function).parameters]
    names = [name for name in parameters if name not in (*attributes, "name")]
    rest, given = list(values), {}
    for name, argument in zip(names, op.op_def.input_arg, strict=True):
        if argument.number_attr:
            count = op.get_attr(argument.number_attr)
            given[name] = [rest.pop(0) for _ in range(count)]
        else:
            given[name] = rest.pop(0)
    kinds = [name for name in parameters if name in attributes]
    found = function(**given, **{name: op.get_attr(name) for name in kinds})
    return list(found) if isinstance(found, list | tuple) else [found]
