"""What the graph gave in, heatmaps with their status and meaning out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.gradcam import map_status
from kerasviz_callbacks.heatmap_graph import Explanation
from kerasviz_callbacks.layers import Located
from kerasviz_callbacks.target import PREDICTED, Reading


@dataclass(frozen=True)
class HeatmapBatch:
    """The heatmaps of n images, and what they explain.

    Attributes:
        maps: per layer path (n, h, w) float32 after ReLU, un-normalised, at
            the layer's own resolution.
        status: per layer path, of each map; see `map_status`.
        outputs: (n, k) float32 as the model answered; averaged over pixels
            for a segmentation; (n, 0) where the output is not of that kind.
        predictions: (n,) class index of the largest output; -1 where the
            output is not classes, or not finite.
        targets: (n,) class index that is explained; -1 where not a class.
        scores: (n,) float32, whose gradient was taken.
        score_kind: what the scores are: `logit`; `probability`, where the
            logits could not be had; `value`.
        value_kind: what the outputs are: `probability`, `logit` or `value`.
    """

    maps: Mapping[str, FloatArray]
    status: Mapping[str, tuple[str, ...]]
    outputs: FloatArray
    predictions: IntArray
    targets: IntArray
    scores: FloatArray
    score_kind: str
    value_kind: str


def as_batch(
    explained: Explanation,
    layers: Sequence[Located],
    wanted: IntArray,
    reading: Reading,
    *,
    by_class: bool,
    from_logits: bool,
) -> HeatmapBatch:
    """Return the heatmaps of what the graph explained.

    Args:
        explained: of n images.
        layers: whose maps it holds.
        wanted: (n,) class per image, `PREDICTED` for its own.
        reading: of the explained output.
        by_class: whether the scores are those of classes, or a function's.
        from_logits: whether the model was compiled with a loss on logits.
    """
    finite = np.isfinite(explained.outputs).all(axis=1)
    value_kind = _value_kind(reading, explained.outputs[finite], from_logits)
    found_logits = by_class and reading.has_logits
    score_kind = value_kind if by_class else "value"
    is_named = finite | (wanted != PREDICTED)
    maps = {
        located.path: _of_numbers(one, explained.scores)
        for located, one in zip(layers, explained.maps, strict=True)
    }
    return HeatmapBatch(
        maps=maps,
        status={path: map_status(one) for path, one in maps.items()},
        outputs=explained.outputs,
        predictions=np.where(finite, explained.predictions, -1),
        targets=np.where(is_named, explained.targets, -1),
        scores=explained.scores,
        score_kind="logit" if found_logits else score_kind,
        value_kind=value_kind,
    )


def _of_numbers(maps: FloatArray, scores: FloatArray) -> FloatArray:
    """Return the maps, NaN for those of a score that is no number."""
    is_number = np.isfinite(scores)[:, None, None]
    return np.where(is_number, maps, np.float32(np.nan))


def _value_kind(
    reading: Reading, outputs: FloatArray, from_logits: bool
) -> str:
    is_positive = bool((outputs >= 0).all())
    if reading.has_logits:  # negative: the logarithms of probabilities
        return "probability" if is_positive else "value"
    if reading.num_classes is None:
        return "value"
    is_sum_one = np.allclose(outputs.sum(axis=1), 1, atol=1e-2)
    if outputs.size and is_positive and is_sum_one:
        return "probability"  # a softmax that left no logits behind
    return "logit" if from_logits else "value"
