"""The CAM methods, by name, and the status of the heatmaps they give.

All share one forward and one backward pass. A_ijc is the activation,
g_ijc = dy/dA_ijc the gradient of the score y. Each method gives a heatmap
before ReLU; values below zero are no evidence for the score. The formulas are
those of the papers that each function names.

| name               | map_ij                                 | for            |
|--------------------|----------------------------------------|----------------|
| grad_cam           | sum_c mean(g_c) A_ijc                  | the default    |
| hires_cam          | sum_c g_ijc A_ijc                      | faithful to    |
|                    |                                        | the place      |
| grad_cam_plus_plus | sum_c sum(a_c relu(g_c)) A_ijc         | several objects|
|                    |                                        | of one class   |
| layer_cam          | sum_c relu(g_ijc) A_ijc                | early layers   |
| x_grad_cam         | sum_c sum(g_c A_c / sum(A_c)) A_ijc    | keeps the sum  |
| fused_cam          | grad_cam, times layer_cam of a finer   | sharp outlines |
|                    | map as shares of its largest value     |                |
| eigen_cam          | A v, v the first right singular vector | models without |
|                    | of A as (h w, c)                       | a useful       |
|                    |                                        | gradient       |

Sums and means without an index run over positions (i, j). All is per image.

Zero is no activation after a ReLU. Tokens of a transformer have no such zero:
what all of them hold alike, a bias or what attention has spread, makes the map
even or, where it is negative, leaves nothing of it, although some tokens are
evidence. So the three methods that are linear in A take A - mean(A) there: what
a token holds that the mean token does not.

What is not finite stays visible as NaN: a maximum with zero would turn it into
"no evidence".
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray

_ROUNDING = 1e-5  # of the largest sum of absolute values, in float32


@dataclass(frozen=True)
class Method:
    """How a heatmap is computed.

    Attributes:
        raw: Function of activations and gradients, (n, h, w, c) float32, that
            returns heatmaps before ReLU, (n, h, w).
        uses_gradient: Whether it needs the backward pass.
        is_additive: Whether heatmaps of several layers can be added.
        is_per_cell: Whether a cell's value is evidence that adds up over cells;
            otherwise it is as many times larger as there are cells.
        is_linear: Whether it is linear in the activations, so that they can be
            compared with their mean instead of zero.
        of_finer: Function like `raw` for an earlier, finer map, whose heatmap
            the other one is multiplied by; None if one map is enough.
    """

    raw: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    uses_gradient: bool = True
    is_additive: bool = True
    is_per_cell: bool = True
    is_linear: bool = True
    of_finer: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None

    def of_tokens(self, tokens: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
        """Return the heatmaps of tokens that are laid out, before ReLU.

        Args:
            tokens: (n, h, w, c) float32.
            gradients: Of the same shape.

        Returns:
            (n, h, w).
        """
        if not self.is_linear:
            return self.raw(tokens, gradients)
        mean = tf.reduce_mean(tokens, axis=[1, 2], keepdims=True)
        raw = self.raw(tokens - mean, gradients)
        # Tokens that are all alike differ by rounding, which is no evidence.
        whole = self.raw(tf.abs(tokens), tf.abs(gradients))
        least = _ROUNDING * tf.reduce_max(whole, axis=[1, 2], keepdims=True)
        return tf.where(tf.abs(raw) < least, 0.0, raw)


def grad_cam(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Weight each channel by its mean gradient.

        w_c = mean over (i, j) of dy/dA_ijc
        map_ij = sum over c of w_c A_ijc

    The heatmap is ReLU of it; see `evidence`.

    Source: Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep
    Networks via Gradient-based Localization",
    https://arxiv.org/abs/1610.02391.
    """
    return weighted_sum(activations, pooled_gradients(gradients))


