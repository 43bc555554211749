"""What a command line calls a model in, the model out."""

import contextlib
from pathlib import Path

import keras

from kerasviz_callbacks.model.named_function import (
    find_function,
    is_named_function,
)


def load_model(source: str, *, is_compiled: bool = False) -> keras.Model:
    """Return the model that a file holds or a function returns.

    Args:
        source: a `.keras` or `.h5` file, a SavedModel directory, or
            `package.module:function`; the working directory is searched for
            the module first, as by `python -m`.
        is_compiled: load a file's loss as well, where Keras can: it tells
            what the output means.

    Raises:
        OSError: there is no such file.
        ImportError: there is no such module, or it has no such function.
        ValueError: Keras cannot load it.
        TypeError: what came is no model.
    """
    if Path(source).exists():
        return _of_file(source, is_compiled=is_compiled)
    if not is_named_function(source):
        raise FileNotFoundError(
            f"MODEL must be a file that is there, or package.module:function "
            f"— got {source!r}."
        )
    return _checked(find_function(source, "MODEL")(), source)


def _of_file(path: str, *, is_compiled: bool) -> keras.Model:
    if is_compiled:
        with contextlib.suppress(Exception):  # a loss of the user's own
            return _checked(keras.saving.load_model(path), path)
    try:
        # A model file may hold Python code; Keras' safe mode refuses it.
        return _checked(keras.saving.load_model(path, compile=False), path)
    except TypeError:
        raise
    except Exception as error:  # Keras and h5py raise whatever they like
        raise ValueError(
            f"Keras cannot load {path!r} — {type(error).__name__}: {error} "
            "If it needs classes or functions of your own, give a function "
            "that builds and loads it, as package.module:function."
        ) from error


def _checked(model: object, source: str) -> keras.Model:
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"MODEL must be a keras.Model — {source!r} gives "
            f"{type(model).__name__}."
        )
    return model
