"""Finds filters of a layer that are not live, and layers that have settled.

A status is reported for the newest capture, with the capture since when it
holds. A layer has settled if it stayed below its noise floor from capture to
capture in the last `SETTLED` ones, and did not before.
"""

from collections.abc import Mapping, Sequence

from tb_plugin.contract import FILTER_STATUSES, LABELS, Capture
from tb_plugin.findings.finding import (
    Finding,
    Tone,
    counted,
    moment,
    patterns_of,
    short,
)
from tb_plugin.findings.measures import change_measures, is_noise
from tb_plugin.reading import DrawnLayer

MAX_NAMED = 8
_TONES: dict[str, Tone] = {"dead": "bad"}
_WORDS = {  # of one filter, of several
    "dead": ("never fires", "never fire"),
    "stuck": ("is not optimized", "are not optimized"),
    "saturated": ("is saturated", "are saturated"),
    "not_finite": ("is not finite", "are not finite"),
    "unmeasured": ("shows nothing", "show nothing"),
}


def status_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return one finding for each status other than live.

    A capture may have drawn a part of the filters: the others have the status
    of the capture that drew them last.
    """
    known = _statuses(drawn)
    return [
        _status_finding(stream, drawn, known, status)
        for status in dict.fromkeys(known[-1].values())
        if status != "live"
    ]


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
    stream: Sequence[Capture],
    drawn: Sequence[DrawnLayer],
    known: Sequence[Mapping[int, str]],
    status: str,
) -> Finding:
    last = patterns_of(drawn[-1])
    them = [index for index, now in known[-1].items() if now == status]
    since = _since(known, them, status)
    other = f"has the status {status[:40]}"
    words = _WORDS.get(status, (other, other))[len(them) > 1]
    share = len(them) / max(1, len(known[-1]))
    at = drawn[since].capture
    when = (
        "from the baseline on" if since == 0 else f"since {moment(at, stream)}"
    )
    return Finding(
        weight=0.35 + 0.6 * share if status == "dead" else 0.25 + 0.4 * share,
        tone=_TONES.get(status, "care"),
        title=f"{short(last.path)}: {len(them)} of "
        f"{counted(len(known[-1]), 'filter')} {words} {when}",
        text=f"{_meaning(status)}{_named(them)}",
        kind=at.kind,
        stream=at.stream,
        path=last.path,
        item=str(them[0]),
        step=drawn[-1].capture.step,
        versus=None,
    )


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
    return f"{'Filter' if len(them) == 1 else 'Filters'} {names}{more}."


SETTLED = 3  # captures


def layer_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return the findings about one layer, over its captures."""
    return [
        *status_findings(stream, drawn),
        *_settled(stream, drawn),
    ]


def _settled(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return that a layer came to rest before training ended."""
    noise = [
        is_noise(change_measures(patterns_of(each)), "previous")
        for each in drawn
    ]
    num_still = next(
        (i for i, each in enumerate(reversed(noise)) if each is not True),
        len(noise),
    )
    if num_still < SETTLED or False not in noise:
        return []
    last = drawn[-1]
    since = drawn[-num_still].capture
    return [
        Finding(
            weight=0.3,
            tone="news",
            title=f"{short(last.layer.path)} has settled since "
            f"{moment(since, stream)}",
            text="From one capture to the next its pictures change by no more "
            "than the noise floor.",
            kind=last.capture.kind,
            stream=last.capture.stream,
            path=last.layer.path,
            item=None,
            step=since.step,
            versus=None,
        )
    ]
