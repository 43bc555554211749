"""Finds filters of a layer that are not live, and layers that have settled.

A status is reported for the newest capture, with the capture since when it
holds; of layers that took it on together, once. A layer has settled if it
stayed below its noise floor from capture to capture in the last `SETTLED` ones,
and did not before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tb_plugin.contract import FILTER_STATUSES, LABELS, Capture
from tb_plugin.findings.finding import (
    Finding,
    Tone,
    counted,
    listed,
    moment,
    patterns_of,
    short,
    together,
)
from tb_plugin.findings.measures import change_measures, is_noise
from tb_plugin.reading import DrawnLayer, DrawnLayers

MAX_NAMED = 8
MAX_LAYERS = 4
_TONES: dict[str, Tone] = {"dead": "bad"}
_WORDS = {  # of one filter, of several
    "dead": ("never fires", "never fire"),
    "stuck": ("is not optimized", "are not optimized"),
    "saturated": ("is saturated", "are saturated"),
    "not_finite": ("is not finite", "are not finite"),
    "unmeasured": ("shows nothing", "show nothing"),
}


@dataclass(frozen=True)
class _Group:
    """Filters of one layer that have had a status since one capture.

    Attributes:
        drawn: The layer, capture by capture.
        filters: Their indices.
        num_filters: How many filters of the layer were drawn.
        since: The capture since when all of them have the status.
        is_first: Whether that is the first capture of the layer.
    """

    drawn: Sequence[DrawnLayer]
    filters: tuple[int, ...]
    num_filters: int
    since: Capture
    is_first: bool


def status_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return findings about filters that are not live.

    A status that filters of several layers took on in one capture is one
    event, and one finding. A capture may have drawn a part of the filters: the
    others have the status of the capture that drew them last.
    """
    events: dict[tuple[str, int], list[_Group]] = {}
    for drawn in layers:
        known = _statuses(drawn)
        for status in dict.fromkeys(known[-1].values()):
            if status != "live":
                group = _group(drawn, known, status)
                events.setdefault((status, group.since.step), []).append(group)
    return [
        _status_finding(stream, status, groups)
        for (status, _), groups in events.items()
    ]


def _group(
    drawn: Sequence[DrawnLayer],
    known: Sequence[Mapping[int, str]],
    status: str,
) -> _Group:
    them = tuple(i for i, now in known[-1].items() if now == status)
    since = _since(known, them, status)
    at = drawn[since].capture
    return _Group(drawn, them, len(known[-1]), at, since == 0)


def _statuses(drawn: Sequence[DrawnLayer]) -> list[dict[int, str]]:
    """Return the status of each filter that was drawn by then, by capture."""
    found: list[dict[int, str]] = []
    known: dict[int, str] = {}
    for each in drawn:
        layer = patterns_of(each)
        known = known | dict(zip(layer.filters, layer.status, strict=True))
        found.append(known)
    return found


def _status_finding(
    stream: Sequence[Capture], status: str, groups: Sequence[_Group]
) -> Finding:
    most = max(groups, key=lambda each: len(each.filters) / each.num_filters)
    count = sum(len(each.filters) for each in groups)
    of = sum(each.num_filters for each in groups)
    other = f"has the status {status[:40]}"
    words = _WORDS.get(status, (other, other))[count > 1]
    at, last = most.since, most.drawn[-1]
    when = (
        "from the baseline on"
        if most.is_first
        else f"since {moment(at, stream)}"
    )
    path = short(last.layer.path)
    where = path if len(groups) == 1 else f"{len(groups)} layers"
    share = len(most.filters) / most.num_filters
    return Finding(
        weight=0.35 + 0.6 * share if status == "dead" else 0.25 + 0.4 * share,
        tone=_TONES.get(status, "care"),
        title=f"{where}: {count} of {counted(of, 'filter')} {words} {when}",
        text=_meaning(status) + _listed(groups),
        kind=at.kind,
        stream=at.stream,
        path=last.layer.path,
        item=str(most.filters[0]),
        step=last.capture.step,
        versus=None,
    )


def _listed(groups: Sequence[_Group]) -> str:
    """Return which filters they are, layer by layer."""
    if len(groups) == 1:
        return f"{_named(groups[0].filters)}."
    told = [
        f"{short(each.drawn[-1].layer.path)}: {_named(each.filters)}"
        for each in groups[:MAX_LAYERS]
    ]
    more = f"; and {len(groups) - MAX_LAYERS} more layers"
    return "; ".join(told) + more * (len(groups) > MAX_LAYERS) + "."


def _since(
    known: Sequence[Mapping[int, str]], them: Sequence[int], status: str
) -> int:
    """Return the first capture from which all of them have the status."""
    first = len(known) - 1
    for i in range(len(known) - 1, -1, -1):
        if any(known[i].get(index) != status for index in them):
            break
        first = i
    return first


def _meaning(status: str) -> str:
    if status not in FILTER_STATUSES:
        return ""
    word = LABELS.get(status, status.replace("_", " ")).capitalize()
    return f"{word}: {FILTER_STATUSES[status]}. "


def _named(them: Sequence[int]) -> str:
    names = ", ".join(map(str, them[:MAX_NAMED]))
    more = ", …" if len(them) > MAX_NAMED else ""
    return f"{'Filter' if len(them) == 1 else 'Filters'} {names}{more}"


SETTLED = 3  # captures


def settled_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return which layers came to rest before training ended.

    Those that did so together are one finding.
    """
    events: dict[int, list[Sequence[DrawnLayer]]] = {}
    for drawn in layers:
        since = _settled_since(drawn)
        if since is not None:
            events.setdefault(since.step, []).append(drawn)
    return [_settled(stream, step, them) for step, them in events.items()]


def _settled_since(drawn: Sequence[DrawnLayer]) -> Capture | None:
    """Return the capture from which a layer rests; None if it does not."""
    noise = [
        is_noise(change_measures(patterns_of(each)), "previous")
        for each in drawn
    ]
    num_still = next(
        (i for i, each in enumerate(reversed(noise)) if each is not True),
        len(noise),
    )
    if num_still < SETTLED or False not in noise:
        return None
    return drawn[-num_still].capture


def _settled(
    stream: Sequence[Capture], step: int, them: DrawnLayers
) -> Finding:
    last = them[-1][-1]
    since = next(each for each in stream if each.step == step)
    names = [short(drawn[-1].layer.path) for drawn in them]
    have = "has" if len(them) == 1 else "have"
    return Finding(
        weight=0.3,
        tone="news",
        title=f"{together(names)} {have} settled since {moment(since, stream)}",
        text="From one capture to the next the pictures change by no more "
        f"than the noise floor: {listed(names, MAX_LAYERS)}.",
        kind=last.capture.kind,
        stream=last.capture.stream,
        path=last.layer.path,
        item=None,
        step=step,
        versus=None,
    )
