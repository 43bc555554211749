"""Puts back the state that a forward pass changes past Keras.

What Keras keeps (weights, seeds, metrics) is not assigned while a model is
drawn; see `tap`. A layer may assign more when it is called:

| state                                | where it is found                     |
|--------------------------------------|---------------------------------------|
| a `tf.Variable`, the state of a      | operations of the traced graph, or of |
| `tf.random.Generator`                | one inside, that may write to it      |
| a variable that Python assigns in a  | attributes of the layers, if there is |
| `tf.py_function`                     | such a function in the graph          |
| NumPy's and Python's own generators, | the same                              |
| in a `tf.numpy_function`             |                                       |

All of it is read before such a graph runs and assigned after. The generators
are left alone where no Python runs in the graph: another thread may draw from
them for the training's data meanwhile. So a common model costs nothing.

While a function is traced, the Python of `call` itself runs: `tracing_kept`
puts back what it draws from the generators, and what it assigns past the graph,
in `tf.init_scope`, to variables that Keras does not know.

Not known here, and so not put back: attributes of Python objects, generators
of one's own, lookup tables, files.
"""

import contextlib
import functools
import pickle
import random
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

_PYTHON = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})
# Operations that take a variable and leave it as it is; all others may write.
_READING = frozenset(
    "ReadVariableOp VariableShape VarIsInitializedOp ResourceGather "
    "ResourceGatherNd _ReadVariablesOp".split()
)
# Set by TensorFlow on calls of functions: the variables that they only read.
_ONLY_READ = "_read_only_resource_inputs"
# Most attributes of a layer; asking for these first takes a tenth of the time.
_HOLDS_NOTHING = frozenset(
    {str, int, float, bool, type(None), types.FunctionType}
)


def keeping_state(model: keras.Model, traced: Any) -> Any:
    """Return a traced function that leaves all state as it was.

    Args:
        model: The model that it calls.
        traced: A concrete function. It is returned itself if it changes
            nothing.
    """
    handles, has_python = _written(traced), _has_python(traced)
    if not handles and not has_python:
        return traced
    return _Keeping(model, traced, tuple(handles), has_python)


@dataclass(frozen=True)
class _Keeping:
    """A traced function, and the state that it would change."""

    model: keras.Model
    traced: Any
    handles: tuple[tf.Tensor, ...]
    has_python: bool

    @property
    def variables(self) -> Any:
        """The variables that it reads, as of a concrete function."""
        return self.traced.variables

    def __call__(self, *args: Any) -> Any:
        with contextlib.ExitStack() as stack:
            stack.enter_context(_handles_kept(self.handles))
            if self.has_python:
                stack.enter_context(variables_kept(self.model))
                stack.enter_context(generators_kept())
            return self.traced(*args)


@contextlib.contextmanager
def generators_kept() -> Iterator[None]:
    """Put back the states of Python's and NumPy's global generators."""
    before = _generator_states()
    try:
        yield
    finally:
        _set_generators(before)


@contextlib.contextmanager
def tracing_kept(model: keras.Model | None = None) -> Iterator[None]:
    """Put back what Python changes while it is traced.

    The generators are only set where they were drawn from. Another thread may
    draw at the same time; nobody can tell these draws apart, and that thread
    then gets the same numbers again.

    Args:
        model: The model that is called; None if it is not.
    """
    layers = () if model is None else model._flatten_layers()
    handles = [x for layer in layers for x in _foreign(_attributes(layer))]
    before = _generator_states()
    with tf.init_scope():
        values = _values(handles)
    try:
        yield
    finally:
        with tf.init_scope():
            _assign(values)
        if _as_bytes(before) != _as_bytes(_generator_states()):
            _set_generators(before)


def _generator_states() -> tuple[Any, Any]:
    return random.getstate(), np.random.get_state(legacy=False)


def _set_generators(states: tuple[Any, Any]) -> None:
    python, numpy = states
    random.setstate(python)
    np.random.set_state(numpy)


def _as_bytes(states: tuple[Any, Any]) -> bytes:
    return pickle.dumps(states)  # arrays compare element by element


