"""Loads the model or function that a command line names.

A model is a file, or `package.module:function` that returns one. A model that
was never used is built here, as a first call would build it.
"""

import contextlib
import importlib
import os
import stat
import sys
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import tensorflow as tf

from kerasviz_callbacks.model.input import Shape, check_forward_pass
from kerasviz_callbacks.model.unchanged import variables_kept

_MAX_TIMES = 4  # that an archive grows; weights hardly shrink
_SLACK_BYTES = 2**20
_MAX_MEMBERS = 10_000
_MAX_DEPTH = 100  # of groups in groups
_MAX_ITEMS = 100_000


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
    if not os.path.isdir(path):
        _check_model_file(path)
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


def _check_model_file(path: str) -> None:
    """Raise ValueError for a file that may not be loaded; see `check_stored`.

    What is neither of both formats is left to Keras, which says so.
    """
    try:
        check_stored(path)
    except (OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"Keras cannot load {path!r} — {type(error).__name__}: {error}"
        ) from error


def check_stored(path: str) -> None:
    """Raise unless a file of Keras is what it takes on disk.

    An archive may unpack to a thousand times its size. In an HDF5 file a group
    may be linked twice in each group, so that there are more paths than atoms,
    and a link may lead to a file elsewhere, or to a FIFO that never answers.

    Args:
        path: A `.keras` or an `.h5` file.

    Raises:
        OSError: It is not; or it cannot be read.
        RuntimeError, zipfile.BadZipFile: It cannot be read.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError("it is no plain file")
    if path.endswith(".keras"):
        _check_archive(path)
    else:
        with h5py.File(path, "r") as file:
            check_group(file)


def _check_archive(path: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    most = _MAX_TIMES * os.path.getsize(path) + _SLACK_BYTES
    if len(members) > _MAX_MEMBERS or unpacked > most:
        raise OSError(
            f"it holds {len(members)} files of {unpacked >> 20} MB in "
            f"{os.path.getsize(path) >> 20} MB, which Keras writes none of"
        )


def check_group(file: h5py.File) -> None:
    """Raise OSError for what Keras never writes into an HDF5 file.

    Links to other places, data that lies elsewhere, a group that is there
    twice, and more than can be counted.
    """
    ahead: list[tuple[h5py.Group, int]] = [(file, 0)]
    seen: set[int] = set()
    num_items = 0
    while ahead:
        group, depth = ahead.pop()
        address = h5py.h5o.get_info(group.id).addr
        num_items += len(group)
        if address in seen or depth > _MAX_DEPTH or num_items > _MAX_ITEMS:
            raise OSError(
                "its groups are linked in circles or twice, lie deeper than "
                f"{_MAX_DEPTH} levels or hold more than {_MAX_ITEMS} items"
            )
        seen.add(address)
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise OSError(f"{name[:80]!r} in it is a link to elsewhere")
            item = group[name]
            if isinstance(item, h5py.Group):
                ahead.append((item, depth + 1))
            elif isinstance(item, h5py.Dataset) and _is_elsewhere(item):
                raise OSError(f"{name[:80]!r} in it is kept elsewhere")


def _is_elsewhere(data: h5py.Dataset) -> bool:
    return bool(data.external) or bool(data.is_virtual)


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