def hires_cam(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Multiply activation and gradient at each position, then add channels.

    Source: Draelos and Carin 2020, "Use HiResCAM instead of Grad-CAM for
    faithful explanations of convolutional neural networks",
    https://arxiv.org/abs/2011.08891.
    """
    return tf.reduce_sum(activations * gradients, axis=-1)


def grad_cam_plus_plus(
    activations: tf.Tensor, gradients: tf.Tensor
) -> tf.Tensor:
    """Weight each channel by its positive gradients, rare ones more.

    a = g^2 / (2 g^2 + sum(A) g^3), 0 where the gradient is 0.

    Source: Chattopadhay et al. 2018, "Grad-CAM++: Generalized Gradient-based
    Visual Explanations for Deep Convolutional Networks",
    https://arxiv.org/abs/1710.11063. Differs: the factor exp(score), common to
    all gradients of an image, is dropped; it overflows. The authors' code
    also divides `a` by its sum over positions, which their paper does not.
    """
    total = tf.reduce_sum(activations, axis=[1, 2], keepdims=True)
    # g^2 is divided out: it would underflow. Where g is 0 the share counts
    # nothing, since it is multiplied by g.
    shares = tf.math.divide_no_nan(1.0, 2 + total * gradients)
    weights = tf.reduce_sum(shares * tf.nn.relu(gradients), axis=[1, 2])
    return weighted_sum(activations, weights)


def layer_cam(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Weight each position of each channel by its positive gradient.

    Source: Jiang et al. 2021, "LayerCAM: Exploring Hierarchical Class
    Activation Maps for Localization", IEEE TIP 30.
    """
    return tf.reduce_sum(activations * tf.nn.relu(gradients), axis=-1)


def x_grad_cam(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Weight each channel by its gradients where it is active.

    A channel that is zero everywhere has weight 0.

    Source: Fu et al. 2020, "Axiom-based Grad-CAM: Towards Accurate
    Visualization and Explanation of CNNs",
    https://arxiv.org/abs/2008.02312.
    """
    total = tf.reduce_sum(activations, axis=[1, 2])
    met = tf.reduce_sum(activations * gradients, axis=[1, 2])
    return weighted_sum(activations, tf.math.divide_no_nan(met, total))


def eigen_cam(activations: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    """Project activations on their first principal direction; no gradient.

    The same for every score. The sign is arbitrary; the one with the larger
    sum is taken.

    Source: Muhammad and Yeasin 2020, "Eigen-CAM: Class Activation Map using
    Principal Components", https://arxiv.org/abs/2008.00299.
    """
    is_finite = tf.reduce_all(
        tf.math.is_finite(activations), axis=[1, 2, 3], keepdims=True
    )
    safe = tf.where(is_finite, activations, 0)
    shape = tf.shape(safe)
    flat = tf.reshape(safe, [shape[0], shape[1] * shape[2], shape[3]])
    exact = tf.cast(flat, tf.float64)
    projected = _first_projection(exact, safe.shape)
    sign = tf.where(tf.reduce_sum(projected, axis=1) < 0, -1.0, 1.0)
    raw = tf.cast(projected, tf.float32) * tf.cast(sign, tf.float32)[:, None]
    raw = tf.reshape(raw, shape[:3])
    return tf.where(is_finite[..., 0], raw, math.nan)


def fuse(coarse: FloatArray, finer: FloatArray) -> FloatArray:
    """Multiply heatmaps by finer ones, each a share of its largest value.

    Where both are evidence, something is seen there and it speaks for the
    score. The largest value stays that of the coarse map or less: a heatmap
    that fades does not get brighter.

    Source: the recursion of Englebert et al. 2022, "Poly-CAM: High resolution
    class activation map for convolutional neural networks",
    https://arxiv.org/abs/2204.13359, with one step, Grad-CAM for the last map
    and LayerCAM (Jiang et al. 2021) for the finer one. Their layer weights come
    from masked forward passes instead.

    Args:
        coarse: (n, h, w) heatmaps after ReLU, on the grid of the finer ones.
        finer: (n, h, w) heatmaps before ReLU.

    Returns:
        (n, h, w), zero or more; NaN where one of them is not finite.
    """
    shares = evidence(finer)
    peak = shares.max(axis=(1, 2), keepdims=True)
    nothing = np.zeros_like(shares)
    shares = np.divide(shares, peak, out=nothing, where=peak != 0)
    return np.asarray(coarse * shares)


METHODS: Mapping[str, Method] = {
    "grad_cam": Method(grad_cam),
    "hires_cam": Method(hires_cam),
    "grad_cam_plus_plus": Method(
        grad_cam_plus_plus, is_per_cell=False, is_linear=False
    ),
    "layer_cam": Method(layer_cam),
    "x_grad_cam": Method(x_grad_cam, is_linear=False),
    "fused_cam": Method(grad_cam, of_finer=layer_cam),
    "eigen_cam": Method(
        eigen_cam, uses_gradient=False, is_additive=False, is_linear=False
    ),
}


def find_method(name: str) -> Method:
    """Return a method by its name.

    Raises:
        ValueError: There is no such method; lists the names.
    """
    if not isinstance(name, str) or name not in METHODS:
        names = ", ".join(map(repr, METHODS))
        raise ValueError(
            f"method must be one of {names} — got {name!r}.{_meant(name)} "
            "Guided gradients are not offered: they show the image whatever "
            "the weights are (Adebayo et al. 2018)."
        )
    return METHODS[name]


def _meant(name: object) -> str:
    """Return which method was meant, for a name as papers write it."""
    plain = {_plain(known): known for known in METHODS}
    near = difflib.get_close_matches(_plain(str(name)), plain, n=1, cutoff=0.7)
    return f" Did you mean {plain[near[0]]!r}?" if near else ""


def _plain(name: str) -> str:
    """Return letters alone: Grad-CAM++ and grad_cam_plus_plus are one."""
    return re.sub("[^a-z]", "", name.lower().replace("+", "plus"))


def _first_projection(flat: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """Return A v, (n, h w), of (n, h w, c), by the smaller Gram matrix."""
    _, height, width, channels = shape
    if height and width and height * width < (channels or math.inf):
        values, vectors = tf.linalg.eigh(
            tf.matmul(flat, flat, transpose_b=True)
        )
        length = tf.sqrt(tf.nn.relu(values[:, -1:]))
        return vectors[:, :, -1] * length
    _, vectors = tf.linalg.eigh(tf.matmul(flat, flat, transpose_a=True))
    return tf.linalg.matvec(flat, vectors[:, :, -1])


def pooled_gradients(gradients: tf.Tensor) -> tf.Tensor:
    """Return the weight of each channel, (n, c), from (n, h, w, c)."""
    return tf.reduce_mean(gradients, axis=[1, 2])


def weighted_sum(activations: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Return the sum of the channels by their weights (n, c), (n, h, w)."""
    return tf.einsum("nhwc,nc->nhw", activations, weights)


def evidence(raw: FloatArray) -> FloatArray:
    """Return ReLU of heatmaps; NaN where they are not finite."""
    positive = np.maximum(raw, np.float32(0))
    return np.where(np.isfinite(raw), positive, np.float32(np.nan))


def heatmap_status(maps: FloatArray) -> tuple[str, ...]:
    """Return the status of each heatmap, one of `HEATMAP_STATUSES`.

    Args:
        maps: (n, h, w) heatmaps.
    """
    return tuple(_status(one) for one in maps)


def _status(one: FloatArray) -> str:
    if not np.all(np.isfinite(one)):
        return "not_finite"
    return "ok" if np.any(one > 0) else "no_evidence"
