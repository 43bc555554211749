"""Loads the model or function that a command line names.

A model is a file, or `package.module:function` that returns one. A model that
was never used is built here, as a first call would build it.
"""

import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.model.input import Shape, check_forward_pass
from kerasviz_callbacks.model.unchanged import variables_kept


def load_model(source: str, *, is_compiled: bool = False) -> keras.Model:
    """Return the model that a file holds or a function returns.

    Args:
        source: A `.keras` or `.h5` file, a SavedModel directory, or
            `package.module:function`. The working directory is searched for the
            module first, as with `python -m`.
        is_compiled: Whether to load a file's loss as well, if Keras can: it
            shows what the output means.

    Raises:
        OSError: If there is no such file.
        ImportError: If there is no such module, or it has no such function.
        ValueError: If Keras cannot load the file, or the function fails.
        TypeError: If the result is not a model.
    """
    if Path(source).exists():
        return _of_file(source, is_compiled=is_compiled)
    if not is_named_function(source):
        raise FileNotFoundError(
            f"MODEL must be a file that is there, or package.module:function "
            f"— got {source!r}."
        )
    return _checked(call_function(source, "MODEL"), source)


def _of_file(path: str, *, is_compiled: bool) -> keras.Model:
    if is_compiled:
        with contextlib.suppress(Exception):  # a loss of the user's own
            return _checked(keras.saving.load_model(path), path)
    try:
        # A file may hold Python code, in a Lambda. Keras' safe mode, which is
        # its default, refuses that: in .h5 files since 3.11.3, our oldest.
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


def is_named_function(source: str) -> bool:
    """Return whether this has the form `package.module:function`."""
    module, colon, _ = source.partition(":")
    return bool(colon) and bool(module) and os.sep not in source


def find_function(source: str, what: str) -> Callable[..., Any]:
    """Return the function that `package.module:function` names.

    Args:
        source: `package.module:function`. The working directory is searched for
            the module first, as with `python -m`.
        what: The option that names it, for the error message.

    Raises:
        ImportError: If there is no such module, or it has no such function.
    """
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    module, _, name = source.partition(":")
    try:
        function = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        raise
    except Exception as error:
        raise ImportError(
            f"{what} must name a function of a module that can be imported — "
            f"{module!r} cannot: {_where(error)}."
        ) from error
    if not callable(function):
        raise ImportError(
            f"{what} must name a function — {module!r} has no function "
            f"{name!r}."
        )
    found: Callable[..., Any] = function
    return found


def call_function(source: str, what: str) -> Any:
    """Return what the function returns that `package.module:function` names.

    Args:
        source: As for `find_function`.
        what: The option that names it, for the error message.

    Raises:
        ImportError: If there is no such function.
        ValueError: If it raises.
    """
    function = find_function(source, what)
    try:
        return function()
    except Exception as error:
        raise ValueError(
            f"{what} must name a function without arguments that works — "
            f"{source!r} raises {_where(error)}."
        ) from error


def _where(error: Exception) -> str:
    """Return an error of the user's code, and its line."""
    frames = traceback.extract_tb(error.__traceback__)
    line = (
        f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    )
    return f"{type(error).__name__}: {error}{line}"


def build_if_needed(model: keras.Model, shape: Shape | None) -> None:
    """Build a model that was never used, as a first call would.

    Raises:
        ValueError: If it has no weights yet and the size of its images is not
            known, or it has no forward pass.
    """
    if not isinstance(model, keras.Model) or model.built:
        return
    check_forward_pass(model)
    if shape is None:
        raise ValueError(
            f"The model {model.name!r} has no weights yet and does not say "
            "what it takes. Call it once on a batch, build it, or give size "
            "or start."
        )
    if isinstance(model, keras.Sequential):  # a call would fix its batch size
        model.build((None, *shape))
    else:  # a subclassed model has no build that reaches its layers
        with variables_kept(model):
            model(tf.zeros((1, *shape)), training=False)
