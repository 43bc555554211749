"""Finds what a model's own `fit` and `predict` do to images first.

A task of KerasHub holds a preprocessor. Its `fit` and `predict` map every batch
through `preprocess_samples`, and calling the model does not. What such a model
offers is recognized here, no class is: a `predict` of its own, a method
`preprocess_samples`, and a `preprocessor` that is callable. A `preprocessor`
alone is no sign: many models call one inside `call`.

A model with a `predict_step` of its own may change images there, too; see
`predict_step`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, ByteArray, FloatArray, IntArray
from kerasviz_callbacks.model import ModelInput, keeping_state

_WHITE = 255.0
_PERMUTED = ([0, 3, 1, 2], [0, 2, 3, 1])


@dataclass(frozen=True)
class OwnPreprocess:
    """A model's own preprocessing, as a function from images to its input.

    Attributes:
        model: The model that offers it.
        spec: The inputs of the model; None if it is not built yet.
    """

    model: keras.Model
    spec: ModelInput | None

    @property
    def name(self) -> str:
        """Name of the preprocessor's class."""
        preprocessor: Any = getattr(self.model, "preprocessor", None)
        return type(preprocessor).__name__

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"the model's own preprocessor, {self.name},"

    @property
    def note(self) -> str:
        """A sentence that says what is fed."""
        return (
            f"Images go through {self.words} as in predict; preprocess=… "
            "replaces it."
        )

    def __call__(self, images: tf.Tensor) -> tf.Tensor:
        """Return the input of the model, (n, h, w, c) float32.

        Args:
            images: (n, H, W, c). Raw images.

        Raises:
            ValueError: If the preprocessor does not take them.
        """
        try:
            return tf.cast(self._fed(images), tf.float32)
        except Exception as error:
            raise ValueError(
                f"images must be what {self.words} takes — "
                f"{type(error).__name__}: {error}. preprocess=… replaces it."
            ) from error

    def on_arrays(self, images: AnyArray) -> FloatArray:
        """Return the input of the model, of arrays.

        In a graph, as `predict` maps a dataset: layers that resize bytes
        round them outside of one.
        """
        values = tf.constant(images)
        spec = tf.TensorSpec(values.shape, values.dtype)
        mapped = tf.function(self, autograph=False).get_concrete_function(spec)
        run = keeping_state(self.model, mapped)
        return np.asarray(run(values), np.float32)

    def _fed(self, images: tf.Tensor) -> tf.Tensor:
        spec, model = self.spec, self.model
        is_first = spec is not None and spec.channels_first
        if is_first:
            images = tf.transpose(images, _PERMUTED[0])
        samples: Any = images
        if spec is not None and len(spec.names) > 1:
            packed = keras.tree.flatten(spec.pack(images, {}))
            samples = dict(zip(spec.names, packed, strict=True))
            samples[spec.names[spec.image]] = images
        fed = model.preprocess_samples(samples)
        fed = fed[0] if isinstance(fed, tuple) else fed
        if isinstance(fed, Mapping):
            fed = fed[spec.names[spec.image] if spec else "images"]
        return tf.transpose(fed, _PERMUTED[1]) if is_first else fed


@dataclass(frozen=True)
class Frame:
    """Which pixel of a raw image each pixel of the model's input shows.

    Attributes:
        rows: (h, w) row in the raw image; -1 where the input is padding.
        columns: (h, w) column in the raw image; -1 likewise.
    """

    rows: IntArray
    columns: IntArray

    def framed(self, pixels: ByteArray) -> ByteArray:
        """Return raw images (n, H, W, c) as the model sees them, unscaled."""
        framed = pixels[:, self.rows, self.columns]
        framed[:, self.rows < 0] = 0
        return framed


def measured_frame(
    own: OwnPreprocess, height: int, width: int, num_channels: int
) -> Frame | None:
    """Measure where a preprocessor puts the pixels of an image.

    Four images go through it: black, white, and two that grow from black to
    white along an axis. What they become, between what black and white become,
    is the place in the raw image.

    Returns:
        The frame; None if images are stretched onto the input as a whole, or
        black and white become the same, so that nothing can be measured.
    """
    ramps = np.meshgrid(
        np.linspace(0, _WHITE, height),
        np.linspace(0, _WHITE, width),
        indexing="ij",
    )
    planes = [np.zeros((height, width)), np.full((height, width), _WHITE)]
    images = np.stack([*planes, *ramps])[..., None]
    fed = own.on_arrays(
        np.repeat(images, num_channels, axis=-1).astype(np.float32)
    )[..., 0]
    black, spread = fed[0], fed[1] - fed[0]
    is_seen = np.abs(spread) > 1e-3 * np.abs(spread).max()
    if not is_seen.any():
        return None
    shares = np.divide(
        fed[2:] - black, spread, out=np.zeros_like(fed[2:]), where=is_seen
    )
    if is_seen.all() and _is_stretched(shares, height, width):
        return None
    sides = np.array([height - 1, width - 1]).reshape(2, 1, 1)
    places = np.rint(np.clip(shares, 0, 1) * sides).astype(int)
    rows, columns = np.where(is_seen, places, -1)
    return Frame(rows, columns)


def _is_stretched(shares: FloatArray, height: int, width: int) -> bool:
    """Return whether the places are those of the whole image, stretched."""
    wanted = np.meshgrid(
        _stretched(height, shares.shape[1]),
        _stretched(width, shares.shape[2]),
        indexing="ij",
    )
    off_px = np.abs(shares - np.stack(wanted)).max(axis=(1, 2))
    limits = [
        1.5 / max(min(height, shares.shape[1]) - 1, 1),
        1.5 / max(min(width, shares.shape[2]) - 1, 1),
    ]
    return bool((off_px <= limits).all())


def _stretched(size: int, fed: int) -> FloatArray:
    """Return the place, from 0 to 1, that each of `fed` pixels shows."""
    places = (np.arange(fed) + 0.5) * size / fed - 0.5
    return np.asarray(np.clip(places / max(size - 1, 1), 0, 1), np.float32)
