"""Graphics: what lies where on a picture, independent of who draws it.

Lengths are pixels from the upper left corner. Tiles lie on whole pixels, so a
picture shown at its stored size is written unchanged, bit for bit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from kerasviz_callbacks.arrays import ByteArray

Colour: TypeAlias = tuple[int, int, int]
Theme: TypeAlias = Literal["light", "dark"]

GROUND: Colour = (255, 255, 255)
INK: Colour = (32, 33, 36)  # as in the tab's theme.css
MUTED: Colour = (95, 99, 104)
GOOD: Colour = (24, 128, 56)
BAD: Colour = (197, 34, 31)
ACCENT: Colour = (168, 74, 0)
_DARK = {
    GROUND: (32, 33, 36),
    INK: (232, 234, 237),
    MUTED: (154, 160, 166),
    GOOD: (129, 201, 149),
    BAD: (242, 139, 130),
    ACCENT: (255, 161, 74),
}


@dataclass(frozen=True)
class Bitmap:
    """Pixels, (h, w, 3) uint8."""

    left: int
    top: int
    pixels: ByteArray

    @property
    def right(self) -> int:
        """Return the right edge."""
        return self.left + int(self.pixels.shape[1])

    @property
    def bottom(self) -> int:
        """Return the lower edge."""
        return self.top + int(self.pixels.shape[0])


@dataclass(frozen=True)
class Text:
    """One line of text of height `size`, cut to `width`, from its upper left.

    It may be centered in its width.
    """

    left: int
    top: int
    width: int
    size: float
    text: str
    colour: Colour = INK
    is_bold: bool = False
    is_centred: bool = False

    @property
    def right(self) -> int:
        """Return the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Return the lower edge, descenders included."""
        return self.top + round(1.3 * self.size)


@dataclass(frozen=True)
class Bar:
    """A horizontal bar of one color."""

    left: int
    top: int
    width: int
    height: int
    colour: Colour

    @property
    def right(self) -> int:
        """Return the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Return the lower edge."""
        return self.top + self.height


Item: TypeAlias = Bitmap | Text | Bar


@dataclass(frozen=True)
class Graphic:
    """Items on a background of `width` x `height`."""

    width: int
    height: int
    items: tuple[Item, ...]
    ground: Colour = GROUND


def with_margin(items: Iterable[Item], margin: int) -> Graphic:
    """Return the items, which begin at (0, 0), with a margin around them."""
    moved = tuple(shifted(item, margin, margin) for item in items)
    width = max((item.right for item in moved), default=0) + margin
    height = max((item.bottom for item in moved), default=0) + margin
    return Graphic(width, height, moved)


def shifted(item: Item, right: int, down: int) -> Item:
    """Return an item at another position."""
    return replace(item, left=item.left + right, top=item.top + down)


def ground_of(theme: Theme) -> Colour:
    """Return the color behind everything."""
    return _DARK[GROUND] if theme == "dark" else GROUND


def themed(graphic: Graphic, theme: Theme) -> Graphic:
    """Return a graphic in the colors of a theme; its pictures stay."""
    if theme == "light":
        return graphic
    items = tuple(
        item
        if isinstance(item, Bitmap)
        else replace(item, colour=_DARK[item.colour])
        for item in graphic.items
    )
    return replace(graphic, items=items, ground=_DARK[graphic.ground])


def stacked(parts: Iterable[Graphic]) -> Graphic:
    """Return the parts stacked from top to bottom."""
    items: list[Item] = []
    width = height = 0
    ground = GROUND
    for part in parts:
        items += [shifted(item, 0, height) for item in part.items]
        width, height = max(width, part.width), height + part.height
        ground = part.ground
    return Graphic(width, height, tuple(items), ground)
