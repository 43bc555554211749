"""Packs a model so that another process can build it anew.

It goes as the configuration that Keras keeps in a `.keras` file, without
weights: those follow with each copy. What Keras cannot build there is refused
before the first batch, with the way out.
"""

import contextlib
import importlib
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import keras

from kerasviz_callbacks.callbacks.process.copies import weight_list
from kerasviz_callbacks.callbacks.process.messages import ModelParcel
from kerasviz_callbacks.callbacks.process.parcel import MAINS, OR_FIT

_OF_SCRIPT = (None, *MAINS)  # Keras writes None for "__main__"


def pack_model(model: keras.Model, number: int) -> ModelParcel:
    """Return what makes the model in another process, without its weights.

    Raises:
        ValueError: Keras cannot build it from a configuration there.
    """
    try:
        with warnings.catch_warnings():
            # Of Lambda layers in files of others: this is no file.
            warnings.simplefilter("ignore")
            config = keras.saving.serialize_keras_object(model)
    except Exception as error:  # a get_config of the user's own
        raise _not_rebuilt(model, error) from error
    compiled = config.pop("compile_config", None)
    for nested in _dicts(config):
        nested.pop("compile_config", None)
    for one in _objects(config):
        if one["module"] in _OF_SCRIPT:
            raise _not_rebuilt(
                model,
                f"{_name(one)!r} of it is defined in the script or notebook "
                "that trains",
            )
    loss = _loss(compiled)
    if loss is not None:
        config["compile_config"] = loss
    try:
        pickled = pickle.dumps(config)
    except Exception as error:
        raise _not_rebuilt(model, error) from error
    return ModelParcel(number, pickled, loss is not None, weight_list(model))


def unpack_model(parcel: ModelParcel) -> keras.Model:
    """Return the model, built, with weights of its own.

    Raises:
        ValueError: Keras cannot build it here, or builds another one.
    """
    config = pickle.loads(parcel.config)
    model = _built(config, is_compiled=parcel.is_compiled)
    # Nothing trains here.
    model.optimizer = None
    found = weight_list(model)
    if found != parcel.weights:
        pairs = zip(found, parcel.weights, strict=False)
        strange = next(
            (f"{a} in place of {b}" for a, b in pairs if a != b),
            f"{len(found)} weights in place of {len(parcel.weights)}",
        )
        raise _not_rebuilt(model, f"it comes out with {strange}")
    return model


def _built(config: dict[str, Any], *, is_compiled: bool) -> keras.Model:
    """Build it with its loss, or without where that is the user's own."""
    # The configuration is of the process that started this one.
    options = {"custom_objects": _of_modules(config), "safe_mode": False}
    if is_compiled:
        try:
            return keras.saving.deserialize_keras_object(config, **options)
        except Exception:
            config.pop("compile_config")
    try:
        return keras.saving.deserialize_keras_object(config, **options)
    except Exception as error:  # Keras raises whatever it likes
        raise _not_rebuilt(None, error) from error


def _of_modules(config: dict[str, Any]) -> dict[str, Any]:
    """Return the user's own classes and functions, which Keras would not find.

    Keras imports none for a configuration, lest a file runs code.
    """
    found = {}
    for one in _objects(config):
        module = str(one["module"])
        if module.split(".", maxsplit=1)[0] in ("keras", "builtins"):
            continue
        with contextlib.suppress(ImportError, AttributeError):
            made = getattr(importlib.import_module(module), _name(one))
            found[one["registered_name"] or _name(one)] = made
    return found


def _loss(compiled: Any) -> dict[str, Any] | None:
    """Return what a model is compiled with where nothing trains.

    The loss says what the output means. Optimizer and metrics would take
    memory, and may be the user's own.
    """
    if not compiled or "loss" not in compiled:
        return None
    if any(one["module"] in _OF_SCRIPT for one in _objects(compiled["loss"])):
        return None  # it would say nothing: it is none that kerasviz knows
    nothing = {"metrics": None, "weighted_metrics": None}
    return {**compiled, "optimizer": "sgd", **nothing}


def _dicts(config: Any) -> Iterator[dict[str, Any]]:
    """Yield every dict in a configuration."""
    values: Any = ()
    if isinstance(config, dict):
        yield config
        values = tuple(config.values())
    elif isinstance(config, list | tuple):
        values = config
    for value in values:
        yield from _dicts(value)


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Yield what stands for a class or a function in a configuration."""
    for one in _dicts(config):
        if {"module", "class_name", "registered_name"} <= set(one):
            yield one


def _name(one: dict[str, Any]) -> str:
    is_function = one["class_name"] == "function"
    return str(one["config"] if is_function else one["class_name"])


def _not_rebuilt(model: keras.Model | None, cause: Any) -> ValueError:
    name = "" if model is None else f" {model.name!r}"
    if isinstance(cause, Exception):
        cause = f"{type(cause).__name__}: {cause}"
    return ValueError(
        f"where='process' needs a model that Keras can build anew from its "
        f"configuration in another process — with{name} it cannot: {cause}. "
        "Define its classes in a module that both import, each with a "
        f"get_config, {OR_FIT}."
    )
