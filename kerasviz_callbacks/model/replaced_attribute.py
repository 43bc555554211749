"""Another attribute of one layer for a while, and no trace of it after."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import keras


@contextlib.contextmanager
def replaced_attribute(
    layer: keras.Layer, name: str, value: Any
) -> Iterator[None]:
    """Set an attribute on the instance, past Keras' tracking; undo it."""
    own: Mapping[str, Any] = vars(layer)
    before = own.get(name)
    had_it = name in own
    object.__setattr__(layer, name, value)
    try:
        yield
    finally:
        if had_it:
            object.__setattr__(layer, name, before)
        else:
            object.__delattr__(layer, name)
