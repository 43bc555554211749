"""Packs a callback so that another process can make it anew.

What cannot be packed is refused before the first batch, by name, with the way
out. The other process never runs the training's script again: what is defined
there, or in a notebook, it cannot have.
"""

import io
import pickle
from collections.abc import Mapping
from dataclasses import replace
from inspect import signature
from types import FunctionType
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.callbacks.process.messages import CallbackParcel
from kerasviz_callbacks.images import SharedImages, is_of_several, read_once
from kerasviz_callbacks.model import as_layers, find_layer

MAINS = ("__main__", "__mp_main__")
OR_FIT = "or draw in the training itself, CaptureOptions(where='fit')"


class _ElsewhereError(Exception):
    """Says why another process cannot have something."""


class _Pickler(pickle.Pickler):
    """Refuses what only this process has, rather than when it is loaded."""

    def reducer_override(self, value: Any) -> Any:
        """Raise for what the other process would not find."""
        if isinstance(value, type | FunctionType):
            if value.__module__ in MAINS:
                raise _ElsewhereError(
                    f"{value.__qualname__!r} is defined in the script or "
                    "notebook that trains. Define it in a module that both "
                    "import"
                )
            if "<" in value.__qualname__:
                raise _ElsewhereError(
                    f"{value.__qualname__!r} is defined inside of a function. "
                    "Define it at the top of a module"
                )
        if isinstance(value, tf.data.Dataset):
            raise _ElsewhereError(
                "a tf.data.Dataset belongs to one process. Give an array, "
                "files or a folder"
            )
        return NotImplemented


def _pickled(what: str, value: Any) -> bytes:
    """Return the value for another process.

    Raises:
        TypeError: It cannot have it.
    """
    file = io.BytesIO()
    try:
        _Pickler(file, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    except _ElsewhereError as error:
        why = str(error)
    except Exception as error:  # what pickles itself raises what it likes
        why = f"{type(error).__name__}: {error}. Give something that pickles"
    else:
        return file.getvalue()
    raise TypeError(
        f"{what} must be something that another process can have, as "
        f"where='process' needs it — {why}, {OR_FIT}."
    )


def pack_callback(
    kind: type,
    given: tuple[tuple[Any, ...], Mapping[str, Any]],
    model: keras.Model,
    options: CaptureOptions,
    log_dir: str,
) -> CallbackParcel:
    """Return what makes the callback in another process.

    Images are read here and once: a dataset may shuffle. When to draw, what a
    training may pay and what is printed stays here.

    Args:
        kind: Class of the callback.
        given: What it was made with, by place and by name.
        model: The model that it draws.
        options: Of the callback.
        log_dir: Whole path of the log directory.

    Raises:
        TypeError, ValueError: An argument cannot be used; the message says
            what to do.
    """
    by_place, by_name = given
    function = kind.__init__  # type: ignore[misc]
    bound = signature(function).bind(None, *by_place, **by_name)
    bound.apply_defaults()
    arguments = dict(bound.arguments)
    del arguments["self"]
    arguments |= {
        "log_dir": log_dir,
        "options": replace(
            options,
            where="fit",
            weights="live",  # the copy is of those that are wanted
            on_capture=None,
        ),
        "every": 1,
        "budget": None,
        "verbose": 0,
    }
    if arguments["images"] is not None:
        arguments["images"] = _images(arguments, model, options)
    arguments["layers"] = _paths(model, arguments["layers"])
    return CallbackParcel(
        _pickled("The class of the callback", kind),
        {name: _pickled(name, one) for name, one in arguments.items()},
    )


def unpack_callback(parcel: CallbackParcel) -> Any:
    """Return the callback, made with what was packed.

    Raises:
        TypeError: An argument cannot be had here.
    """
    return _loaded("The class of the callback", parcel.kind)(
        **{name: _loaded(name, one) for name, one in parcel.arguments.items()}
    )


def _loaded(what: str, pickled: bytes) -> Any:
    try:
        return pickle.loads(pickled)
    except Exception as error:
        raise TypeError(
            f"{what} must be something that another process can have, as "
            f"where='process' needs it — {type(error).__name__}: {error}. "
            f"Define it in a module that both import, {OR_FIT}."
        ) from error


def _images(
    arguments: Mapping[str, Any], model: keras.Model, options: CaptureOptions
) -> SharedImages:
    labels = arguments["labels"]
    if "output" not in arguments and is_of_several(labels):
        labels = None  # they are of none that is drawn
    return read_once(
        arguments["images"],
        model,
        labels=labels,
        input=arguments["input"],
        output=arguments.get("output"),
        unreadable=options.unreadable,
        num_images=arguments["num_images"],
        class_names=arguments["class_names"],
    )


def _paths(model: keras.Model, layers: Any) -> Any:
    """Return layers by their paths: a layer itself is of this process."""
    found = as_layers(layers)
    if isinstance(found, str):
        return found
    return [
        one if isinstance(one, str) else find_layer(model, one).path
        for one in found
    ]
