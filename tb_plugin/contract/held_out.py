"""What is recorded of the held-out images; the images lie beside it."""

from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.columns import check_sizes
from tb_plugin.contract.decode import decode, to_json
from tb_plugin.contract.schema import parse_record


@dataclass(frozen=True)
class HeldOutImage:
    """One held-out image as the user gave it.

    `hash` is of its content; `height` and `width` are what the user gave,
    `shown_height` and `shown_width` what is stored beside this record.
    `boxes` are flat: left, upper, right, lower in fractions of the image.
    """

    hash: str
    name: str
    label: int | None
    height: int
    width: int
    shown_height: int
    shown_width: int
    encoding: Literal["png", "jpeg"]
    boxes: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        check_sizes(self.height, self.width)
        check_sizes(self.shown_height, self.shown_width)


@dataclass(frozen=True)
class HeldOut:
    """The held-out images of a stream; the pictures follow in this order."""

    schema: int
    stream: str
    class_names: tuple[str, ...]
    images: tuple[HeldOutImage, ...]

    def to_json(self) -> str:
        """Return the record as it is written."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "HeldOut":
        """Return the record in `text`; raises as `Capture.from_json` does."""
        return decode(cls, parse_record(text))
