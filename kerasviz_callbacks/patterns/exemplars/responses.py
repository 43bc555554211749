"""Keeps what filters do on a fixed sample of a pool's images.

Captures, runs and architectures are matched by these responses, so the sample
must be the same wherever the pool is: it is the `NUM_SAMPLED` images with the
smallest hashes of their content. Hashes fall at random, so the sample is a
random one, of whatever order the images come in and whatever runs it. Equal
images are one. (Broder 1997, "On the resemblance and containment of documents":
the smallest hashes as a sample.)
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, BoolArray, FloatArray

NUM_SAMPLED = 200  # images; of so many, a correlation is good to 0.07


@dataclass(frozen=True)
class Responses:
    """What a sample of images does to f filters.

    Attributes:
        values: (f, k) float32. Largest activation of each filter on each image.
        digest: Stands for the images: 16 hexadecimal digits.
    """

    values: FloatArray
    digest: str

    def of(
        self, rows: list[int], is_sound: BoolArray | None = None
    ) -> "Responses":
        """Return the responses of the filters in these rows.

        Args:
            rows: Places of the filters.
            is_sound: (rows,). Whether each is finite; NaN for others. Defaults
                to taking them as they are.
        """
        values = self.values[rows]
        if is_sound is not None:
            values = np.where(is_sound[:, None], values, np.nan)
        return Responses(values, self.digest)

    def as_bytes(self) -> bytes:
        """Return the values as float16, little-endian, row by row."""
        with np.errstate(over="ignore"):  # what is too large is not finite
            return self.values.astype("<f2").tobytes()


class ResponseSample:
    """Collects the responses of f filters, batch by batch.

    Args:
        num_filters: f.
    """

    def __init__(self, num_filters: int) -> None:
        self._hashes = np.zeros(0, np.uint64)
        self._values = np.zeros((0, num_filters), np.float32)

    def add(self, hashes: AnyArray, values: FloatArray) -> None:
        """Take a batch.

        Args:
            hashes: (n,) uint64. Of the images' content.
            values: (n, f). Largest activation of each filter.
        """
        both = np.concatenate([self._hashes, hashes])
        found, first = np.unique(both, return_index=True)
        kept = first[:NUM_SAMPLED]
        rows = np.concatenate([self._values, values.astype(np.float32)])
        self._hashes, self._values = found[:NUM_SAMPLED], rows[kept]

    def responses(self) -> Responses:
        """Return what was collected."""
        content = self._hashes.astype("<u8").tobytes()
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        return Responses(self._values.T.copy(), digest)
