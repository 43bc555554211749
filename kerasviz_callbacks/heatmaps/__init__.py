"""Heatmaps: where in an image the evidence for a score lies.

Comes in: a model, held-out images and a question (which layer, which target,
which method). Goes out: `HeatmapBatch` for callbacks, `Heatmaps` for people.

What one may touch: `draw.grad_cam`, for one moment; `preparation`, which traces
once and draws again and again; `class_means`, `measures` and `trust` for
numbers about heatmaps. `detections` is a room of its own: which box of a
detector is explained. The rest (`engine`, `graph`, `methods`, `question`,
`score`, `target`) is how it is done.
"""

from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.class_means import (
    ClassMeans,
    class_means,
    class_votes,
)
from kerasviz_callbacks.heatmaps.draw import grad_cam, heatmaps_at
from kerasviz_callbacks.heatmaps.measures import (
    centre_distance,
    place_measures,
    rank_correlation,
    region_measures,
)
from kerasviz_callbacks.heatmaps.preparation import (
    MOVED_TO_TOKENS,
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.result import Heatmaps, top_classes
from kerasviz_callbacks.heatmaps.scores import Detection, DetectionRows
from kerasviz_callbacks.heatmaps.target import OverMask, TargetLike
from kerasviz_callbacks.heatmaps.trust import (
    FEWEST,
    NUM_MASKS,
    Faithfulness,
    SanityCheck,
    Shortcuts,
    ShortcutSearcher,
    Suspect,
    check_faithfulness,
    check_sanity,
    load_pool,
    sanity_check,
    sanity_cost,
    share_notes,
    vanishing_notes,
)

__all__ = [
    "FEWEST",
    "MOVED_TO_TOKENS",
    "NUM_MASKS",
    "ClassMeans",
    "Detection",
    "DetectionRows",
    "Faithfulness",
    "HeatmapBatch",
    "HeatmapRequest",
    "Heatmaps",
    "OverMask",
    "PreparedHeatmaps",
    "SanityCheck",
    "ShortcutSearcher",
    "Shortcuts",
    "Suspect",
    "TargetLike",
    "centre_distance",
    "check_faithfulness",
    "check_sanity",
    "class_means",
    "class_votes",
    "grad_cam",
    "heatmaps_at",
    "load_pool",
    "place_measures",
    "prepare_heatmaps",
    "rank_correlation",
    "region_measures",
    "sanity_check",
    "sanity_cost",
    "share_notes",
    "top_classes",
    "vanishing_notes",
]
