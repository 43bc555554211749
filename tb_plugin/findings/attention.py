"""Finds heatmaps that look at another place than in the capture before.

A place is named in words: *the box* if at least half of the energy lies in the
boxes or masks that the user gave, a *corner* if that quarter of the image holds
`IN_CORNER` of it, otherwise the third of the image that holds the center of
mass. A heatmap that is nowhere brighter than `FAINT` of its image's scale looks
at no place: there is hardly any evidence that could lie somewhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tb_plugin.contract import Capture, MapLayer, Outcome
from tb_plugin.reading import DrawnLayer

IN_BOX = 0.5
IN_CORNER = 0.4
FAINT = 0.2  # as in the tab, which says so on the heatmap
_CORNERS = ("upper_left", "upper_right", "lower_left", "lower_right")
_ACROSS = ("left", "", "right")
_DOWN = ("upper", "", "lower")
_SHORT_HASH = 12


@dataclass(frozen=True)
class Move:
    """A row whose heatmap looks at another place than in the capture before.

    Attributes:
        image: Content hash of the image.
        target: What the row explains, in words.
        row_before: Index of the row in the earlier capture.
        row: Index of the row in the later capture.
        shift: Distance that the center moved, in fractions of the image.
        here: Place before, in words.
        there: Place after, in words.
        became_right: Whether the prediction became right.
    """

    image: str
    target: str
    row_before: int
    row: int
    shift: float
    here: str
    there: str
    became_right: bool


def moves_between(
    before: DrawnLayer,
    after: DrawnLayer,
    at_least: float,
    scales: Mapping[tuple[str, str], float],
) -> Iterator[Move]:
    """Yield the rows whose center moved to another place.

    Args:
        before: The layer in the earlier capture.
        after: The layer in the later capture.
        at_least: Smallest distance that counts, in fractions of the image.
        scales: Of `row_scales`.
    """
    if before.capture.outcome is None or after.capture.outcome is None:
        return
    old = {name: i for i, name in enumerate(rows_of(before.capture))}
    shifts = heatmaps_of(after).measures.get("centre_shift_previous", ())
    names = rows_of(after.capture)
    for row, (name, shift) in enumerate(zip(names, shifts, strict=False)):
        if shift is None or shift < at_least or name not in old:
            continue
        least = FAINT * scales[name]
        brightest = (
            heatmaps_of(before).maximum[old[name]],
            heatmaps_of(after).maximum[row],
        )
        if any(each is None or each < least for each in brightest):
            continue
        here = place_of(heatmaps_of(before), old[name])
        there = place_of(heatmaps_of(after), row)
        if here is None or there is None or here == there:
            continue
        was_right = _is_right(before.capture.outcome, old[name])
        yield Move(
            *name,
            row_before=old[name],
            row=row,
            shift=shift,
            here=here,
            there=there,
            became_right=_is_right(after.capture.outcome, row)
            and not was_right,
        )


def row_scales(drawn: Sequence[DrawnLayer]) -> dict[tuple[str, str], float]:
    """Return the largest value of each row's heatmaps in all captures."""
    scales: dict[tuple[str, str], float] = {}
    for each in drawn:
        names, values = rows_of(each.capture), heatmaps_of(each).maximum
        for name, value in zip(names, values, strict=False):
            scales[name] = max(value or 0.0, scales.get(name, 0.0))
    return scales


def place_of(layer: MapLayer, row: int) -> str | None:
    """Return where a heatmap looks, in words; None if it has no energy."""
    inside = _measure(layer, "energy_inside", row)
    if inside is not None and inside >= IN_BOX:
        return "the box"
    for corner in _CORNERS:
        energy = _measure(layer, f"{corner}_energy", row)
        if energy is not None and energy >= IN_CORNER:
            return f"the {corner.replace('_', '-')} corner"
    x, y = _measure(layer, "centre_x", row), _measure(layer, "centre_y", row)
    if x is None or y is None:
        return None
    words = f"{_DOWN[_third(y)]} {_ACROSS[_third(x)]}".strip()
    return f"the {words} part" if words else "the middle"


def rows_of(capture: Capture) -> list[tuple[str, str]]:
    """Return image and target of each row."""
    if capture.outcome is None:
        return []
    images = [capture.outcome.images[i] for i in capture.outcome.row_image]
    return list(zip(images, capture.outcome.row_target, strict=True))


def row_keys(captures: Sequence[Capture]) -> dict[tuple[str, str], str]:
    """Return the key of each row in an address, as the page writes it."""
    names = dict.fromkeys(
        name for capture in captures for name in rows_of(capture)
    )
    counts = Counter(image for image, _ in names)
    length = (
        _SHORT_HASH
        if len({image[:_SHORT_HASH] for image in counts}) == len(counts)
        else None
    )
    return {
        (image, target): image[:length]
        + (f"~{target}" if counts[image] > 1 else "")
        for image, target in names
    }


def heatmaps_of(drawn: DrawnLayer) -> MapLayer:
    """Return the layer of a stream of heatmaps."""
    if not isinstance(drawn.layer, MapLayer):
        raise TypeError("a stream of heatmaps holds only heatmaps")
    return drawn.layer


def _measure(layer: MapLayer, name: str, row: int) -> float | None:
    values = layer.measures.get(name, ())
    return values[row] if row < len(values) else None


def _is_right(outcome: Outcome, row: int) -> bool:
    return outcome.correct[outcome.row_image[row]] is True


def _third(share: float) -> int:
    return min(2, max(0, int(3 * share)))
