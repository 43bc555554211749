"""Finds where the network looks: attention that moves, misses or is blank.

| finding             | when                                                  |
|---------------------|-------------------------------------------------------|
| attention moved     | the center of a heatmap moved by `MOVED` of the image |
|                     | between two captures, from one place to another, and  |
|                     | both are more than faint (see `attention.py`)         |
| looks elsewhere     | right, with less than `ELSEWHERE` of the energy inside|
|                     | the box                                               |
| blank, not finite   | the status says so in the newest capture              |
| not faithful        | the newest check of faithfulness, of `MIN_CHECKED`    |
|                     | heatmaps or more, finds no more of it than in a bump  |
|                     | in the center, beyond the standard error              |
"""

import itertools
import statistics
from collections import defaultdict
from collections.abc import Sequence

from tb_plugin.contract import HEATMAP_STATUSES, Capture, beats_chance
from tb_plugin.findings.attention import (
    Move,
    heatmaps_of,
    moves_between,
    row_keys,
    row_scales,
)
from tb_plugin.findings.finding import (
    Finding,
    counted,
    moment,
    outcome_of,
    short,
    tile,
)
from tb_plugin.reading import DrawnLayer

MOVED = 0.15  # of the image's edge, in one capture
ELSEWHERE = 0.2  # of a heatmap's energy
MIN_CHECKED = 4
_TITLES = {
    "no_evidence": "A blank heatmap",
    "not_finite": "Not finite",
    "no_detection": "No detection at the box",
}


def heatmap_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return where the network looks, according to one layer."""
    return [
        *_moves(stream, drawn),
        *_elsewhere(drawn),
        *_no_evidence(drawn),
    ]


def faithful_findings(drawn: Sequence[DrawnLayer]) -> list[Finding]:
    """Return whether heatmaps are no better than what knows no model.

    Args:
        drawn: One layer in all captures, those that only check among them.
    """
    for each in reversed(drawn):
        measures = heatmaps_of(each).measures
        maps = measures.get("faithfulness", ())
        centers = measures.get("faithfulness_centre", ())
        pairs = [
            (one, other)
            for one, other in zip(maps, centers, strict=False)
            if one is not None and other is not None
        ]
        if pairs:
            return _unfaithful(each, pairs)
    return []


def _unfaithful(
    drawn: DrawnLayer, pairs: Sequence[tuple[float, float]]
) -> list[Finding]:
    """Return the finding, if the heatmaps gain no more than by chance."""
    if len(pairs) < MIN_CHECKED:
        return []
    if beats_chance([one - other for one, other in pairs]):
        return []
    here, there = (statistics.fmean(each) for each in zip(*pairs, strict=True))
    capture, layer = drawn.capture, drawn.layer
    return [
        Finding(
            weight=0.6,
            tone="care",
            title="Heatmaps are no more faithful than a bump in the center",
            text=f"Rank correlation of the heat under blurred halves with the "
            f"loss of the score: {here:.2f}, the bump {there:.2f}, over "
            f"{counted(len(pairs), 'heatmap')}. Another method or layer may "
            f"do better. Layer {short(layer.path)}.",
            kind=capture.kind,
            stream=capture.stream,
            path=layer.path,
            item=None,
            step=capture.step,
            versus=None,
        )
    ]


def _moves(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return the moves of attention; equal ones at one step are one finding."""
    keys = row_keys([each.capture for each in drawn])
    scales = row_scales(drawn)
    found = []
    for before, after in itertools.pairwise(drawn):
        alike: dict[tuple[str, str], list[Move]] = defaultdict(list)
        for move in moves_between(before, after, MOVED, scales):
            alike[move.here, move.there].append(move)
        for moves in alike.values():
            found.append(_move(stream, (before, after), moves, keys))
    return found


def _move(
    stream: Sequence[Capture],
    pair: tuple[DrawnLayer, DrawnLayer],
    moves: Sequence[Move],
    keys: dict[tuple[str, str], str],
) -> Finding:
    before, after = pair
    largest = max(moves, key=lambda move: (move.became_right, move.shift))
    images = tuple(dict.fromkeys(move.image for move in moves))
    num_right = sum(move.became_right for move in moves)
    at = after.capture
    to_the_box = largest.there == "the box"
    return Finding(
        weight=0.35
        + 0.3 * min(1.0, len(images) / 5)
        + 0.2 * num_right / len(moves)
        + 0.1 * to_the_box,
        tone="good" if num_right or to_the_box else "news",
        title=f"Attention moved from {largest.here} to {largest.there} at "
        f"{moment(at, stream)}",
        text=f"Its center moved by up to {largest.shift:.2f} of the image"
        + (
            f"; {counted(num_right, 'prediction')} became right"
            * bool(num_right)
        )
        + f". Layer {short(after.layer.path)}.",
        kind=at.kind,
        stream=at.stream,
        path=after.layer.path,
        item=keys[largest.image, largest.target],
        step=at.step,
        versus=before.capture.step,
        images=images,
        tiles=(tile(before, largest.row_before), tile(after, largest.row)),
    )


def _elsewhere(drawn: Sequence[DrawnLayer]) -> list[Finding]:
    """Return images that are right, but not because of what is in their box."""
    last = drawn[-1]
    outcome, inside = (
        outcome_of(last.capture),
        heatmaps_of(last).measures.get("energy_inside"),
    )
    if inside is None:
        return []
    rows = [
        row
        for row, energy in enumerate(inside)
        if energy is not None
        and energy < ELSEWHERE
        and outcome.correct[outcome.row_image[row]]
    ]
    if not rows:
        return []
    return [
        _about_rows(
            drawn,
            rows,
            title="Right, but the network looks elsewhere",
            text=f"Less than {ELSEWHERE:.0%} of the heatmap's energy lies in "
            "the box: the prediction may rest on something else.",
            weight=0.5,
        )
    ]


def _no_evidence(drawn: Sequence[DrawnLayer]) -> list[Finding]:
    last = heatmaps_of(drawn[-1])
    found = []
    for status, words in _TITLES.items():
        rows = [i for i, each in enumerate(last.status) if each == status]
        if rows:
            text = f"{HEATMAP_STATUSES[status].capitalize()}."
            found.append(
                _about_rows(drawn, rows, title=words, text=text, weight=0.35)
            )
    return found


def _about_rows(
    drawn: Sequence[DrawnLayer],
    rows: Sequence[int],
    *,
    title: str,
    text: str,
    weight: float,
) -> Finding:
    """Return a finding about some rows of the newest capture."""
    last = drawn[-1]
    outcome = outcome_of(last.capture)
    images = dict.fromkeys(outcome.images[outcome.row_image[i]] for i in rows)
    keys = row_keys([each.capture for each in drawn])
    place = (
        outcome.images[outcome.row_image[rows[0]]],
        outcome.row_target[rows[0]],
    )
    share = len(images) / max(1, len(outcome.images))
    return Finding(
        weight=weight + 0.3 * share,
        tone="care",
        title=title,
        text=f"{text} Layer {short(last.layer.path)}.",
        kind=last.capture.kind,
        stream=last.capture.stream,
        path=last.layer.path,
        item=keys[place],
        step=last.capture.step,
        versus=None,
        images=tuple(images),
    )
