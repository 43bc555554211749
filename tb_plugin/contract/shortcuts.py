"""The record of a search for shortcuts: places that decide a class."""

from collections.abc import Sequence
from dataclasses import dataclass

from tb_plugin.contract.decode import ContractError

MAX_PLACES = 100  # of one search; the writer tries far fewer
_MAX_NAME = 60
_DOWN, _ACROSS = ("upper", "", "lower"), ("left", "", "right")


@dataclass(frozen=True)
class ShortcutPlace:
    """A place at which the heatmaps of a class are hot, and what it decides.

    The place is pasted from images that the model takes for the class into
    images that it takes for others. Shares are of predictions, from 0 to 1.

    Attributes:
        path: Path of the layer whose heatmaps are hot there.
        class_index: The class.
        class_name: Its name; "" if it has none.
        box: Left, upper, right and lower edge, in fractions of the image.
        turned: Share of the images of other classes that the model takes for
            the class, with the place pasted into them.
        elsewhere: The same with patches of its size from other places of the
            same images.
        others: The same with that place from images of other classes.
        left: Share of the class's own images that the model no longer takes for
            it, with the place blurred.
        left_elsewhere: The same with another place of its size blurred.
        num_pasted: Images behind each of the first three.
        num_own: Images of the class behind the other two; 0 where the model
            takes none for it any more, and both are 0.
        is_shortcut: Whether the writer took it for one, by its thresholds.
    """

    path: str
    class_index: int
    class_name: str
    box: tuple[float, ...]
    turned: float
    elsewhere: float
    others: float
    left: float
    left_elsewhere: float
    num_pasted: int
    num_own: int
    is_shortcut: bool

    def __post_init__(self) -> None:
        if len(self.box) != 4:
            raise ContractError("the box of a place has not four edges")
        shares = [self.turned, self.elsewhere, self.others]
        shares += [self.left, self.left_elsewhere, *self.box]
        if any(not 0 <= share <= 1 for share in shares):
            raise ContractError("a share of a place is not from 0 to 1")
        if self.class_index < 0 or min(self.num_pasted, self.num_own) < 0:
            raise ContractError("a count of a place is below 0")

    @property
    def label(self) -> str:
        """The name of the class, or its index in words."""
        name = self.class_name or f"class {self.class_index}"
        return name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1] + "…"

    @property
    def where(self) -> str:
        """The place in words, such as `lower-right corner`."""
        left, upper, right, lower = self.box
        down, across = _third(_DOWN, upper, lower), _third(_ACROSS, left, right)
        if down and across:
            return f"{down}-{across} corner"
        return f"{down or across} edge" if down or across else "middle"

    def sentence(self) -> str:
        """Return what pasting the place does, in words."""
        return self._said("turns")

    def past(self) -> str:
        """Return what pasting the place did, in words."""
        return self._said("turned")

    def controls(self) -> str:
        """Return what the controls do, in words."""
        words = (
            f"A patch from elsewhere in the same images turns "
            f"{self.elsewhere:.0%}, the {self.where} of other classes "
            f"{self.others:.0%} ({self.num_pasted} images each)."
        )
        if not self.num_own:
            return words
        return (
            f"{words} With it blurred, {self.left:.0%} of {self.num_own} "
            f"images are no longer predicted as {self.label}; with another "
            f"place blurred, {self.left_elsewhere:.0%}."
        )

    def _said(self, verb: str) -> str:
        return (
            f"Pasting the {self.where} of {self.label} {verb} "
            f"{self.turned:.0%} of the other images into {self.label}"
        )


@dataclass(frozen=True)
class ShortcutSearch:
    """What a capture's search for shortcuts found.

    Attributes:
        num_images: Images that were searched, held out and of the pool; 0 if
            the search was skipped.
        skipped: What was not searched, and why, in a sentence; "" if all was.
        places: Places that were tried.
    """

    num_images: int
    skipped: str
    places: tuple[ShortcutPlace, ...]

    def __post_init__(self) -> None:
        if self.num_images < 0:
            raise ContractError("a search of fewer than 0 images")
        if len(self.places) > MAX_PLACES:
            raise ContractError(f"a search of more than {MAX_PLACES} places")

    def sentences(self) -> tuple[str, ...]:
        """Return the shortcuts, in words."""
        return tuple(
            f"Shortcut: {one.sentence()}. {one.controls()}"
            for one in self.places
            if one.is_shortcut
        )


def _third(words: Sequence[str], low: float, high: float) -> str:
    """Return the word for where the middle of an interval lies."""
    return words[min(2, int(3 * (low + high) / 2))]
