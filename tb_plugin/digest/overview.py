"""Builds the response of `overview`: a run at a glance.

Every number of every filter would be megabytes, and people view a layer as a
whole first. So each layer of each capture is summarized here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol

from tb_plugin.contract import Capture, Outcome, PatternLayer, json_bytes
from tb_plugin.findings import Finding, ranked, spread_columns
from tb_plugin.findings import measures as change
from tb_plugin.reading import AnyLayer, layers_of

_OF_FEW = ("crop_", "rank_correlation_shuffled")  # no mean of these speaks

Drawn = list[tuple[Capture, AnyLayer]]


class Summarised(Protocol):
    """What an overview needs of a stream; `StreamDigest` has it."""

    @property
    def findings(self) -> Sequence[Finding]:
        """Return the findings about the stream, the weightiest first."""

    def summary(self, of: Literal["layers", "outcomes"]) -> bytes:
        """Return the items of a list of the response, without brackets."""


def overview_bytes(run: str, streams: Sequence[Summarised]) -> bytes:
    """Return the response of `overview`, as it is sent."""
    findings = ranked(
        finding for stream in streams for finding in stream.findings
    )
    told = [finding.to_payload() for finding in findings]
    head = json_bytes({"run": run, "findings": told})[:-1]
    layers = _joined(stream.summary("layers") for stream in streams)
    outcomes = _joined(stream.summary("outcomes") for stream in streams)
    return head + b',"layers":[' + layers + b'],"outcomes":[' + outcomes + b"]}"


def _joined(items: Iterable[bytes]) -> bytes:
    return b",".join(each for each in items if each)


def layers_payload(captures: Sequence[Capture]) -> list[dict[str, Any]]:
    """Return a summary of each layer of the captures.

    Args:
        captures: Captures, by step.
    """
    return [_layer(drawn) for drawn in _by_layer(captures)]


def outcomes_payload(captures: Sequence[Capture]) -> list[dict[str, Any]]:
    """Return how many held-out images were right, by stream."""
    return [_outcomes(each) for each in _by_stream(captures)]


def _by_layer(captures: Iterable[Capture]) -> list[Drawn]:
    """Return each layer of each stream in all its captures, as first drawn."""
    found: dict[tuple[str, str], Drawn] = {}
    for capture in captures:
        for layer in layers_of(capture):
            place = (capture.stream, layer.path)
            found.setdefault(place, []).append((capture, layer))
    return list(found.values())


def _by_stream(captures: Iterable[Capture]) -> list[list[Capture]]:
    """Return the captures that have an outcome, by stream."""
    found: dict[str, list[Capture]] = {}
    for capture in captures:
        if capture.outcome is not None:
            found.setdefault(capture.stream, []).append(capture)
    return list(found.values())


def _layer(drawn: Drawn) -> dict[str, Any]:
    capture, layer = drawn[-1]
    measures = [change.change_measures(each) for _, each in drawn]
    names = dict.fromkeys(name for each in measures for name in each)
    return {
        "kind": capture.kind,
        "path": layer.path,
        "stream": capture.stream,
        "steps": [each.step for each, _ in drawn],
        "status": [dict(Counter(each.status)) for _, each in drawn],
        "unchanged": [set(each.origin) == {"unchanged"} for _, each in drawn],
        "is_noise": {
            since: [change.is_noise(each, since) for each in measures]
            for since in change.SINCE
        },
        "measures": {
            name: spread_columns([each.get(name, ()) for each in measures])
            for name in names
            if not name.startswith(_OF_FEW)
        },
        "layer_measures": _layer_measures([each for _, each in drawn]),
    }


def _layer_measures(layers: Sequence[AnyLayer]) -> dict[str, Any]:
    found = [
        each.layer_measures if isinstance(each, PatternLayer) else {}
        for each in layers
    ]
    names = dict.fromkeys(name for each in found for name in each)
    return {name: [each.get(name) for each in found] for name in names}


def _outcomes(captures: Sequence[Capture]) -> dict[str, Any]:
    outcomes = [each.outcome for each in captures if each.outcome]
    before: list[Outcome | None] = [None, *outcomes[:-1]]
    return {
        "stream": captures[0].stream,
        "steps": [each.step for each in captures],
        "num_labelled": [
            sum(is_right is not None for is_right in each.correct)
            for each in outcomes
        ],
        "num_correct": [
            sum(is_right is True for is_right in each.correct)
            for each in outcomes
        ],
        "num_flips": [
            _num_flips(*pair) for pair in zip(before, outcomes, strict=True)
        ],
    }


def _num_flips(before: Outcome | None, now: Outcome) -> int:
    """Return how many images have another prediction than before."""
    if before is None:
        return 0
    old = dict(zip(before.images, before.prediction, strict=True))
    pairs = [
        (old.get(image), prediction)
        for image, prediction in zip(now.images, now.prediction, strict=True)
    ]
    return sum(None not in pair and pair[0] != pair[1] for pair in pairs)
