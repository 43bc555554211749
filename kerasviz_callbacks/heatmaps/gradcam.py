"""Activations and gradients in, heatmaps out.

    w_c = mean over (i, j) of dy/dA_ijc
    map_ij = ReLU(sum over c of w_c A_ijc)

Weights and maps are per image. What is not finite stays visible as NaN: a
maximum with zero would turn it into "no evidence".

Source: Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep
Networks via Gradient-based Localization", https://arxiv.org/abs/1610.02391.
"""

import math

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray


def pooled_gradients(gradients: tf.Tensor) -> tf.Tensor:
    """Return each channel's weight, (n, c), from (n, h, w, c)."""
    return tf.reduce_mean(gradients, axis=[1, 2])


def weighted_sum(activations: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Return (n, h, w): channels added with their weights (n, c)."""
    return tf.einsum("nhwc,nc->nhw", activations, weights)


def heatmaps(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Return the maps, un-normalised, at the activations' own resolution.

    Args:
        activations: (n, h, w, c) float32.
        gradients: (n, h, w, c) float32, of each image's score.

    Returns:
        (n, h, w) float32, 0 or more; NaN where a value is not finite.
    """
    weights = pooled_gradients(gradients)
    return evidence(weighted_sum(activations, weights))


def evidence(raw: tf.Tensor) -> tf.Tensor:
    """Return ReLU of the map; NaN where it is not finite."""
    no_number = tf.constant(math.nan, raw.dtype)
    return tf.where(tf.math.is_finite(raw), tf.nn.relu(raw), no_number)


def map_status(maps: FloatArray) -> tuple[str, ...]:
    """Tell what each map is.

    Args:
        maps: (n, h, w).

    Returns:
        Per map `ok`; `no_evidence`: nothing speaks for the target, the map is
        zero everywhere; `not_finite`: it has values that are no numbers.
    """
    return tuple(_status(one) for one in maps)


def _status(one: FloatArray) -> str:
    if not np.all(np.isfinite(one)):
        return "not_finite"
    return "ok" if np.any(one > 0) else "no_evidence"
