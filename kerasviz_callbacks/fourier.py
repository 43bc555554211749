"""A canvas painted in the frequencies of an image instead of its pixels.

    image = range * sigmoid(gain * colours(irfft2(coefficients * scale)))

`scale` falls with the frequency f as 1 / f^decay, so that a step of equal
length in every coefficient changes large shapes more than pixel noise, and the
colours are decorrelated by the statistics of natural photographs. What comes
out is always an image that a person could have given.

Source: Olah et al. 2017, "Feature Visualization", preconditioning; colour
matrix of Lucid (`optvis/param/color.py`), square root of the covariance of
ImageNet's colours, divided by its largest column norm. Differs: decay 0.75
instead of 1, and a start of larger amplitude, because both make the picture
depend less on where the ascent begins (`docs/benchmarks.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.canvas import Range, three_channels
from kerasviz_callbacks.seeding import generator

_COLOURS = np.array(
    [[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32
)
_END = 0.25 / 255
_LARGEST_COLUMN = np.linalg.norm(_COLOURS, axis=0).max()


@dataclass(frozen=True)
class FourierCanvas:
    """Paints in frequencies, within the range of pixel values.

    Attributes:
        decay: how fast `scale` falls with the frequency.
        start_deviation: of the starting coefficients.
        gain: contrast of a coefficient; 0.25 is Lucid's.
    """

    decay: float = 0.75
    start_deviation: float = 0.3
    gain: float = 0.25

    def start(
        self,
        path: str,
        filters: Sequence[int],
        shape: tuple[int, int, int],
        seed: int,
    ) -> FloatArray:
        """Return the coefficients that each filter's ascent starts from."""
        size = self.state_shape(shape)
        states = [
            generator("fourier", path, index, seed).normal(
                0.0, self.start_deviation, size
            )
            for index in filters
        ]
        return np.asarray(states, np.float32).reshape(-1, *size)

    def state_of(self, images: FloatArray, pixels: Range) -> FloatArray:
        """Return the coefficients that paint these images.

        Pixels at the very ends of the range, which a sigmoid never reaches,
        are taken a quarter of a step of 8 bits inside: they show as they were.
        """
        low, high = pixels
        share = np.clip((images - low) / (high - low), _END, 1 - _END)
        planes = np.log(share / (1 - share))
        if images.shape[-1] == 3:
            planes = planes @ np.linalg.inv(_COLOURS / _LARGEST_COLUMN).T
        spectrum = np.fft.rfft2(planes, axes=(1, 2)).transpose(0, 3, 1, 2)
        _, height, width, _ = images.shape
        scale = _scale(height, width, self.decay) * self.gain
        spectrum = spectrum / scale
        return np.stack([spectrum.real, spectrum.imag], 1).astype(np.float32)

    def state_shape(self, shape: tuple[int, int, int]) -> tuple[int, ...]:
        """Return (real and imaginary, channels, frequencies y, x)."""
        height, width, channels = shape
        return (2, channels, height, width // 2 + 1)

    def paint(
        self, state: tf.Tensor, shape: tuple[int, int, int], pixels: Range
    ) -> tf.Tensor:
        """Return the images, (n, h, w, c), within `pixels`."""
        height, width, channels = shape
        scale = tf.constant(_scale(height, width, self.decay) * self.gain)
        # Not slices: their gradient takes as long as a convolution.
        real, imaginary = tf.unstack(state, axis=1)
        spectrum = tf.complex(real * scale, imaginary * scale)
        planes = tf.signal.irfft2d(spectrum, [height, width])
        images = tf.transpose(planes, [0, 2, 3, 1])
        if channels == 3:
            # Not `@`: for images one pixel high oneDNN's product of batches
            # corrupts memory (TensorFlow 2.21).
            colours = tf.constant((_COLOURS / _LARGEST_COLUMN).T)
            images = tf.tensordot(images, colours, axes=1)
        low, high = pixels
        return low + (high - low) * tf.sigmoid(images)

    def shown(self, images: FloatArray, pixels: Range) -> ByteArray:
        """Return the very images, in 8 bits: nothing is stretched."""
        low, high = pixels
        share = (three_channels(images) - low) / (high - low)
        return np.asarray(np.rint(np.clip(share, 0, 1) * 255), np.uint8)

    def seen(self, images: tf.Tensor, pixels: Range) -> tf.Tensor:
        """Return the images in the 8 bits in which they are shown."""
        low, high = pixels
        share = tf.clip_by_value((images - low) / (high - low), 0.0, 1.0)
        return low + (high - low) * tf.round(share * 255.0) / 255.0


def _scale(height: int, width: int, decay: float) -> FloatArray:
    y = np.fft.fftfreq(height)[:, None]
    x = np.fft.rfftfreq(width)[None]
    frequency = np.sqrt(x * x + y * y)
    lowest = 1.0 / max(height, width)
    size = np.sqrt(height * width)
    scale = size / np.maximum(frequency, lowest) ** decay
    return np.asarray(scale, np.float32)
