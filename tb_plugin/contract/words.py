"""The words of records, each explained once.

Python uses these tables; a test compares what the page says with them.
"""

from collections.abc import Mapping

#: What the status of a filter means.
FILTER_STATUSES: Mapping[str, str] = {
    "live": "its pattern activates it",
    "stuck": "images activate it; optimization found no pattern",
    "dead": "no image activates it; optimization found no pattern",
    "unmeasured": "dead or not optimized: held-out images or finite gradients "
    "are missing to decide",
    "saturated": "at its largest on every held-out image",
    "not_finite": "its own weights or activations are NaN or infinite",
}

#: What statuses and origins are called, where a record words them otherwise.
LABELS: Mapping[str, str] = {
    "stuck": "not optimized",
    "unmeasured": "undetermined",
    "fresh": "computed",
    "unchanged": "reused",
}

#: What the status of a heatmap means.
HEATMAP_STATUSES: Mapping[str, str] = {
    "ok": "some of this layer is evidence for what is explained",
    "no_evidence": "nothing in this layer is evidence for what is explained",
    "not_finite": "the gradients are not finite",
    "no_detection": "no detection overlaps the box that was asked for",
}

#: What people call an event, where the reason in a record is worded otherwise.
EVENT_WORDS: Mapping[str, str] = {
    "trainable weights: more": "unfrozen",
    "trainable weights: fewer": "frozen",
    "trainable weights: other": "trainable weights changed",
    "learning rate drop": "learning rate dropped",
    "loss jump": "loss jumped",
    "interrupt": "interrupted",
}
