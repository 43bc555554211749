"""Finds what became of filters, by the images that activate them.

| finding          | when, from the first capture to the newest              |
|------------------|---------------------------------------------------------|
| born             | from at most `QUIET` of the images to at least `AWAKE`  |
| died             | the other way round                                     |
| became selective | class selectivity from at most `VAGUE` to at least      |
|                  | `SELECTIVE`, and of one class in the end                |
| changed class    | of one class before and of another one after            |
| duplicates       | two filters share at least `SHARED` of nine exemplars   |

A filter is *of a class* if that class has at least `OF_CLASS` of the images
that activate it most, at least `OFTEN` times its share of all images, and there
are `LEAST` such images: where 12 of 20 images are dogs, 60% dogs is nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tb_plugin.contract import Capture, Exemplars
from tb_plugin.findings.finding import (
    Finding,
    Tone,
    counted,
    moment,
    patterns_of,
    short,
    tile,
)
from tb_plugin.reading import DrawnLayer

QUIET = 0.01  # of the images
AWAKE = 0.1
VAGUE = 0.3  # class selectivity
SELECTIVE = 0.5
OF_CLASS = 0.5  # of the images that activate a filter most
OFTEN = 1.5  # times as many as among all images
LEAST = 9  # images
SHARED = 7 / 9  # of the exemplars
MAX_NAMED = 6


@dataclass(frozen=True)
class _Seen:
    """What images said of one filter at one capture."""

    drawn: DrawnLayer
    place: int
    share: float | None
    selectivity: float | None
    of_class: str | None


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


def exemplar_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return what became of a layer's filters, a finding for each kind."""
    with_images = [each for each in drawn if patterns_of(each).exemplars]
    histories = _histories(with_images)
    found = []
    for kind in _KINDS:
        changes = [
            change
            for index, seen in histories.items()
            if (change := _change(index, seen, kind[0])) is not None
        ]
        if changes:
            found.append(_finding(stream, changes, kind))
    return [*found, *_duplicates(with_images[-1:])]


def class_of(found: Exemplars, place: int) -> str | None:
    """Return the class that a filter is of; None if it is of none.

    Args:
        found: The exemplars of a layer.
        place: The filter's row.
    """
    total, counts = found.mix_total[place], found.mix_count[place]
    if total < LEAST or not counts:
        return None
    most = max(range(len(counts)), key=lambda i: counts[i])
    index = found.mix_class[place][most]
    share = counts[most] / total
    of_all = found.class_count[index] / max(1, found.num_images)
    is_of = share >= OF_CLASS and share >= OFTEN * of_all
    return found.classes[index] if is_of else None


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
            )
            found.setdefault(index, []).append(seen)
    return found


def _at(values: Sequence[float | None], place: int) -> float | None:
    return values[place] if place < len(values) else None


def _change(index: int, seen: Sequence[_Seen], judge: _Judge) -> _Change | None:
    """Return how a filter changed, and since when it is as it is."""
    first, last = seen[0], seen[-1]
    words = judge(first, last)
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


# What is looked for, what it is to the reader, its weight, and how others that
# did the same are told.
_Kind = tuple[_Judge, Tone, float, str]
_KINDS: tuple[_Kind, ...] = (
    (_changed_class, "news", 0.55, "changed class"),
    (_became_selective, "good", 0.6, "became selective"),
    (_born, "good", 0.45, "woke up"),
    (_died, "bad", 0.55, "fell silent"),
)


def _finding(
    stream: Sequence[Capture],
    changes: Sequence[_Change],
    kind: _Kind,
) -> Finding:
    shown, (_, tone, weight, did) = changes[0], kind
    after = shown.then.drawn
    path = after.layer.path
    others = len(changes) - 1
    more = f"; {counted(others, 'other filter')} {did}" if others else ""
    return Finding(
        weight=weight + 0.1 * min(1.0, len(changes) / 8),
        tone=tone,
        title=f"{short(path)}: filter {shown.filter} {shown.words} at "
        f"{moment(after.capture, stream)}{more}",
        text=f"{_numbers(shown)} {_named(changes)}",
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


def _duplicates(newest: Sequence[DrawnLayer]) -> list[Finding]:
    """Return filters of the newest capture that see the same."""
    if not newest:
        return []
    [drawn] = newest
    layer = patterns_of(drawn)
    found = layer.exemplars
    if found is None:
        return []
    sets = [set(row) for row in found.hash]
    pairs = [
        (len(a & b), i, j)
        for i, a in enumerate(sets)
        for j, b in enumerate(sets[:i])
        # Of a dozen images, nine are the same by chance.
        if len(a) >= LEAST
        and found.num_images >= LEAST * LEAST
        and len(a & b) >= SHARED * len(a)
    ]
    if not pairs:
        return []
    count, i, j = max(pairs)
    first, second = sorted((layer.filters[i], layer.filters[j]))
    return [
        Finding(
            weight=0.4,
            tone="care",
            title=f"{short(layer.path)}: filters {first} and {second} see the "
            "same",
            text=f"{count} of their {len(sets[i])} exemplars are the same "
            f"images, of {found.num_images}. {counted(len(pairs), 'pair')} of "
            "filters of this layer share as many.",
            kind=drawn.capture.kind,
            stream=drawn.capture.stream,
            path=layer.path,
            item=str(first),
            step=drawn.capture.step,
            versus=None,
            tiles=(tile(drawn, j), tile(drawn, i)),
        )
    ]
