"""Finds shortcuts: places of the image that decide a class by themselves.

The search was done while the model trained; see `ShortcutPlace`. A place is
followed over captures by its class and by where it lies, whichever layer's
heatmaps led to it, so that the finding says since when it decides, or that it
no longer does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tb_plugin.contract import Capture, ShortcutPlace
from tb_plugin.findings.attention import heatmaps_of, row_keys, rows_of
from tb_plugin.findings.finding import (
    Finding,
    moment,
    outcome_of,
    tile,
)
from tb_plugin.reading import DrawnLayer, DrawnLayers

NEAR = 0.15  # of the image's edge, between the middles of one place
_Tried = tuple[Capture, ShortcutPlace]


@dataclass(frozen=True)
class _Story:
    """What is known of one place over all captures that searched.

    Attributes:
        tried: Captures that tried the place, with what it did there.
        searched: All captures that searched.
    """

    tried: tuple[_Tried, ...]
    searched: tuple[Capture, ...]

    @property
    def last(self) -> ShortcutPlace | None:
        """What the newest search says of it; None if it did not try it."""
        capture, place = self.tried[-1]
        return place if capture is self.searched[-1] else None

    @property
    def found(self) -> list[_Tried]:
        """The captures in which it was a shortcut."""
        return [each for each in self.tried if each[1].is_shortcut]

    @property
    def since(self) -> Capture:
        """The first of the latest captures that all found it."""
        by_step = {capture.step for capture, _ in self.found}
        latest = self.found[-1][0]
        for capture in reversed(self.searched):
            if capture.step not in by_step:
                break
            latest = capture
        return latest


def shortcut_findings(
    stream: Sequence[Capture], layers: DrawnLayers
) -> list[Finding]:
    """Return the shortcuts that the heatmaps of a stream led to."""
    searched = tuple(
        each
        for each in stream
        if each.shortcuts is not None and each.shortcuts.num_images
    )
    stories: list[list[_Tried]] = []
    for capture in searched:
        places = capture.shortcuts.places if capture.shortcuts else ()
        for place in sorted(places, key=lambda each: each.turned):
            _add(stories, (capture, place))
    told = (_Story(tuple(each), searched) for each in stories)
    return [_finding(stream, layers, each) for each in told if each.found]


def _add(stories: list[list[_Tried]], tried: _Tried) -> None:
    for story in stories:
        if _is_same(story[-1][1], tried[1]):
            story.append(tried)
            return
    stories.append([tried])


def _is_same(one: ShortcutPlace, other: ShortcutPlace) -> bool:
    if one.class_index != other.class_index:
        return False
    shifts = zip(_middle(one), _middle(other), strict=True)
    return all(abs(here - there) <= NEAR for here, there in shifts)


def _middle(place: ShortcutPlace) -> tuple[float, float]:
    left, upper, right, lower = place.box
    return (left + right) / 2, (upper + lower) / 2


def _finding(
    stream: Sequence[Capture], layers: DrawnLayers, story: _Story
) -> Finding:
    newest, last = story.searched[-1], story.last
    first, _ = story.found[0]
    if last is not None and last.is_shortcut:
        since = story.since
        before = [c for c in story.searched if c.step < since.step]
        is_first = since is first
        earlier = (
            "" if is_first else f" First found at {moment(first, stream)}."
        )
        bare = Finding(
            weight=0.95,
            tone="bad",
            title=f"{last.sentence()} since {moment(since, stream)}",
            text=f"{last.controls()}{_before(stream, story, before)}{earlier}",
            kind=newest.kind,
            stream=newest.stream,
            path=last.path,
            item=None,
            step=newest.step,
            versus=before[-1].step if before else None,
        )
        return _with_tiles(bare, layers, newest, last)
    now = f"{last.turned:.0%}" if last else "not found"
    peak_at, peak = max(story.found, key=lambda each: each[1].turned)
    bare = Finding(
        weight=0.9,
        tone="good",
        title=f"{peak.past()} at {moment(peak_at, stream)}, {now} at "
        f"{moment(newest, stream)}",
        text=f"What was found at {moment(peak_at, stream)}: {peak.controls()}",
        kind=newest.kind,
        stream=newest.stream,
        path=peak.path,
        item=None,
        step=newest.step,
        versus=peak_at.step,
    )
    return _with_tiles(bare, layers, peak_at, peak)


def _before(
    stream: Sequence[Capture], story: _Story, before: Sequence[Capture]
) -> str:
    """Return what the search before it said, in words."""
    if not before:
        return ""
    shares = {capture.step: place.turned for capture, place in story.tried}
    share = shares.get(before[-1].step)
    told = "was not found" if share is None else f"turned {share:.0%}"
    return f" At {moment(before[-1], stream)} it {told}."


def _with_tiles(
    finding: Finding,
    layers: DrawnLayers,
    at: Capture,
    place: ShortcutPlace,
) -> Finding:
    """Return the finding with the heatmap that lies nearest to the place.

    Args:
        finding: The finding, with the steps to show.
        layers: All layers, each in all captures.
        at: A capture in which the place decides.
        place: The place there.
    """
    drawn = [
        each
        for layer in layers
        for each in layer
        if each.layer.path == finding.path
    ]
    by_step: dict[int | None, DrawnLayer]
    by_step = {each.capture.step: each for each in drawn}
    here = by_step.get(at.step)
    row = None if here is None else _nearest(here, place)
    if here is None or row is None:
        return finding
    name = rows_of(at)[row]
    key = row_keys([each.capture for each in drawn])[name]
    tiles = tuple(
        tile(each, names.index(name))
        for step in (finding.versus, finding.step)
        if (each := by_step.get(step)) is not None
        and name in (names := rows_of(each.capture))
    )
    return replace(finding, item=key, tiles=tiles if len(tiles) == 2 else ())


def _nearest(drawn: DrawnLayer, place: ShortcutPlace) -> int | None:
    """Return the row of the class whose heatmap lies nearest to the place."""
    outcome, measures = outcome_of(drawn.capture), heatmaps_of(drawn).measures
    across, down = measures.get("centre_x", ()), measures.get("centre_y", ())
    x, y = _middle(place)
    best, nearest = None, float("inf")
    for row, image in enumerate(outcome.row_image):
        is_own = place.class_index == outcome.prediction[image]
        if not is_own or outcome.row_class[row] != place.class_index:
            continue
        at_x = across[row] if row < len(across) else None
        at_y = down[row] if row < len(down) else None
        if at_x is None or at_y is None:
            continue
        distance = (at_x - x) ** 2 + (at_y - y) ** 2
        if distance < nearest:
            best, nearest = row, distance
    return best
