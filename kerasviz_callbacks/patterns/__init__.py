"""Patterns: the synthetic images that maximally activate a model's filters.

This is feature visualization by activation maximization. A model and a
`PatternRequest` come in. `Patterns` go out, one image per filter with its
activation and status. `draw` holds the function `filter_patterns`.
`preparation` traces once and draws again and again, for the callbacks.
"""

from kerasviz_callbacks.patterns.draw import filter_patterns
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.excitation import Excitation
from kerasviz_callbacks.patterns.exemplars import (
    NO_LABEL,
    NUM_EXEMPLARS,
    Exemplars,
    Responses,
)
from kerasviz_callbacks.patterns.margin import margin_px, without_margin
from kerasviz_callbacks.patterns.own_weights import own_weights
from kerasviz_callbacks.patterns.preparation import (
    PreparedLayer,
    PreparedPatterns,
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.request import MOVED_TO_PRESET, PatternRequest
from kerasviz_callbacks.patterns.result import Patterns, captions

__all__ = [
    "MOVED_TO_PRESET",
    "NO_LABEL",
    "NUM_EXEMPLARS",
    "Excitation",
    "Exemplars",
    "PatternEngine",
    "PatternRequest",
    "Patterns",
    "PreparedLayer",
    "PreparedPatterns",
    "Responses",
    "captions",
    "filter_patterns",
    "load_images",
    "margin_px",
    "own_weights",
    "prepare_patterns",
    "without_margin",
]
