"""Says what to be careful with in heatmaps that were drawn.

It warns of gradients that vanish. The gradient of a probability
p = softmax(z) or sigmoid(z) is at most p (1 - p) times that of z. A confident
model has next to none, and its heatmap fades without having changed. Logits do
not have that problem; see `kerasviz_callbacks.model.output`.
"""

import numpy as np

from kerasviz_callbacks.heatmaps.batch import HeatmapBatch

_CONFIDENT = 1e-3  # of p (1 - p): a thousandth of the gradient is left


def share_notes(batch: HeatmapBatch) -> tuple[str, ...]:
    """Return which part of the evidence comes by each path, in sentences."""
    notes = []
    for path, parts in batch.parts.items():
        shares = batch.shares[path]
        known = shares[np.isfinite(shares).all(axis=1)]
        if parts and len(known):
            means = zip(parts, known.mean(axis=0), strict=True)
            words = (f"{name} {100 * mean:.0f} %" for name, mean in means)
            notes.append(f"Evidence by path: {', '.join(words)}.")
    return tuple(notes)


def vanishing_notes(batch: HeatmapBatch) -> tuple[str, ...]:
    """Return warnings about the scores, in sentences."""
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
