"""Finds how many filters of a layer still see what they saw at the baseline.

A filter's meaning is what it responds to: its largest activation on each image
of a sample of the pool. The correlation with that at the baseline says:

| the filter | when                                                          |
|------------|---------------------------------------------------------------|
| kept       | correlation of at least `KEPT`                                |
| changed    | between                                                       |
| rewritten  | below `REWRITTEN`                                             |

No noise enters: the images are the same, and so are the responses of the same
weights. In EfficientNet-Lite0, on photographs, nine in ten pairs of different
filters of a layer correlate by less than 0.35 (`docs/lab_notes.md`).
"""

from collections import Counter
from collections.abc import Sequence

from tb_plugin.contract import Capture, PatternLayer
from tb_plugin.findings.changes import UNFROZEN
from tb_plugin.findings.finding import (
    Finding,
    counted,
    filter_tiles,
    patterns_of,
    short,
)
from tb_plugin.findings.of_class import class_of
from tb_plugin.reading import DrawnLayer

KEPT = 0.8
REWRITTEN = 0.5
LEAST_FILTERS = 4  # of fewer, each is a finding of its own
_MEASURE = "response_correlation_baseline"


def lineage_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return one finding per layer: how many filters kept their meaning.

    None where a layer has not changed at all, and none without a pool.
    """
    last = drawn[-1]
    layer = patterns_of(last)
    values = layer.measures.get(_MEASURE, ())
    known = [(v, i) for i, v in enumerate(values) if v is not None]
    if len(known) < LEAST_FILTERS or _first_change(drawn) is None:
        return []
    num_kept, _, num_rewritten = fates(layer)
    least, place = min(known)
    share = f"{num_kept} of {counted(len(known), 'filter')}"
    gained = _gained(drawn[0], last)
    return [
        Finding(
            weight=0.35 + 0.2 * num_rewritten / len(known),
            tone="news",
            title=f"{short(layer.path)}: {share} kept their meaning "
            f"{_since(stream, drawn)}{gained}",
            text=f"Kept: on the same images of the pool their activations "
            f"correlate by at least {KEPT:g} with those at the baseline; "
            f"{num_rewritten} {'was' if num_rewritten == 1 else 'were'} "
            f"rewritten (below {REWRITTEN:g}). Lowest: "
            f"filter {layer.filters[place]}, {least:.2f}.",
            kind=last.capture.kind,
            stream=last.capture.stream,
            path=layer.path,
            item=str(layer.filters[place]),
            step=last.capture.step,
            versus=drawn[0].capture.step,
            tiles=filter_tiles(drawn[0], last, layer.filters[place]),
        )
    ]


def fates(layer: PatternLayer) -> tuple[int, int, int]:
    """Return how many filters of a layer kept their meaning since the baseline,
    how many changed, and how many were rewritten.
    """
    values = layer.measures.get(_MEASURE, ())
    known = [value for value in values if value is not None]
    num_kept = sum(value >= KEPT for value in known)
    num_rewritten = sum(value < REWRITTEN for value in known)
    return num_kept, len(known) - num_kept - num_rewritten, num_rewritten


def _first_change(drawn: Sequence[DrawnLayer]) -> DrawnLayer | None:
    """Return the first capture with other weights than the baseline's."""
    for each in drawn[1:]:
        if set(patterns_of(each).origin) != {"unchanged"}:
            return each
    return None


def _since(stream: Sequence[Capture], drawn: Sequence[DrawnLayer]) -> str:
    """Return what they went through, in words.

    An unfreezing, if the layer stood still until then.
    """
    change = _first_change(drawn)
    still = [each for each in drawn[1:] if each is not change]
    before = [each for each in still if change and _is_before(each, change)]
    if change is None or not before:
        return "since the baseline"
    since = before[-1].capture.step
    reasons = [
        each.reason
        for each in stream
        if since <= each.step <= change.capture.step
    ]
    was_unfrozen = any(UNFROZEN in reason for reason in reasons)
    return "through the unfreezing" if was_unfrozen else "since the baseline"


def _is_before(one: DrawnLayer, other: DrawnLayer) -> bool:
    return one.capture.step < other.capture.step


def _gained(first: DrawnLayer, last: DrawnLayer) -> str:
    """Return which classes filters are of now and were not before."""
    before, now = _classes(first), _classes(last)
    gained = Counter(
        word for index, word in now.items() if before.get(index) != word
    )
    if not gained:
        return ""
    [(word, count)] = gained.most_common(1)
    noun = f"{short(word)} detector"
    article = f"became {'a ' if count == 1 else ''}"
    return f"; {count} {article}{noun}{'s' * (count != 1)}"


def _classes(drawn: DrawnLayer) -> dict[int, str]:
    layer = patterns_of(drawn)
    if layer.exemplars is None:
        return {}
    found = {
        index: class_of(layer.exemplars, place)
        for place, index in enumerate(layer.filters)
    }
    return {index: word for index, word in found.items() if word is not None}
