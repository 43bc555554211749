"""Tells whether a model or a function is still what a trace of it has read.

| what                           | is the same if                              |
|--------------------------------|---------------------------------------------|
| a layer, a variable            | it is the very same, and as trainable       |
| an attribute of a layer        | its value is: numbers, text, arrays, and    |
|                                | lists of them; other objects if they are    |
|                                | the very same, and their attributes too     |
| a function of the user's       | its code, defaults, closure and the global  |
|                                | variables that it names are                 |
| what a model was compiled with | it is the very same                         |
| settings of Keras, the device  | they are                                    |

Values of weights do not count: a trace reads them live. What lies deeper than a
few attributes is not looked at; `model.compile()` counts as a change always.
"""

import functools
import hashlib
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.model.structure import structure_signature

Signature: TypeAlias = tuple[Any, ...]

TRACES = "_kerasviz_traces"  # attribute of a model
_MAX_DEPTH = 4  # of attributes in attributes
_MAX_ITEMS = 10_000
_MAX_BYTES = 2**26
_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial)
_PLAIN = (bool, int, float, str, bytes, type(None))
# Objects of these hold nothing that a user assigns, or it is looked at as well.
_OPAQUE = ("keras", "tensorflow", "builtins", "threading")
# What Keras notes of a model as it is used; none of it is in a trace.
_NOTED = frozenset(
    {
        TRACES,
        "_compile_config",
        "_compiled_trainable_state",
        "_eval_epoch_iterator",
        "history",
        "is_awq_calibrated",
        "is_gptq_calibrated",
        "optimizer",
        "stop_evaluating",
        "stop_predicting",
        "stop_training",
    }
)
# What a trace reads of that which every layer and model has.
_READ = frozenset(
    {"_dtype_policy", "_trainable", "autocast", "loss", "_compile_loss"}
)


def trace_signature(model: keras.Model) -> Signature:
    """Return all that a trace of a model may depend on but weights' values.

    It holds what it tells apart by identity, so that nothing else can take its
    place in memory.
    """
    look, layers = _Look(), model._flatten_layers()
    attention = keras.config.is_flash_attention_enabled()
    return (
        *structure_signature(model),
        *(_Same(variable) for variable in model.variables),
        *(variable.trainable for variable in model.variables),
        *(look.at_layer(layer) for layer in layers),
        keras.config.floatx(),
        keras.config.image_data_format(),
        attention if attention is None else bool(attention),
        tf.zeros(()).device,
    )


def function_signature(function: Callable[..., Any] | None) -> Any:
    """Return what a trace of a function depends on, as far as can be seen.

    The same `lambda` in a loop is the same function, and one that names a
    global variable is another once that has another value.
    """
    look = _Look()
    if isinstance(function, keras.Layer):
        return tuple(map(look.at_layer, function._flatten_layers()))
    return look.at(function)


class _Same:
    """Equal to what holds the very same object."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


class _Look:
    """Looks at values, at the attributes of each object once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def at_layer(self, layer: keras.Layer) -> Signature:
        """Return what counts of a layer, and of the code of one's own."""
        attributes = self._at_attributes(vars(layer), 0)
        code = self.at(type(layer).call)
        return _Same(layer), attributes, code

    def at(self, value: Any, depth: int = 0) -> Any:
        """Return what is equal only for what a trace reads as the same."""
        if isinstance(value, _PLAIN):
            return type(value), value
        if depth >= _MAX_DEPTH:
            return _Same(value)
        if isinstance(value, np.ndarray):
            return _digest(value)
        if isinstance(value, list | tuple | Mapping | set | frozenset):
            return self._at_items(value, depth)
        if isinstance(value, _FUNCTIONS):
            return self._at_function(value, depth)
        return self._at_object(value, depth)

    def _at_attributes(self, found: Mapping[str, Any], depth: int) -> Signature:
        names = _not_read()
        return tuple(
            (name, self.at(value, depth))
            for name, value in found.items()
            if name not in names
        )

    def _at_items(self, value: Any, depth: int) -> Any:
        if len(value) > _MAX_ITEMS:
            return _Same(value), len(value)
        if isinstance(value, set | frozenset):
            return frozenset(value)
        if isinstance(value, Mapping):
            value = [item for pair in value.items() for item in pair]
        return tuple(self.at(one, depth + 1) for one in value)

    def _at_function(self, function: Any, depth: int) -> Any:
        if isinstance(function, types.MethodType):
            return self.at((function.__func__, function.__self__), depth)
        if isinstance(function, functools.partial):
            parts = function.func, function.args, function.keywords
            return self.at(parts, depth)
        if _is_opaque(function) or id(function) in self._seen:
            return _Same(function)
        self._seen.add(id(function))
        code, known = function.__code__, function.__globals__
        cells = [_content(cell) for cell in function.__closure__ or ()]
        named = {name: known[name] for name in code.co_names if name in known}
        defaults = function.__defaults__, function.__kwdefaults__
        return code, self.at([defaults, cells, named], depth)

    def _at_object(self, value: Any, depth: int) -> Any:
        is_new = id(value) not in self._seen
        if is_new and not _is_opaque(type(value)):
            self._seen.add(id(value))
            found = getattr(value, "__dict__", {})
            if not isinstance(value, keras.Layer):  # these are looked at beside
                return _Same(value), self._at_attributes(found, depth + 1)
        return _Same(value)


def _is_opaque(value: Any) -> bool:
    return str(value.__module__).partition(".")[0] in _OPAQUE


def _content(cell: types.CellType) -> Any:
    """Return what a variable of a closure holds; the cell if nothing yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return cell


def _digest(values: np.ndarray[Any, Any]) -> Any:
    if values.dtype == object or values.nbytes > _MAX_BYTES:
        return _Same(values)
    digest = hashlib.blake2b(values.tobytes(), digest_size=16).digest()
    return values.shape, values.dtype.str, digest


@functools.cache
def _not_read() -> frozenset[str]:
    """Return the names of attributes that no trace reads."""
    image = keras.Input((1,), name="empty_input")
    same = keras.layers.Identity(name="empty_output")(image)  # Keras 3.11
    empty = keras.Layer(name="empty"), keras.Model(image, same, name="empty")
    kept = {name for one in empty for name in vars(one)}
    return _NOTED | kept - _READ
