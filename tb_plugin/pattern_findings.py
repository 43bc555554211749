"""The patterns of a layer in, findings about how it changed out.

| finding              | when                                                 |
|----------------------|------------------------------------------------------|
| became other filters | change of a live filter since the baseline at least  |
|                      | `OTHER` and `CLEAR` times its noise floor            |
| settled              | under the floor from capture to capture in the last  |
|                      | `SETTLED`, and not before                            |

Statuses are in `status_findings.py`, layers at rest in `still_findings.py`.
"""

from collections.abc import Sequence

from tb_plugin.change import change_measures, floor_of, is_noise
from tb_plugin.contract import Capture
from tb_plugin.finding import (
    Finding,
    Tile,
    counted,
    moment,
    patterns_of,
    short,
    tile,
)
from tb_plugin.payload import DrawnLayer
from tb_plugin.status_findings import status_findings

OTHER = 0.5  # half of the picture's variance is another one
CLEAR = 3.0  # times the floor
SETTLED = 3  # captures


def layer_findings(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return what is to be said of one layer, seen over its captures."""
    return [
        *status_findings(stream, drawn),
        *_changed(stream, drawn),
        *_settled(stream, drawn),
    ]


def _changed(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return that filters became other ones, and when most of it was."""
    last = patterns_of(drawn[-1])
    measures = change_measures(last)
    changes = [
        (value, place)
        for place, value in enumerate(measures.get("change_baseline", ()))
        if value is not None
        and value >= max(OTHER, CLEAR * floor_of(measures, place))
        and last.status[place] == "live"
    ]
    if not changes:
        return []
    most, place = max(changes)
    leap = _leap(drawn, last.filters[place])
    before, after = drawn[leap - 1], drawn[leap]
    share = len(changes) / len(last.filters)
    filter_ = last.filters[place]
    tiles = _tiles(before, after, filter_)
    return [
        Finding(
            weight=0.3 + 0.35 * share,
            tone="news",
            title=f"{short(last.path)}: {len(changes)} of "
            f"{counted(len(last.filters), 'filter')} became other filters",
            text=f"Change since the baseline up to {most:.2f}, counted from "
            f"{OTHER:g} on and {CLEAR:g} times the noise floor; most of "
            f"filter {filter_}'s at {moment(after.capture, stream)}.",
            kind=after.capture.kind,
            stream=after.capture.stream,
            path=last.path,
            item=str(filter_),
            step=after.capture.step,
            versus=before.capture.step,
            tiles=tiles,
        )
    ]


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


def _tiles(
    before: DrawnLayer, after: DrawnLayer, filter_: int
) -> tuple[Tile, ...]:
    pair = [
        each for each in (before, after) if filter_ in patterns_of(each).filters
    ]
    if len(pair) < 2:
        return ()
    return tuple(
        tile(each, patterns_of(each).filters.index(filter_)) for each in pair
    )


def _settled(
    stream: Sequence[Capture], drawn: Sequence[DrawnLayer]
) -> list[Finding]:
    """Return that a layer came to rest before the end of training."""
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
