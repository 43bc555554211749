"""Weights in, a short digest of them out."""

import hashlib
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np


def fingerprint(model: keras.Model) -> bytes:
    """Return a digest that differs whenever any weight differs, to the bit.

    Moving statistics are weights; the state of random seeds is not.
    """
    return digest_of(model.weights)


def digest_of(variables: Iterable[Any]) -> bytes:
    """Return a digest that differs whenever any of them differs, to the bit."""
    digest = hashlib.blake2b(digest_size=16)
    for variable in variables:
        digest.update(np.ascontiguousarray(variable.numpy()).tobytes())
    return digest.digest()
