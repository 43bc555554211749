"""Which number of a model's output is explained, and what that output is.

Comes in: the outputs of a model under trace, and what is asked of them. Goes
out: one score per image, with the class that it is of; of a detector also the
confidence and, where boxes can be decoded, the box.

What one may touch: `read_output` (what an output is), `explain` and its like
(the score of a class, a margin, an area), and for detectors `Detection` (what
users ask for), `find_layout` (which outputs are detections),
`explain_detections` (the score of one of them) and `DetectionRows` (what is
known of what was explained).
"""

from kerasviz_callbacks.heatmaps.scores.decoding import own_decoder
from kerasviz_callbacks.heatmaps.scores.detected import (
    DetectionRows,
    detection_rows,
    explain_detections,
    without_detection,
)
from kerasviz_callbacks.heatmaps.scores.detection import (
    BOX_FORMATS,
    Detection,
    as_detections,
)
from kerasviz_callbacks.heatmaps.scores.layout import (
    DetectionLayout,
    find_layout,
)
from kerasviz_callbacks.heatmaps.scores.reading import (
    Reading,
    ReadOutput,
    no_output,
    read_output,
)
from kerasviz_callbacks.heatmaps.scores.score import (
    ABSENT,
    PREDICTED,
    Explained,
    ScoreFunction,
    explain,
    explain_area,
    explain_by,
    explain_margin,
)

__all__ = [
    "ABSENT",
    "BOX_FORMATS",
    "PREDICTED",
    "Detection",
    "DetectionLayout",
    "DetectionRows",
    "Explained",
    "ReadOutput",
    "Reading",
    "ScoreFunction",
    "as_detections",
    "detection_rows",
    "explain",
    "explain_area",
    "explain_by",
    "explain_detections",
    "explain_margin",
    "find_layout",
    "no_output",
    "own_decoder",
    "read_output",
    "without_detection",
]
