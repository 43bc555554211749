"""What a finding is: a sentence, where it can be seen, and its rank."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tb_plugin.contract import Capture, Kind, Outcome, PatternLayer, Sheet
from tb_plugin.reading.captures import DrawnLayer, picture_step

# What it is to the person: better, worse, another than before, read with care.
Tone = Literal["good", "bad", "news", "care"]

MAX_NAME = 60


@dataclass(frozen=True)
class Tile:
    """One picture that shows a finding, so that a page can cut it out.

    Attributes:
        step: of the capture.
        wall_time: of the capture; changes when the picture does.
        picture_step: where its picture lies.
        place: index of the tile on the sheet, or of the row among the maps.
        sheet: of a pattern; None for a map.
        map_size: rows, height and width of the maps; None for a pattern.
        maximum: of the map.
        image: content hash of what the map lies over.
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
    """A sentence about a run.

    Attributes:
        weight: what it is worth among others, from 0 to 1.
        tone: what it is to the person.
        title: what is so, in a few words.
        text: the numbers behind it, and the threshold.
        kind: which view shows it.
        stream: whose captures.
        path: of the layer to look at.
        item: the filter, or key of the row; None: the layer as a whole.
        step: of the capture to look at.
        versus: of the capture to compare with; None: none.
        images: content hashes of the images that it is about.
        tiles: before and after, or neither.
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

    def to_payload(self) -> dict[str, Any]:
        """Return what the page gets: all but the weight."""
        payload = dict(vars(self))
        del payload["weight"]
        return payload


def moment(capture: Capture, captures: Sequence[Capture]) -> str:
    """Return when a capture was, in words: `epoch 4`, `the baseline`.

    Args:
        capture: the one.
        captures: of the stream; where a later fit counts its epochs anew, the
            fit is named too.
    """
    if capture.reason == "baseline":
        return "the baseline"
    words = f"epoch {capture.epoch}"
    if capture.batch:
        words += f", batch {capture.batch}"
    same = {c.fit for c in captures if c.epoch == capture.epoch}
    return f"{words} of fit {capture.fit + 1}" if len(same) > 1 else words


def short(path: str) -> str:
    """Return the end of a long name, where layers differ."""
    return path if len(path) <= MAX_NAME else "…" + path[1 - MAX_NAME :]


def counted(count: int, noun: str) -> str:
    """Return `1 filter`, `2 filters`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def tile(drawn: DrawnLayer, place: int) -> Tile:
    """Return the picture of one filter, or of one row of the maps."""
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


def patterns_of(drawn: DrawnLayer) -> PatternLayer:
    """Return the layer as what the streams of patterns hold."""
    if not isinstance(drawn.layer, PatternLayer):
        raise TypeError("a stream of patterns holds only patterns")
    return drawn.layer


def outcome_of(capture: Capture) -> Outcome:
    """Return the outcome, which every capture of heatmaps has."""
    if capture.outcome is None:
        raise TypeError("a stream of heatmaps holds only heatmaps")
    return capture.outcome
