"""Digests that show whether a model's weights or its structure changed."""

import hashlib
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np


def fingerprint(model: keras.Model) -> bytes:
    """Return a digest that differs whenever any weight differs in any bit.

    Moving statistics count as weights. The state of random seeds does not.
    """
    return digest_of(model.weights)


def digest_of(variables: Iterable[Any]) -> bytes:
    """Return a digest that differs whenever any variable differs in any bit."""
    digest = hashlib.blake2b(digest_size=16)
    for variable in variables:
        digest.update(np.ascontiguousarray(variable.numpy()).tobytes())
    return digest.digest()


class Digests:
    """Digests of several sets of variables at one moment.

    The layers of one network depend on much the same weights, so each variable
    is read only once.
    """

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}

    def of(self, variables: Iterable[Any]) -> bytes:
        """Return a digest that differs whenever any of them differs."""
        digest = hashlib.blake2b(digest_size=16)
        for variable in variables:
            if id(variable) not in self._known:
                self._known[id(variable)] = digest_of([variable])
            digest.update(self._known[id(variable)])
        return digest.digest()


def structure_signature(model: keras.Model) -> tuple[Any, ...]:
    """Return what a traced function depends on besides the weights' values.

    A function that was traced before `enable_lora`, `quantize` or a change of
    layers computes the old network. It stays valid when weights change, layers
    are frozen or the model is compiled again.
    """
    layers = tuple(
        (
            id(layer),
            getattr(layer, "quantization_mode", None),
            bool(getattr(layer, "lora_enabled", False)),
        )
        for layer in model._flatten_layers()
    )
    return layers + tuple(id(variable) for variable in model.variables)
