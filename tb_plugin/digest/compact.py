"""Captures in, the same captures in a quarter of the memory out.

A number in a tuple takes 32 bytes, in an array eight. Whoever reads a column
of an array sees the same numbers; it cannot be hashed, and is equal to no
tuple. Columns that lack a number stay as they are.
"""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tb_plugin.contract import Capture, MapLayer, PatternLayer
from tb_plugin.digest.shared import Shared

_WORDS = ("status", "origin", "origin_step")


class Compactor:
    """Packs the numbers of captures; equal columns become one object."""

    def __init__(self) -> None:
        self._one = Shared()

    def capture(self, capture: Capture) -> Capture:
        """Return the same capture, smaller."""
        return replace(
            capture,
            patterns=tuple(map(self._patterns, capture.patterns)),
            maps=tuple(map(self._maps, capture.maps)),
        )

    def _patterns(self, layer: PatternLayer) -> PatternLayer:
        return replace(
            layer,
            filters=self._one(layer.filters),
            objective=_packed(layer.objective),
            **self._rest(layer),
        )

    def _maps(self, layer: MapLayer) -> MapLayer:
        return replace(
            layer, maximum=_packed(layer.maximum), **self._rest(layer)
        )

    def _rest(self, layer: PatternLayer | MapLayer) -> dict[str, Any]:
        return {
            "measures": {
                self._one(name): _packed(values)
                for name, values in layer.measures.items()
            },
            **{name: self._one(getattr(layer, name)) for name in _WORDS},
        }


def _packed(values: Sequence[float | None]) -> Any:
    try:
        return array("d", values)
    except TypeError:  # some are null
        return values
