"""Pictures in, how much their pixels and their spectra are alike out.

A pattern may come out shifted, as from another start, and its pixels then
correlate no more; the amplitudes of its Fourier transform do. And two different
patterns that grew out of the same noise share pixels, but not spectra.
"""

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray


def correlation(one: ByteArray, other: ByteArray) -> FloatArray:
    """Return the correlation of each picture with its counterpart.

    Args:
        one: (n, h, w, c).
        other: (n, h, w, c).

    Returns:
        (n,) float64 in [-1, 1]; NaN where a picture has no variation.
    """
    return _correlation(one, other)


def spectrum_correlation(one: ByteArray, other: ByteArray) -> FloatArray:
    """Return the same of the amplitude spectra, which shifts leave as is.

    Of all channels and frequencies but 0. A shift is one around the border, as
    on a torus.

    Args:
        one: (n, h, w, c).
        other: (n, h, w, c).

    Returns:
        (n,) float64 in [-1, 1]; NaN where a picture has no variation.
    """
    return _correlation(_amplitudes(one), _amplitudes(other))


def _amplitudes(images: ByteArray) -> FloatArray:
    spectrum = np.abs(np.fft.fft2(images, axes=(1, 2)))
    count, _, _, channels = images.shape
    by_frequency = spectrum.reshape(count, -1, channels)[:, 1:]
    # What is left of a plain picture is rounding.
    return np.where(by_frequency < 1e-6 * images.size, 0.0, by_frequency)


def _correlation(
    one: ByteArray | FloatArray, other: ByteArray | FloatArray
) -> FloatArray:
    a, b = _standardised(one), _standardised(other)
    return np.asarray((a * b).sum(axis=1))


def _standardised(values: ByteArray | FloatArray) -> FloatArray:
    """Return (n, …) flat, of mean 0 and length 1; NaN without variation."""
    flat = values.reshape(len(values), -1).astype(np.float64)
    flat -= flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(flat / np.where(length > 0, length, np.nan))
