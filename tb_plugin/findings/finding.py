"""The type of a finding (a sentence, its place, its weight) and its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tb_plugin.contract import Capture, Kind, Outcome, PatternLayer, Sheet
from tb_plugin.reading import DrawnLayer, picture_step

# What it is to the person: better, worse, another than before, read with care.
Tone = Literal["good", "bad", "news", "care"]

MAX_NAME = 60
_TAIL = 24  # letters that stay at the end of a longer name


@dataclass(frozen=True)
class Tile:
    """One picture that shows a finding, so that a page can cut it out.

    Attributes:
        step: Step of the capture.
        wall_time: Time of the capture; changes when the picture does.
        picture_step: Step where the picture lies.
        place: Index of the tile on the sheet, or of the row in the heatmaps.
        sheet: Layout of the patterns; None for a heatmap.
        map_size: Rows, height and width of the heatmaps; None for a pattern.
        maximum: Largest value of the heatmap.
        image: Content hash of the image under the heatmap.
    """

    step: int
    wall_time: float
    picture_step: int
    place: int
    sheet: Sheet | None = None
    map_size: tuple[int, int, int] | None = None
    maximum: float | None = None
    image: str | None = None


@dataclass(frozen=True)
class Finding:
    """A sentence about a run, and where it can be seen.

    Attributes:
        weight: Importance among other findings, from 0 to 1.
        tone: What it means to the reader.
        title: The fact, in a few words.
        text: The numbers behind it, and the threshold.
        kind: Which view shows it.
        stream: Stream of the captures.
        path: Path of the layer to view.
        item: Filter, or key of the row; None for the layer as a whole.
        step: Step of the capture to view.
        versus: Step of the capture to compare with; None for none.
        images: Content hashes of the images it is about.
        tiles: Pictures before and after, or none.
        event: What it is about, if findings of other streams are about the
            same; of these only the first is kept.
    """

    weight: float
    tone: Tone
    title: str
    text: str
    kind: Kind
    stream: str
    path: str
    item: str | None
    step: int
    versus: int | None
    images: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    event: str | None = None

    def to_payload(self) -> dict[str, Any]:
        """Return what the page gets: everything but weight and event."""
        payload = dict(vars(self))
        del payload["weight"], payload["event"]
        return payload


def moment(capture: Capture, captures: Sequence[Capture]) -> str:
    """Return when a capture was made, in words: `epoch 4`, `the baseline`.

    Args:
        capture: The capture.
        captures: All captures of its stream. If a later fit counts its epochs
            from the start again, the fit is named too.
    """
    if capture.reason == "baseline":
        return "the baseline"
    words = f"epoch {capture.epoch}"
    if capture.batch:
        words += f", batch {capture.batch}"
    same = {c.fit for c in captures if c.epoch == capture.epoch}
    return f"{words} of fit {capture.fit + 1}" if len(same) > 1 else words


def between(
    before: Capture, after: Capture, captures: Sequence[Capture]
) -> str:
    """Return when something happened that the second capture was the first to
    show: `between epoch 3 and epoch 8`.
    """
    one, other = moment(before, captures), moment(after, captures)
    return f"between {one} and {other}"


def short(path: str) -> str:
    """Return a long name cut in the middle: layers differ at their ends."""
    if len(path) <= MAX_NAME:
        return path
    return path[: MAX_NAME - 1 - _TAIL] + "…" + path[-_TAIL:]


def counted(count: int, noun: str) -> str:
    """Return `1 filter`, `2 filters`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Sequence[str], most: int) -> str:
    """Return `a, b and 2 more`."""
    more = len(names) - most
    words = ", ".join(names[:most])
    return f"{words} and {more} more" if more > 0 else words


def together(names: Sequence[str]) -> str:
    """Return the name of a single layer, or `2 layers`."""
    return names[0] if len(names) == 1 else counted(len(names), "layer")


def tile(drawn: DrawnLayer, place: int) -> Tile:
    """Return the picture of one filter, or of one row of the heatmaps."""
    capture, layer = drawn.capture, drawn.layer
    bare = Tile(capture.step, capture.wall_time, picture_step(drawn), place)
    if isinstance(layer, PatternLayer):
        return replace(bare, sheet=layer.sheet)
    outcome = capture.outcome
    return replace(
        bare,
        map_size=(len(layer.maximum), layer.height, layer.width),
        maximum=layer.maximum[place],
        image=outcome.images[outcome.row_image[place]] if outcome else None,
    )


def filter_tiles(
    before: DrawnLayer, after: DrawnLayer, filter_: int
) -> tuple[Tile, ...]:
    """Return the pictures of a filter in two captures; () if one lacks it."""
    both = [(each, patterns_of(each).filters) for each in (before, after)]
    if any(filter_ not in filters for _, filters in both):
        return ()
    return tuple(tile(each, filters.index(filter_)) for each, filters in both)


def patterns_of(drawn: DrawnLayer) -> PatternLayer:
    """Return the layer of a stream of patterns."""
    if not isinstance(drawn.layer, PatternLayer):
        raise TypeError("a stream of patterns holds only patterns")
    return drawn.layer


def outcome_of(capture: Capture) -> Outcome:
    """Return the outcome, which every capture of heatmaps has."""
    if capture.outcome is None:
        raise TypeError("a stream of heatmaps holds only heatmaps")
    return capture.outcome
