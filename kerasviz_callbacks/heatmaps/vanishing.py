"""Heatmaps in, what to tell about gradients that vanish out.

The gradient of a probability p = softmax(z) or sigmoid(z) is at most p (1 - p)
times that of z: a confident model has next to none, and its map fades without
having changed. Logits do not have that; see `logits.py`.
"""

import numpy as np

from kerasviz_callbacks.heatmaps.batch import HeatmapBatch

_CONFIDENT = 1e-3  # of p (1 - p): a thousandth of the gradient is left


def vanishing_notes(batch: HeatmapBatch) -> tuple[str, ...]:
    """Return what a user should know of the scores, in sentences."""
    if batch.score_kind != "probability":
        return ()
    notes = (
        "The scores behind the probabilities could not be found; gradients "
        "are of the probability and vanish where the model is confident. End "
        "it in a softmax or sigmoid of Keras, or give target= a callable.",
    )
    count = int(np.sum(np.abs(batch.scores * (1 - batch.scores)) < _CONFIDENT))
    if not count:
        return notes
    return (
        *notes,
        f"{count} of {len(batch.scores)} scores are so close to 0 or 1 that "
        "next to no gradient is left: their maps are faint, and not by what "
        "the model sees.",
    )
