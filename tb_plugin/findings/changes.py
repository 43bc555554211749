"""Finds layers that never changed, and how many filters became others.

A layer is *still* if every picture repeats the baseline's, or its weights moved
by less than `STILL`. If these were not measured, it is still if its change lies
below the noise floor.

Almost any training turns filters into others, so that is one finding for all
layers together, with a low weight. It counts live filters whose change since
the baseline is at least `OTHER` and `CLEAR` times their noise floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tb_plugin.contract import Capture, PatternLayer
from tb_plugin.findings.finding import (
    Finding,
    between,
    counted,
    filter_tiles,
    listed,
    moment,
    patterns_of,
    short,
    together,
)
from tb_plugin.findings.measures import change_measures, floors_of, is_noise
from tb_plugin.reading import DrawnLayer, DrawnLayers

OTHER = 0.5  # half of the picture's variance is another one
CLEAR = 3.0  # times the floor


@dataclass(frozen=True)
class _Changed:
    """A layer with filters that became others, and the most changed one."""

    drawn: Sequence[DrawnLayer]
    num_changed: int
    num_filters: int
    most: float
    filter: int


def change_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return one finding: how many filters now show another pattern."""
    changed = [each for each in map(_changed, layers) if each]
    if not changed:
        return []
    first = max(changed, key=lambda each: each.most)
    num_changed = sum(each.num_changed for each in changed)
    num_filters = sum(each.num_filters for each in changed)
    leap = _leap(first.drawn, first.filter)
    before, after = first.drawn[leap - 1], first.drawn[leap]
    path = after.layer.path
    share = f"{num_changed} of {counted(num_filters, 'filter')}"
    where = short(path) if len(changed) == 1 else f"{len(changed)} layers"
    return [
        Finding(
            weight=0.15 + 0.1 * num_changed / num_filters,
            tone="news",
            title=f"{share} in {where} changed substantially",
            text=f"Threshold: change > {OTHER:g} and > {CLEAR:g} times the "
            f"noise floor. Largest: {first.most:.2f} since the baseline, "
            f"filter {first.filter} of {short(path)}, mostly at "
            f"{moment(after.capture, stream)}.",
            kind=after.capture.kind,
            stream=after.capture.stream,
            path=path,
            item=str(first.filter),
            step=after.capture.step,
            versus=before.capture.step,
            tiles=filter_tiles(before, after, first.filter),
        )
    ]


def _changed(drawn: Sequence[DrawnLayer]) -> _Changed | None:
    """Return what changed in a layer; None if no filter became another."""
    last = patterns_of(drawn[-1])
    measures = change_measures(last)
    values = measures.get("change_baseline", ())
    floors = floors_of(measures, len(values))
    changes = [
        (value, place)
        for place, value in enumerate(values)
        if value is not None
        and value >= max(OTHER, CLEAR * floors[place])
        and last.status[place] == "live"
    ]
    if not changes:
        return None
    most, place = max(changes)
    filters = last.filters
    return _Changed(drawn, len(changes), len(filters), most, filters[place])


def _leap(drawn: Sequence[DrawnLayer], filter_: int) -> int:
    """Return the capture in which a filter changed most."""
    steps = [_change_at(each, filter_, "previous") for each in drawn]
    return max(range(1, len(drawn)), key=lambda i: steps[i])


def _change_at(drawn: DrawnLayer, filter_: int, since: str) -> float:
    layer = patterns_of(drawn)
    if filter_ not in layer.filters:
        return 0.0
    place = layer.filters.index(filter_)
    values = change_measures(layer).get(f"change_{since}", ())
    return (values[place] if place < len(values) else None) or 0.0


UNFROZEN = "trainable weights: more"
MAX_NAMED = 4
STILL = 1e-6  # relative; float32 has seven digits


def still_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return which layers never changed, and which began to change late."""
    first_moves = [_first_move(drawn) for drawn in layers]
    still = [
        drawn
        for drawn, first in zip(layers, first_moves, strict=True)
        if first is None
    ]
    found = []
    if still:
        found.append(_still(still, len(layers)))
    late: dict[int, list[_Move]] = {}
    for drawn, first in zip(layers, first_moves, strict=True):
        if first is not None and first > 1:
            step = drawn[first].capture.step
            late.setdefault(step, []).append(_Move(drawn, first))
    return found + [_moves_since(stream, moves) for moves in late.values()]


@dataclass(frozen=True)
class _Move:
    """A layer, capture by capture, and the first in which it changed."""

    drawn: Sequence[DrawnLayer]
    first: int


def _first_move(drawn: Sequence[DrawnLayer]) -> int | None:
    """Return the first capture in which the layer changed; None if none."""
    for i, each in enumerate(drawn[1:], 1):
        if not _is_still(patterns_of(each)):
            return i
    return None


def _is_still(layer: PatternLayer) -> bool:
    """Return whether a layer is still at its baseline."""
    if set(layer.origin) == {"unchanged"}:
        return True
    measures = change_measures(layer)
    moved = [
        change
        for change in measures.get("weight_change_baseline", ())
        if change is not None
    ]
    if moved:
        return max(moved) < STILL
    return is_noise(measures, "baseline") is True


def _still(still: DrawnLayers, num_layers: int) -> Finding:
    names = [short(drawn[-1].layer.path) for drawn in still]
    last = still[-1][-1]
    everything = len(still) == num_layers
    return Finding(
        weight=0.9 if everything else 0.45,
        tone="bad" if everything else "news",
        title=f"{together(names)}: unchanged since the baseline",
        text=f"Of {counted(num_layers, 'layer')} that are drawn, these did not "
        f"change in any capture: {listed(names, MAX_NAMED)}. Frozen, or not "
        "reached by the gradient.",
        kind=last.capture.kind,
        stream=last.capture.stream,
        path=last.layer.path,
        item=None,
        step=last.capture.step,
        versus=None,
    )


def _moves_since(stream: Sequence[Capture], moves: Sequence[_Move]) -> Finding:
    """Return the layers that began to change together: one event."""
    drawn, first = moves[-1].drawn, moves[-1].first
    at = drawn[first].capture
    paths = [short(each.drawn[each.first].layer.path) for each in moves]
    before = max(each.drawn[each.first - 1].capture.step for each in moves)
    last = next(each for each in stream if each.step == before)
    unfrozen = next((x for x in at.happened if x.reason == UNFROZEN), None)
    cause = (
        "Weights were unfrozen "
        + (f"at epoch {unfrozen.epoch}. " if unfrozen else "then. ")
        if unfrozen or UNFROZEN in at.reason.split(", ")
        else "They may have been frozen. "
    )
    return Finding(
        weight=0.5,
        tone="news",
        title=f"{together(paths)} began to change {between(last, at, stream)}",
        text=f"{cause}Until then {counted(first, 'capture')} showed no change"
        + (f": {listed(paths, MAX_NAMED)}" if len(paths) > 1 else "")
        + ".",
        kind=at.kind,
        stream=at.stream,
        path=drawn[first].layer.path,
        item=None,
        step=at.step,
        versus=drawn[first - 1].capture.step,
    )
