"""Matches the filters of two captures, for the response to `lineage`.

What cannot be matched is said in a sentence: most pairs of runs looked at other
images, and older logs hold no responses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_plugin.contract import PatternLayer
from tb_plugin.lineage import LEAST_IMAGES, Match, match_filters

MAX_FILTERS = 512  # of one capture: as many take a second


@dataclass(frozen=True)
class FilterResponses:
    """What a capture says of its filters.

    Attributes:
        layer: Its record.
        blob: The responses as they lie in the log; None where there are none.
        fault: Why there are none, if the log is at fault.
    """

    layer: PatternLayer
    blob: bytes | None
    fault: str | None

    @property
    def sample(self) -> str:
        """Digest of the images; empty for none."""
        found = self.layer.exemplars
        return found.sample if found and found.num_sampled else ""

    def values(self) -> NDArray[np.float64]:
        """Return (filters, images)."""
        values = np.frombuffer(self.blob or b"", "<f2").astype(np.float64)
        return values.reshape(len(self.layer.filters), -1)


def lineage_payload(
    own: FilterResponses, other: FilterResponses
) -> dict[str, Any]:
    """Return the response of `lineage`."""
    fault = next(_faults(own, other), None)
    if fault is not None:
        return {"fault": fault, "num_images": 0, "chance": None, "pairs": []}
    values = own.values()
    match = match_filters(values, other.values())
    return {
        "fault": None,
        "num_images": values.shape[1],
        "chance": _number(match.chance),
        "pairs": _pairs(own.layer.filters, other.layer.filters, match),
    }


def _pairs(
    filters: Sequence[int], others: Sequence[int], match: Match
) -> list[dict[str, Any]]:
    return [
        {
            "filter": filters[row],
            "other": others[column],
            "correlation": _number(match.correlation[row]),
        }
        for row, column in enumerate(match.other.tolist())
        if column >= 0
    ]


def _faults(own: FilterResponses, other: FilterResponses) -> Any:
    both = (own, other)
    for each in both:
        if not each.sample:
            yield "A log holds no responses of filters to a pool of images."
        if each.fault is not None:
            yield f"Responses of {each.layer.path[:80]!r}: {each.fault}."
        if not 0 < len(each.layer.filters) <= MAX_FILTERS:
            yield f"At most {MAX_FILTERS} filters are matched."
    if own.sample != other.sample:
        yield "The runs looked at different images: pool= must be the same."
    found = own.layer.exemplars
    if found is not None and found.num_sampled < LEAST_IMAGES:
        yield (
            f"The pool has {found.num_sampled} images; {LEAST_IMAGES} are "
            "needed to match filters."
        )


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
