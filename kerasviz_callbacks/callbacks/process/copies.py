"""Copies the weights of a model into a file, and back into another model.

A file holds the bytes of all weights in the order in which the model has them.
The two models are built from one configuration; `weight_list` says whether they
have the same weights in the same order.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, TypeAlias

import keras
import numpy as np

from kerasviz_callbacks.arrays import AnyArray

# Name of the layer, name of the weight, shape and dtype.
WeightName: TypeAlias = tuple[str, str, tuple[int, ...], str]
_COUNTED = re.compile(r"_\d+$")  # Keras numbers names that it makes


def weight_list(model: keras.Model) -> tuple[WeightName, ...]:
    """Return what identifies each weight of a model, in their order.

    Numbers behind names are left out: they count what a process has made.
    """
    holders = {
        id(variable): layer.name
        for layer in model._flatten_layers()
        for variable in (
            *layer._trainable_variables,
            *layer._non_trainable_variables,
        )
    }
    return tuple(
        (
            _COUNTED.sub("", holders.get(id(variable), "")),
            _COUNTED.sub("", variable.name),
            tuple(variable.shape),
            keras.backend.standardize_dtype(variable.dtype),
        )
        for variable in model.weights
    )


class WeightCopies:
    """Writes copies, and none twice: the same weights are one file.

    Patterns and heatmaps are drawn of the same weights at the same moment.
    Whether these are the same as last time is seen by the first weight that
    differs, so it takes time only where it saves a copy.

    Args:
        folder: Where the newest copy is kept.
    """

    def __init__(self, folder: str) -> None:
        self._newest = os.path.join(folder, "newest")

    def write(self, weights: Sequence[Any], path: str) -> None:
        """Write the variables' values to a path.

        Raises:
            OSError: The file cannot be written.
        """
        arrays = [_as_bytes(variable) for variable in weights]
        if not self._is_newest(arrays):
            self._write(arrays)
        _link(self._newest, path)

    def _write(self, arrays: Sequence[AnyArray]) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.remove(self._newest)  # others may have a link to it
        begun = f"{self._newest}.new"
        with open(begun, "wb") as file:
            for array in arrays:
                file.write(array.data)
        os.rename(begun, self._newest)

    def _is_newest(self, arrays: Sequence[AnyArray]) -> bool:
        """Return whether the newest copy is of these very bytes."""
        size = sum(array.size for array in arrays)
        try:
            if os.path.getsize(self._newest) != size or not size:
                return False
        except FileNotFoundError:
            return False
        held = np.memmap(self._newest, np.uint8, "r")
        end = 0
        for array in arrays:
            begin, end = end, end + array.size
            if not np.array_equal(held[begin:end], array):
                return False
        return True


def load_copy(model: keras.Model, path: str) -> None:
    """Give a model the weights of a copy.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no copy of such a model.
    """
    values = [np.asarray(variable.numpy()) for variable in model.weights]
    size = sum(value.nbytes for value in values)
    if os.path.getsize(path) != size:
        raise ValueError(
            f"The copy must hold {size} bytes — it has {os.path.getsize(path)}."
        )
    with open(path, "rb") as file:
        pairs = zip(model.weights, _read(file, values), strict=True)
        for variable, value in pairs:
            variable.assign(value)


def _read(file: BinaryIO, like: Sequence[AnyArray]) -> Iterator[AnyArray]:
    for value in like:
        flat = np.frombuffer(file.read(value.nbytes), value.dtype)
        yield flat.reshape(value.shape)


def _as_bytes(variable: Any) -> AnyArray:
    """Return the bytes of a variable, (n,) uint8, without copying them."""
    value = np.ascontiguousarray(variable.numpy())
    return value.reshape(-1).view(np.uint8)


def _link(source: str, path: str) -> None:
    """Make the file appear at another path, by a link where there are any."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)
