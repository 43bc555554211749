"""Checks that heatmaps depend on the weights (model parameter randomization).

A heatmap that stays the same when the weights lose their meaning shows the
image, not what was learned. The heatmaps are drawn again with the weights of
the head (all that is called after the layer) shuffled, and with all weights
shuffled, for the very classes that were explained, and compared by rank
correlation.

The model is not touched: copies of its values are shuffled and replace them
while its forward pass is traced. The live variables are read once and never
written.

Source: Adebayo et al. 2018, "Sanity Checks for Saliency Maps", the model
parameter randomization test, https://arxiv.org/abs/1810.03292. Differs: entries
of each weight are shuffled instead of drawn anew; head and all instead of one
layer after the other.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.measures import rank_correlation
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.scores import ABSENT, PREDICTED
from kerasviz_callbacks.heatmaps.target import TargetLike
from kerasviz_callbacks.images import Preprocess, Unreadable
from kerasviz_callbacks.model import (
    LayersLike,
    Located,
    Probe,
    generators_kept,
)

logger = logging.getLogger(__name__)

DEPENDS_BELOW = 0.5  # ours; the paper's Grad-CAM falls to about 0


@dataclass(frozen=True)
class SanityCheck:
    """How similar heatmaps are to those of shuffled weights.

    Attributes:
        head: Rank correlation with the heatmaps of a shuffled head, (rows,)
            per layer path; NaN if one of the two has no evidence.
        weights: Rank correlation with the heatmaps of all weights shuffled,
            (rows,) per layer path.
    """

    head: Mapping[str, FloatArray]
    weights: Mapping[str, FloatArray]

    def __repr__(self) -> str:
        return "\n".join(self.sentences())

    def depends_on_weights(self, path: str) -> bool:
        """Return whether a layer's heatmaps lose their order with the weights.

        They do if the mean rank correlation with all weights shuffled is below
        0.5, or no heatmap is left.
        """
        mean = _mean(self.weights[path])
        return mean is None or mean < DEPENDS_BELOW

    def sentence(self, path: str) -> str:
        """Return the result for a layer, in words."""
        verdict = "depend" if self.depends_on_weights(path) else "hardly depend"
        head, weights = _mean(self.head[path]), _mean(self.weights[path])
        return (
            f"Sanity check: the maps of {path} {verdict} on the weights; mean "
            f"rank correlation {_words(weights)} with all weights shuffled, "
            f"{_words(head)} with those of the head."
        )

    def sentences(self) -> tuple[str, ...]:
        """Return the result for every layer, in words."""
        return tuple(self.sentence(path) for path in self.weights)

    def measures(self, path: str) -> dict[str, FloatArray]:
        """Return the numbers for the record, one per row."""
        return {
            "rank_correlation_shuffled_head": self.head[path],
            "rank_correlation_shuffled_weights": self.weights[path],
        }


@generators_kept()
def sanity_check(
    model: keras.Model,
    images: Any,
    labels: ArrayLike | None = None,
    *,
    layers: LayersLike = "auto",
    target: TargetLike = None,
    preprocess: Preprocess | None = None,
    input: str | int | None = None,
    output: str | int | None = None,
    method: str = "grad_cam",
    unreadable: Unreadable = "raise",
    seed: int = 0,
    num_images: int | None = None,
) -> SanityCheck:
    """Check whether heatmaps depend on what the model has learned.

    It costs two more traces and drawings, and a copy of the weights in memory.

    Args:
        model: Keras model; it is not changed.
        images: As for `grad_cam`.
        labels: As for `grad_cam`.
        layers: A path, a layer, or several, as for `GradCAM`.
        target: As for `grad_cam`.
        preprocess: As for `grad_cam`.
        input: As for `grad_cam`.
        output: As for `grad_cam`.
        method: As for `grad_cam`.
        unreadable: As for `grad_cam`.
        seed: Seed of the shuffling. Defaults to 0.
        num_images: As for `grad_cam`.

    Returns:
        `SanityCheck`, with the rank correlations of each layer.

    Example:
        >>> found = sanity_check(model, images, layers="conv5")
        >>> print(found.sentence("conv5"))

    Source: Adebayo et al. 2018, https://arxiv.org/abs/1810.03292.
    """
    request = HeatmapRequest(
        images,
        target,
        labels,
        preprocess,
        input,
        output,
        method=method,
        unreadable=unreadable,
        num_images=num_images,
    )
    prepared = prepare_heatmaps(model, request, layers)
    logger.info("kerasviz: a sanity check: %s", sanity_cost(prepared))
    return check_sanity(prepared, prepared.draw(), seed)


def check_sanity(
    prepared: PreparedHeatmaps, now: HeatmapBatch, seed: int = 0
) -> SanityCheck:
    """Return how similar heatmaps are to those of shuffled weights.

    Args:
        prepared: What draws the heatmaps.
        now: What it draws with the weights as they are.
        seed: Seed of the shuffling.
    """
    engine, images = prepared.engine, prepared.images
    shuffled = ShuffledWeights(engine.model.weights, seed)
    twin = engine.with_weights(shuffled.pairs)
    wanted = explained_classes(prepared, now)
    found = []
    head = head_weights(engine.task.probe, [one.located for one in engine.maps])
    for chosen in (head, engine.model.weights):
        shuffled.shuffle(chosen)
        found.append(_likeness(now, twin(images.fed, wanted, images.others)))
    return SanityCheck(*found)


def explained_classes(
    prepared: PreparedHeatmaps, now: HeatmapBatch
) -> IntArray:
    """Return the classes that are explained, (n, passes), by their index.

    Another model or another image would be explained for other predictions.
    """
    wanted = np.where(
        prepared.wanted == PREDICTED,
        now.predictions[:, None],
        prepared.wanted,
    )
    if now.detections is not None:  # each may be of another class
        wanted[np.nonzero(prepared.wanted != ABSENT)] = now.targets
    return wanted


def sanity_cost(prepared: PreparedHeatmaps) -> str:
    """Return the cost of the check, in words."""
    weights = prepared.engine.model.weights
    num_bytes = sum(w.numpy().nbytes for w in weights)
    return (
        f"a trace, three more drawings and {num_bytes / 1e6:.1f} MB of memory"
    )


def _likeness(now: HeatmapBatch, then: HeatmapBatch) -> dict[str, FloatArray]:
    return {
        path: rank_correlation(maps, then.maps[path])
        for path, maps in now.maps.items()
    }


def _mean(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _words(mean: float | None) -> str:
    return "undefined (no map is left)" if mean is None else f"{mean:.2f}"


class ShuffledWeights:
    """Copies of a model's weights that can lose their meaning.

    The entries of each weight are shuffled among themselves. So each keeps its
    scale, its bias and, for a variance, its sign, and only what was learned is
    lost. The paper draws initial weights anew instead, which needs the
    initializer of every weight.

    Args:
        variables: Floating point weights.
        seed: Seed of the shuffling.

    Attributes:
        pairs: Each variable and its copy, for `tap.forward`.
    """

    def __init__(self, variables: Iterable[Any], seed: int) -> None:
        self.pairs = tuple(
            (variable, tf.Variable(variable.numpy(), trainable=False))
            for variable in variables
            if tf.as_dtype(variable.dtype).is_floating
        )
        self._seed = seed

    def shuffle(self, chosen: Iterable[Any]) -> None:
        """Shuffle these, and give the others their live values."""
        names = {id(variable) for variable in chosen}
        rng = np.random.default_rng(self._seed)
        for variable, copy in self.pairs:
            value = variable.numpy()
            if id(variable) in names:
                value = rng.permutation(value.reshape(-1)).reshape(value.shape)
            copy.assign(value)


def head_weights(probe: Probe, layers: Sequence[Located]) -> tuple[Any, ...]:
    """Return the weights of what is called after the last of these layers.

    A layer that is also called before (a shared one) is not part of the head.
    """
    order = [call.located.layer for call in probe.calls]
    tapped = {id(located.layer) for located in layers}
    last = max(i for i, layer in enumerate(order) if id(layer) in tapped)
    before = {id(v) for layer in order[: last + 1] for v in _own(layer)}
    after = {id(v): v for layer in order[last + 1 :] for v in _own(layer)}
    return tuple(v for key, v in after.items() if key not in before)


def _own(layer: Any) -> list[Any]:
    """Return a layer's variables, without those of the layers inside it."""
    if not isinstance(layer, keras.Layer):
        return []  # an operation has none
    return [*layer._trainable_variables, *layer._non_trainable_variables]
