"""The record of the held-out images; the encoded images lie beside it.

Held-out images are the fixed probe set whose heatmaps are drawn in every
capture.
"""

from dataclasses import dataclass
from typing import Literal

from tb_plugin.contract.decode import check_sizes, decode, parse_record, to_json


@dataclass(frozen=True)
class HeldOutImage:
    """One held-out image as the user gave it.

    Attributes:
        hash: Content hash.
        name: File name, or the index as text.
        label: Class index; null without labels.
        height: Height of the user's image, in pixels.
        width: Width of the user's image, in pixels.
        shown_height: Height of the stored image.
        shown_width: Width of the stored image.
        encoding: Format of the stored image.
        boxes: Regions as flat tuples (left, upper, right, lower), in fractions
            of the image.
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
    """The held-out images of a stream; the pictures follow in this order.

    Attributes:
        schema: `SCHEMA_VERSION` of the writer.
        stream: Name of the stream.
        class_names: Names of the classes; empty if none were given.
        images: The images, in the order of the pictures.
    """

    schema: int
    stream: str
    class_names: tuple[str, ...]
    images: tuple[HeldOutImage, ...]

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "HeldOut":
        """Return the record in `text`; raises as `Capture.from_json` does."""
        return decode(cls, parse_record(text))
