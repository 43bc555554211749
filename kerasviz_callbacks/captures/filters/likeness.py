"""Measures how alike two patterns are, and two sets of features.

A pattern may come out shifted if it starts from other noise. Its pixels then no
longer correlate, but the amplitudes of its Fourier transform do. Two different
patterns that grew out of the same noise share pixels, but not spectra.

Features of the same images are compared by the linear CKA of Kornblith et al.
2019 ("Similarity of Neural Network Representations Revisited", eq. 3), with
K = X Xᵀ and L = Y Yᵀ:

    CKA(X, Y) = HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L))

1 for features that differ by a rotation, a scale and a shift, near 0 for
unrelated ones. HSIC is the unbiased estimator of Song et al. 2012 ("Feature
Selection via Dependence Maximization", eq. 5): the plain one says 0.9 and more
of unrelated features if there are fewer images than filters, as there always
are here.
"""

import numpy as np

from kerasviz_callbacks.arrays import ByteArray, FloatArray


def correlation(
    one: ByteArray | FloatArray, other: ByteArray | FloatArray
) -> FloatArray:
    """Return the correlation of each picture, or row, with its counterpart.

    Args:
        one: (n, …).
        other: (n, …).

    Returns:
        (n,) float64 in [-1, 1]; NaN where one has no variation, or is not
        finite.
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


MIN_IMAGES = 4  # of the unbiased estimator


def linear_cka(one: FloatArray, other: FloatArray) -> float:
    """Return the debiased linear CKA; NaN where it is not defined.

    It is not for fewer than four images, nor where features are the same for
    all images, nor where anything is not finite. May be a little below 0.

    Args:
        one: (n, c) features of n images.
        other: (n, d) features of the same images.
    """
    is_finite = np.isfinite(one).all() and np.isfinite(other).all()
    if len(one) < MIN_IMAGES or len(one) != len(other) or not is_finite:
        return float("nan")
    first, second = _similarities(one), _similarities(other)
    scale = _hsic(first, first) * _hsic(second, second)
    if not scale > 0:
        return float("nan")
    return float(_hsic(first, second) / np.sqrt(scale))


def _similarities(features: FloatArray) -> FloatArray:
    """Return X Xᵀ without its diagonal, of centred and scaled features."""
    centred = features.astype(np.float64)
    centred = centred - centred.mean(axis=0)
    centred /= np.abs(centred).max(initial=0.0) or 1.0  # squares underflow
    matrix: FloatArray = centred @ centred.T
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _hsic(one: FloatArray, other: FloatArray) -> float:
    """Return the unbiased HSIC times n (n - 3), which a ratio cancels."""
    n = len(one)
    sums = one.sum() * other.sum() / ((n - 1) * (n - 2))
    rows = 2 * (one.sum(axis=0) @ other.sum(axis=0)) / (n - 2)
    return float((one * other).sum() + sums - rows)
