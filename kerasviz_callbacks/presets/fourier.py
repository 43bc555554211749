"""A canvas whose parameters are the frequencies of an image, not its pixels.

    image = middle + half range * sin(colours(irfft2(coefficients * scale)) / 2)

`scale` falls with the frequency f as 1 / f^decay, so that a step of equal
length in every coefficient changes large shapes more than pixel noise. The
result is always a valid image within the range of pixel values.

`colours` decides which colors a step of ascent changes most. The channels of
photographs rise and fall together: most of their variation is brightness,
little is hue. A canvas that paints along the axes of that variation, each as
strong as in photographs, finds natural colors. One whose axes are all equally
strong finds stronger patterns in glaring colors.

Source: Olah et al. 2017, "Feature Visualization", preconditioning and
decorrelated colors; color matrix of Lucid (`optvis/param/color.py`), a square
root of the covariance of ImageNet's colors. Differs in ways that make the
pattern stronger, and less dependent on where the ascent begins
(`docs/lab_notes.md`): a sine instead of a sigmoid, which reaches the ends of
the range and comes back from them; decay 0.7 instead of 1; colors half way to
equally strong; a start of larger amplitude, but without fine detail and in the
colors of photographs. What an ascent does not change of its start stays in the
picture: fine noise hides what was found, while large shapes keep a pattern in
its place from one capture to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import ByteArray, FloatArray, ImageShape, Range
from kerasviz_callbacks.presets.canvas import three_channels
from kerasviz_callbacks.presets.wobble import generator

# (channels, axes), row by row; hashable, as presets are.
Colours: TypeAlias = tuple[tuple[float, ...], ...]

IMAGENET_COLOURS: Colours = (
    (0.26, 0.09, 0.02),
    (0.27, 0.00, -0.05),
    (0.27, -0.09, 0.03),
)
_LEAST_SHARE = 1e-3  # of the strongest axis: none may vanish


def colours_of(images: Any) -> Colours:
    """Return the color matrix of a set of images with any number of channels.

    Args:
        images: (n, h, w, c). Raw images, in any unit.

    Returns:
        (c, c), a square root of the covariance of their channels.

    Raises:
        ValueError: If they do not have that shape, or are of a single color.

    Example:
        >>> FourierCanvas(colours=colours_of(photographs))
    """
    pixels = np.asarray(images, np.float64)
    if pixels.ndim != 4 or not np.all(np.isfinite(pixels)):
        raise ValueError(
            "images must be finite and (n, h, w, c) — got shape "
            f"{pixels.shape}."
        )
    flat = pixels.reshape(-1, pixels.shape[-1])
    covariance = np.cov(flat, rowvar=False).reshape(flat.shape[1], -1)
    if not covariance.any():
        raise ValueError(
            "images must differ in color — got pixels that are all alike."
        )
    axes, variances, _ = np.linalg.svd(covariance)
    matrix = axes * np.sqrt(variances)
    return tuple(tuple(map(float, row)) for row in matrix)


def painting_matrix(colours: Colours, naturalness: float) -> FloatArray:
    """Return the color axes with their strengths evened out.

    The strengths, the matrix' singular values over the largest, are raised to
    the power `naturalness`: 1 leaves them, 0 makes all axes equally strong.

    Returns:
        (c, c) float32.
    """
    left, strengths, right = np.linalg.svd(np.asarray(colours))
    share = np.maximum(strengths / strengths[0], _LEAST_SHARE)
    return np.asarray(left * share**naturalness @ right, np.float32)


@dataclass(frozen=True)
class FourierCanvas:
    """Paints in frequencies, within the range of pixel values.

    Attributes:
        decay: How fast `scale` falls with the frequency.
        start_deviation: Standard deviation of the initial coefficients, before
            the blur.
        start_blur: Standard deviation of a Gaussian that the start is blurred
            with, as a share of the shorter side. It limits the start alone:
            the ascent can paint any detail.
        gain: Contrast of a coefficient. Lucid's is 0.25.
        colours: Color matrix of images with as many channels; images with
            another number of channels are painted channel by channel.
            `colours_of` computes it from images of your own.
        naturalness: Strength of the color axes: 1 as in photographs, 0 all
            equally strong.
    """

    decay: float = 0.7
    start_deviation: float = 3.0
    start_blur: float = 0.025
    gain: float = 0.25
    colours: Colours = IMAGENET_COLOURS
    naturalness: float = 0.5

    def start(
        self,
        path: str,
        filters: Sequence[int],
        shape: ImageShape,
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
        coarse = _blurring(*shape[:2], self.start_blur)
        state = np.asarray(states, np.float32).reshape(-1, *size) * coarse
        matrix = self._matrix(shape[-1])
        if matrix is None:
            return state
        # What `paint` makes the colors of photographs of.
        plain = np.linalg.solve(matrix, painting_matrix(self.colours, 1.0))
        return np.asarray(np.einsum("ij,nrj...->nri...", plain, state))

    def state_of(self, images: FloatArray, pixels: Range) -> FloatArray:
        """Return the coefficients that paint these images."""
        low, high = pixels
        share = np.clip((images - low) / (high - low), 0, 1)
        planes = 2 * np.arcsin(2 * share - 1)
        matrix = self._matrix(images.shape[-1])
        if matrix is not None:
            planes = planes @ np.linalg.inv(matrix).T
        spectrum = np.fft.rfft2(planes, axes=(1, 2)).transpose(0, 3, 1, 2)
        _, height, width, _ = images.shape
        scale = _scale(height, width, self.decay) * self.gain
        spectrum = spectrum / scale
        return np.stack([spectrum.real, spectrum.imag], 1).astype(np.float32)

    def state_shape(self, shape: ImageShape) -> tuple[int, ...]:
        """Return (real and imaginary, channels, frequencies y, x)."""
        height, width, channels = shape
        return (2, channels, height, width // 2 + 1)

    def paint(
        self, state: tf.Tensor, shape: ImageShape, pixels: Range
    ) -> tf.Tensor:
        """Return the images, (n, h, w, c), within `pixels`."""
        height, width, channels = shape
        scale = tf.constant(_scale(height, width, self.decay) * self.gain)
        # Not slices: their gradient takes as long as a convolution.
        real, imaginary = tf.unstack(state, axis=1)
        spectrum = tf.complex(real * scale, imaginary * scale)
        planes = tf.signal.irfft2d(spectrum, [height, width])
        images = tf.transpose(planes, [0, 2, 3, 1])
        matrix = self._matrix(channels)
        if matrix is not None:
            # Not `@`: for images one pixel high oneDNN's product of batches
            # corrupts memory (TensorFlow 2.21).
            colours = tf.constant(np.ascontiguousarray(matrix.T))
            images = tf.tensordot(images, colours, axes=1)
        low, high = pixels
        return low + (high - low) * (0.5 + 0.5 * tf.sin(images / 2))

    def shown(self, images: FloatArray, pixels: Range) -> ByteArray:
        """Return the images themselves in 8 bits: nothing is stretched."""
        low, high = pixels
        share = (three_channels(images) - low) / (high - low)
        return np.asarray(np.rint(np.clip(share, 0, 1) * 255), np.uint8)

    def seen(self, images: tf.Tensor, pixels: Range) -> tf.Tensor:
        """Return the images rounded to the 8 bits of their display."""
        low, high = pixels
        share = tf.clip_by_value((images - low) / (high - low), 0.0, 1.0)
        return low + (high - low) * tf.round(share * 255.0) / 255.0

    def _matrix(self, channels: int) -> FloatArray | None:
        if len(self.colours) != channels:
            return None
        return painting_matrix(self.colours, self.naturalness)


def _blurring(height: int, width: int, share: float) -> FloatArray:
    """Return what a Gaussian blur leaves of each frequency, 0 to 1."""
    deviation_px = share * min(height, width)
    waves = _frequency(height, width) * deviation_px
    return np.asarray(np.exp(-2 * (np.pi * waves) ** 2), np.float32)


def _frequency(height: int, width: int) -> FloatArray:
    """Return the frequency of each coefficient, in waves per px."""
    y = np.fft.fftfreq(height)[:, None]
    x = np.fft.rfftfreq(width)[None]
    return np.asarray(np.sqrt(x * x + y * y))


def _scale(height: int, width: int, decay: float) -> FloatArray:
    frequency = _frequency(height, width)
    lowest = 1.0 / max(height, width)
    size = np.sqrt(height * width)
    scale = size / np.maximum(frequency, lowest) ** decay
    return np.asarray(scale, np.float32)
