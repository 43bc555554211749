"""Finds what became of filters, by the images that activate them.

Filters of several layers that woke up or fell silent in one capture are one
event, and one finding. One that optimization finds nothing for either is dead,
which `filters.py` says.

| finding          | when, from the first capture to the newest              |
|------------------|---------------------------------------------------------|
| born             | from at most `QUIET` of the images to at least `AWAKE`  |
| died             | the other way round                                     |
| became selective | class selectivity from at most `VAGUE` to at least      |
|                  | `SELECTIVE`, and of one class in the end                |
| changed class    | of one class before and of another one after            |

`of_class.py` says when a filter is of a class.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tb_plugin.contract import Capture
from tb_plugin.findings.finding import (
    Finding,
    Tone,
    counted,
    moment,
    patterns_of,
    short,
    tile,
)
from tb_plugin.findings.of_class import class_of
from tb_plugin.reading import DrawnLayer, DrawnLayers

QUIET = 0.01  # of the images
AWAKE = 0.1
VAGUE = 0.3  # class selectivity
SELECTIVE = 0.5
MAX_NAMED = 6
MAX_EVENTS = 2
MAX_LAYERS = 4


@dataclass(frozen=True)
class _Seen:
    """What images said of one filter at one capture."""

    drawn: DrawnLayer
    place: int
    share: float | None
    selectivity: float | None
    of_class: str | None
    is_dead: bool


@dataclass(frozen=True)
class _Change:
    """A filter that became another one.

    Attributes:
        filter: Its index.
        first: How it was.
        then: The capture from which on it is as it is now.
        words: What happened to it.
    """

    filter: int
    first: _Seen
    then: _Seen
    words: str


_Judge = Callable[[_Seen, _Seen], str | None]


@dataclass(frozen=True)
class _Kind:
    """What is looked for.

    Attributes:
        judge: Returns what happened to a filter, in words.
        tone: What it is to the reader.
        weight: Its weight if it happened to one filter.
        did: How others that did the same are reported.
        is_shared: Whether layers that did it in one capture are one finding.
    """

    judge: _Judge
    tone: Tone
    weight: float
    did: str
    is_shared: bool = False


def exemplar_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return what became of filters, a finding for each kind.

    Of a kind that several layers share it is one per capture, of the
    `MAX_EVENTS` captures in which it happened to most filters.
    """
    with_images = [
        [each for each in drawn if patterns_of(each).exemplars]
        for drawn in layers
    ]
    histories = [_histories(drawn) for drawn in with_images]
    found = []
    for kind in _KINDS:
        by_layer = [_changes(each, kind) for each in histories]
        groups = _events(by_layer) if kind.is_shared else by_layer
        found += [_finding(stream, them, kind) for them in groups if them]
    return found


def _changes(
    histories: Mapping[int, Sequence[_Seen]], kind: _Kind
) -> list[_Change]:
    """Return the filters of one layer that changed in one way."""
    return [
        change
        for index, seen in histories.items()
        if (change := _change(index, seen, kind.judge)) is not None
    ]


def _events(by_layer: Iterable[Sequence[_Change]]) -> list[list[_Change]]:
    """Return the changes by the capture in which they happened."""
    found: dict[int, list[_Change]] = {}
    for changes in by_layer:
        for each in changes:
            found.setdefault(each.then.drawn.capture.step, []).append(each)
    return sorted(found.values(), key=len, reverse=True)[:MAX_EVENTS]


def _histories(drawn: Sequence[DrawnLayer]) -> dict[int, list[_Seen]]:
    found: dict[int, list[_Seen]] = {}
    for each in drawn:
        layer = patterns_of(each)
        if layer.exemplars is None:
            continue
        for place, index in enumerate(layer.filters):
            seen = _Seen(
                each,
                place,
                _at(layer.measures.get("active_share", ()), place),
                _at(layer.measures.get("class_selectivity", ()), place),
                class_of(layer.exemplars, place),
                layer.status[place] == "dead",
            )
            found.setdefault(index, []).append(seen)
    return found


def _at(values: Sequence[float | None], place: int) -> float | None:
    return values[place] if place < len(values) else None


def _change(index: int, seen: Sequence[_Seen], judge: _Judge) -> _Change | None:
    """Return how a filter changed, and since when it is as it is."""
    first, last = seen[0], seen[-1]
    words = None if last.is_dead else judge(first, last)
    if words is None:
        return None
    since = len(seen) - 1
    while since > 1 and judge(first, seen[since - 1]) == words:
        since -= 1
    return _Change(index, first, seen[since], words)


