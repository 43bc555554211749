"""Random shifts, scalings and rotations of the canvas, the same every time.

A pattern that survives them is not a high-frequency artifact of the grid (Olah
et al. 2017, "Feature Visualization", transformation robustness). They are drawn
from a seed fixed per (layer, filter), so that they are the same in every
capture and a changed pattern means changed weights.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray


@dataclass(frozen=True)
class Wobble:
    """Largest random transforms of the canvas at each step; drawn uniformly.

    Attributes:
        shift_px: Shift in px of a canvas whose shorter side has at least 32
            times as many px; proportionally less on smaller canvases.
        scale: Change of size, as a share.
        turn_degrees: Rotation in degrees, in either direction.
    """

    shift_px: float = 4.0
    scale: float = 0.05
    turn_degrees: float = 5.0

    def draw(
        self, path: str, filters: Sequence[int], num_steps: int, seed: int
    ) -> FloatArray:
        """Return (n, steps, 4) float32 in [-1, 1), per filter and step."""
        draws = [
            generator("wobble", path, index, seed).uniform(
                -1.0, 1.0, (num_steps, 4)
            )
            for index in filters
        ]
        return np.asarray(draws, np.float32).reshape(-1, num_steps, 4)

    def apply(self, images: tf.Tensor, draw: tf.Tensor) -> tf.Tensor:
        """Return the images transformed, reflected at their borders.

        Args:
            images: (n, h, w, c) of a known size.
            draw: (n, 4). One step of `draw`.
        """
        height, width = images.shape[1:3]
        shift_px = min(self.shift_px, min(height, width) / 32)
        zoom = 1.0 + self.scale * draw[:, 0]
        angle = np.pi / 180 * self.turn_degrees * draw[:, 1]
        cos, sin = tf.cos(angle) / zoom, tf.sin(angle) / zoom
        x, y = (width - 1) / 2, (height - 1) / 2
        left = x - cos * x + sin * y + shift_px * draw[:, 2]
        top = y - sin * x - cos * y + shift_px * draw[:, 3]
        zero = tf.zeros_like(cos)
        matrix = [cos, -sin, left, sin, cos, top, zero, zero]
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=images,
            transforms=tf.stack(matrix, axis=1),
            output_shape=[height, width],
            interpolation="BILINEAR",
            fill_mode="REFLECT",
            fill_value=0.0,
        )


def generator(*words: str | int) -> np.random.Generator:
    """Return a random generator that depends on these words alone."""
    text = "/".join(str(word) for word in words).encode()
    digest = hashlib.sha256(text).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))