@contextlib.contextmanager
def variables_kept(model: keras.Model) -> Iterator[None]:
    """Put back every variable that the model's layers hold, bit by bit."""
    layers = model._flatten_layers()
    handles = [x for layer in layers for x in _handles(vars(layer))]
    with _handles_kept(handles):
        yield


@contextlib.contextmanager
def _handles_kept(handles: Sequence[tf.Tensor]) -> Iterator[None]:
    """Put back the values of variables, given by their resource handles."""
    values = _values(handles)
    try:
        yield
    finally:
        _assign(values)


def _values(handles: Sequence[tf.Tensor]) -> list[tuple[tf.Tensor, tf.Tensor]]:
    values = []
    for handle in handles:
        if tf.raw_ops.VarIsInitializedOp(resource=handle):
            # A copy: some operations write into the buffer that others read.
            now = tf.raw_ops.ReadVariableOp(
                resource=handle, dtype=_dtype(handle)
            )
            values.append((handle, tf.raw_ops.DeepCopy(x=now)))
    return values


def _assign(values: Sequence[tuple[tf.Tensor, tf.Tensor]]) -> None:
    for handle, value in values:
        tf.raw_ops.AssignVariableOp(resource=handle, value=value)


def _written(traced: Any) -> list[tf.Tensor]:
    """Return the handles of the variables that a traced function may write."""
    return [
        outside
        for outside, inside in traced.graph.captures
        if inside.dtype == tf.resource
        and _dtype(outside) is not None
        and _may_write(inside)
    ]


def _may_write(handle: tf.Tensor) -> bool:
    """Return whether an operation may write to a variable in its graph."""
    for operation in handle.consumers():
        kind = operation.type
        if kind in _READING:
            continue
        if kind == "Identity":
            if _may_write(operation.outputs[0]):
                return True
            continue
        try:
            only_read = operation.get_attr(_ONLY_READ)
        except ValueError:
            return True
        places = [i for i, x in enumerate(operation.inputs) if x is handle]
        if not set(places) <= set(only_read):
            return True
    return False


def _has_python(traced: Any) -> bool:
    """Return whether Python runs in the graph, or in a function it calls."""
    graph = traced.graph.as_graph_def()
    nodes = [graph.node, *(one.node_def for one in graph.library.function)]
    return any(node.op in _PYTHON for some in nodes for node in some)


def _handles(value: Any) -> Iterator[tf.Tensor]:
    """Yield the handles of all variables in an attribute, however nested."""
    if isinstance(value, tf.Variable):
        # Of a distributed one, all replicas.
        yield from (one.handle for one in getattr(value, "values", (value,)))
        return
    for inner in _inside(value):
        yield from _handles(inner)


def _attributes(layer: keras.Layer) -> dict[str, Any]:
    """Return a layer's attributes but for the lists that Keras keeps of them.

    Looking through these as well takes three times as long, at every trace.
    """
    lists = _keras_lists()
    return {name: x for name, x in vars(layer).items() if name not in lists}


@functools.cache
def _keras_lists() -> frozenset[str]:
    return frozenset(vars(keras.Layer(name="empty")))


def _foreign(value: Any) -> Iterator[tf.Tensor]:
    """Yield the handles of the variables that Keras does not know."""
    if type(value) in _HOLDS_NOTHING:
        return
    if isinstance(value, keras.Variable | keras.random.SeedGenerator):
        return
    if isinstance(value, tf.Variable):
        yield from _handles(value)
        return
    for inner in _inside(value):
        yield from _foreign(inner)


def _inside(value: Any) -> Iterable[Any]:
    """Return what may hold variables in an attribute of a layer."""
    if isinstance(value, keras.Variable):
        return (value.value,)
    if isinstance(value, tf.random.Generator | keras.random.SeedGenerator):
        return (value.state,)
    if isinstance(value, tf.Module):
        return tuple(value.variables)
    if isinstance(value, Mapping):
        return tuple(value.values())
    return tuple(value) if isinstance(value, list | tuple | set) else ()


def _dtype(handle: tf.Tensor) -> tf.DType | None:
    """Return the type of a variable's values; None if it is no variable."""
    data = getattr(handle, "_handle_data", None)
    if data is None or not data.is_set or len(data.shape_and_type) != 1:
        return None
    return tf.as_dtype(data.shape_and_type[0].dtype)