def _born(first: _Seen, now: _Seen) -> str | None:
    is_born = _is_quiet(first) and now.share is not None and now.share >= AWAKE
    return "woke up" if is_born else None


def _died(first: _Seen, now: _Seen) -> str | None:
    was_awake = first.share is not None and first.share >= AWAKE
    return "fell silent" if was_awake and _is_quiet(now) else None


def _is_quiet(seen: _Seen) -> bool:
    return seen.share is not None and seen.share <= QUIET


def _became_selective(first: _Seen, now: _Seen) -> str | None:
    before, after = first.selectivity, now.selectivity
    if before is None or after is None or now.of_class is None:
        return None
    if before > VAGUE or after < SELECTIVE:
        return None
    return f"became selective for {short(now.of_class)}"


def _changed_class(first: _Seen, now: _Seen) -> str | None:
    before, after = first.of_class, now.of_class
    if before is None or after is None or before == after:
        return None
    return f"turned from {short(before)} to {short(after)}"


_KINDS = (
    _Kind(_changed_class, "news", 0.55, "changed class"),
    _Kind(_became_selective, "good", 0.6, "became selective"),
    _Kind(_born, "good", 0.45, "woke up", is_shared=True),
    _Kind(_died, "bad", 0.55, "fell silent", is_shared=True),
)


def _finding(
    stream: Sequence[Capture], changes: Sequence[_Change], kind: _Kind
) -> Finding:
    shown = changes[0]
    after = shown.then.drawn
    path = after.layer.path
    return Finding(
        weight=kind.weight + 0.1 * min(1.0, len(changes) / 8),
        tone=kind.tone,
        title=_title(changes, kind, moment(after.capture, stream)),
        text=_text(changes),
        kind=after.capture.kind,
        stream=after.capture.stream,
        path=path,
        item=str(shown.filter),
        step=after.capture.step,
        versus=shown.first.drawn.capture.step,
        tiles=(
            tile(shown.first.drawn, shown.first.place),
            tile(after, shown.then.place),
        ),
    )


def _title(changes: Sequence[_Change], kind: _Kind, when: str) -> str:
    shown, others = changes[0], len(changes) - 1
    num_layers = len(_by_path(changes))
    if num_layers > 1:
        return (
            f"{len(changes)} filters in {num_layers} layers {kind.did} at "
            + when
        )
    more = f"; {counted(others, 'other filter')} {kind.did}" if others else ""
    path = short(shown.then.drawn.layer.path)
    return f"{path}: filter {shown.filter} {shown.words} at {when}{more}"


def _by_path(changes: Sequence[_Change]) -> dict[str, list[_Change]]:
    found: dict[str, list[_Change]] = {}
    for each in changes:
        found.setdefault(each.then.drawn.layer.path, []).append(each)
    return found


def _text(changes: Sequence[_Change]) -> str:
    """Return the numbers of the filter that is shown, and the other filters."""
    numbers, by_path = _numbers(changes[0]), _by_path(changes)
    if len(by_path) == 1:
        return f"{numbers} {_named(changes)}"
    shown = short(changes[0].then.drawn.layer.path)
    listed = [
        f"{short(path)}: {_indices(them)}"
        for path, them in list(by_path.items())[:MAX_LAYERS]
    ]
    more = len(by_path) - len(listed)
    return (
        f"Filter {changes[0].filter} of {shown}: "
        f"{numbers[:1].lower()}{numbers[1:]} {'; '.join(listed)}"
        + (f"; and {counted(more, 'more layer')}" if more else "")
        + "."
    )


def _indices(changes: Sequence[_Change]) -> str:
    shown = ", ".join(str(each.filter) for each in changes[:MAX_NAMED])
    more = ", …" if len(changes) > MAX_NAMED else ""
    return f"{'filter' if len(changes) == 1 else 'filters'} {shown}{more}"


def _numbers(change: _Change) -> str:
    """Return the numbers that a sentence rests on."""
    words = []
    for name, before, after in (
        ("images that activate it", change.first.share, change.then.share),
        (
            "class selectivity",
            change.first.selectivity,
            change.then.selectivity,
        ),
    ):
        if before is not None and after is not None:
            is_share = name.startswith("images")
            pair = [
                f"{x:.0%}" if is_share else f"{x:.2f}" for x in (before, after)
            ]
            words.append(f"{name} {pair[0]} → {pair[1]}")
    told = "; ".join(words)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _named(changes: Sequence[_Change]) -> str:
    told = [f"{each.filter} {each.words}" for each in changes[1:MAX_NAMED]]
    more = ", …" if len(changes) > MAX_NAMED else ""
    return f"Filter {'; filter '.join(told)}{more}." if told else ""
