"""Finds what stands out in a run, ranked by tone and weight.

Nothing is said of a change below the noise floor. Each sentence names the
numbers it rests on. The thresholds are the constants at the head of each file
that looks. The same records always give the same findings.
"""

from collections.abc import Iterable, Sequence

from tb_plugin.contract import Capture
from tb_plugin.findings.changes import change_findings, still_findings
from tb_plugin.findings.duplicates import duplicate_findings
from tb_plugin.findings.exemplars import exemplar_findings
from tb_plugin.findings.filters import (
    settled_findings,
    status_findings,
)
from tb_plugin.findings.finding import Finding
from tb_plugin.findings.heatmaps import faithful_findings, heatmap_findings
from tb_plugin.findings.lineage import lineage_findings
from tb_plugin.findings.not_finite import (
    not_finite_findings,
    sound_captures,
)
from tb_plugin.findings.outcomes import outcome_findings
from tb_plugin.findings.shortcuts import shortcut_findings
from tb_plugin.reading import DrawnLayer, layers_of

MAX_FINDINGS = 12
MAX_PER_LAYER = 3


def find(captures: Sequence[Capture]) -> list[Finding]:
    """Return the findings of a run: warnings first, then the weightiest.

    Args:
        captures: Captures of all streams, by step.
    """
    found: list[Finding] = []
    drawn_ones = [each for each in captures if each.reason != "sanity check"]
    for whole in _streams(drawn_ones):
        found += not_finite_findings(whole)
        stream = sound_captures(whole)
        if len(stream) < 2:
            continue
        layers = _layers(stream)
        if stream[0].kind == "filter_patterns":
            found += still_findings(stream, layers)
            found += change_findings(stream, layers)
            found += status_findings(stream, layers)
            found += settled_findings(stream, layers)
            found += exemplar_findings(stream, layers)
            for drawn in layers:
                found += duplicate_findings(drawn)
                found += lineage_findings(stream, drawn)
        else:
            found += outcome_findings(stream, layers)
            found += shortcut_findings(stream, layers)
            for drawn in layers:
                found += heatmap_findings(stream, drawn)
    for stream in _streams(each for each in captures if each.maps):
        for checked in _layers(stream):
            found += faithful_findings(checked)
    return ranked(found)


def _streams(captures: Iterable[Capture]) -> list[list[Capture]]:
    """Return streams of two captures or more: a single one shows no change."""
    found: dict[str, list[Capture]] = {}
    for capture in captures:
        found.setdefault(capture.stream, []).append(capture)
    return [each for each in found.values() if len(each) > 1]


def _layers(captures: Iterable[Capture]) -> list[list[DrawnLayer]]:
    found: dict[str, list[DrawnLayer]] = {}
    for capture in captures:
        for layer in layers_of(capture):
            found.setdefault(layer.path, []).append(DrawnLayer(capture, layer))
    return [each for each in found.values() if len(each) > 1]


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that matter most, few per layer, none said twice.

    Warnings come first: what went wrong is what a person can still mend.
    """
    picked: list[Finding] = []
    counts: dict[tuple[str, str], int] = {}
    said = set()
    for finding in sorted(found, key=_rank):
        place = (finding.stream, finding.path)
        words = (finding.event or finding.title, finding.images)
        if words in said or counts.get(place, 0) == MAX_PER_LAYER:
            continue
        counts[place] = counts.get(place, 0) + 1
        said.add(words)
        picked.append(finding)
    return picked[:MAX_FINDINGS]


def _rank(finding: Finding) -> tuple[bool, float, int]:
    return finding.tone != "bad", -finding.weight, finding.step
