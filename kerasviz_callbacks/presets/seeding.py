"""What is to be random in, a generator that depends on that alone out."""

import hashlib

import numpy as np


def generator(*words: str | int) -> np.random.Generator:
    """Return a generator seeded by these words: equal words, equal numbers."""
    text = "/".join(str(word) for word in words).encode()
    digest = hashlib.sha256(text).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))
