"""What a command line calls a model in, the model out."""

import importlib
import os
import sys
from pathlib import Path

import keras


def load_model(source: str) -> keras.Model:
    """Return the model that a file holds or a function returns.

    Args:
        source: a `.keras` or `.h5` file, a SavedModel directory, or
            `package.module:function`; the working directory is searched for
            the module first, as by `python -m`.

    Raises:
        OSError: there is no such file.
        ImportError: there is no such module, or it has no such function.
        ValueError: Keras cannot load it.
        TypeError: what came is no model.
    """
    if Path(source).exists():
        return _of_file(source)
    module, colon, function = source.partition(":")
    if not colon or os.sep in source:
        raise FileNotFoundError(
            f"MODEL must be a file that is there, or package.module:function "
            f"— got {source!r}."
        )
    return _of_function(module, function)


def _of_file(path: str) -> keras.Model:
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


def _of_function(module: str, name: str) -> keras.Model:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    function = getattr(importlib.import_module(module), name, None)
    if not callable(function):
        raise ImportError(
            f"MODEL must name a function — {module!r} has no function {name!r}."
        )
    return _checked(function(), f"{module}:{name}")


def _checked(model: object, source: str) -> keras.Model:
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"MODEL must be a keras.Model — {source!r} gives "
            f"{type(model).__name__}."
        )
    return model
