"""Shrinks captures: without their numbers (light), or with them (compact).

*Light* captures have no numbers of filters and rows. *Compact* captures have
all of them in a quarter of the memory: a number takes 32 bytes in a tuple and
eight in an array. Whoever reads a column of an array sees the same numbers; it
cannot be hashed, and equals no tuple. Columns that lack a number stay as they
are.

Both keep one object of several equal ones.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from tb_plugin.contract import (
    Capture,
    Exemplars,
    MapLayer,
    Outcome,
    PatternLayer,
)

T = TypeVar("T")


class Shared:
    """Interns values: returns the first equal one. Values must be hashable.

    Python takes `True`, `1` and `1.0` for equal, also inside of tuples; here
    they are not: labels that are all 1 must not stand in for predictions that
    are all correct.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._types: dict[Any, Any] = {}

    def __call__(self, value: T) -> T:
        """Return the first object that was equal to this one, in type too."""
        types = _types_in(value)
        types = self._types.setdefault(types, types)
        return self._known.setdefault((types, value), value)  # type: ignore[no-any-return]


def _types_in(value: object) -> Any:
    """Return the type of a value; of a tuple, those of its items."""
    if isinstance(value, tuple):
        return tuple(map(_types_in, value))
    return type(value)


LayerT = TypeVar("LayerT", PatternLayer, MapLayer)

_WORDS = "path layer_kind status origin origin_step"
_EXEMPLAR_ROWS = "image hash label activation box histogram mix_class mix_count"
_NO_NUMBERS: dict[str, Any] = {}


class Lightener:
    """Removes the numbers from captures; what is equal becomes one object."""

    def __init__(self) -> None:
        self._one = Shared()
        self._layers: dict[Any, PatternLayer | MapLayer] = {}

    def capture(self, capture: Capture) -> Capture:
        """Return the capture without the numbers of filters and rows."""
        outcome = capture.outcome
        return replace(
            capture,
            **self._shared(capture, "kind stream reason notes"),
            patterns=self._all(map(self._patterns, capture.patterns)),
            maps=self._all(map(self._maps, capture.maps)),
            outcome=outcome and self._outcome(outcome),
            shortcuts=None,
        )

    def _all(self, layers: Iterable[LayerT]) -> tuple[LayerT, ...]:
        return tuple(map(self._same, layers))

    def _same(self, layer: LayerT) -> LayerT:
        """Return the first known layer that is equal.

        Most captures differ only in numbers, which are no longer there.
        """
        told: dict[str, Any] = dict(vars(layer))
        told.update(measures=None, layer_measures=None)
        told = {name: self._one(value) for name, value in told.items()}
        key = (type(layer), *map(id, told.values()))
        return cast(LayerT, self._layers.setdefault(key, layer))

    def _patterns(self, layer: PatternLayer) -> PatternLayer:
        return replace(
            layer,
            **self._shared(layer, f"{_WORDS} preset channels sheet filters"),
            objective=self._nothing(len(layer.filters)),
            measures=_NO_NUMBERS,
            layer_measures=_NO_NUMBERS,
            exemplars=layer.exemplars and self._exemplars(layer.exemplars),
        )

    def _exemplars(self, found: Exemplars) -> Exemplars:
        """Return what the layout of the crops takes."""
        rows = len(found.image)
        nothing: dict[str, Any] = {
            name: self._one(((),) * rows) for name in _EXEMPLAR_ROWS.split()
        }
        return replace(
            found,
            sheet=self._one(found.sheet),
            classes=(),
            class_count=(),
            low=self._nothing(rows),
            high=self._nothing(rows),
            mix_total=self._one((0,) * rows),
            **nothing,
        )

    def _maps(self, layer: MapLayer) -> MapLayer:
        return replace(
            layer,
            **self._shared(layer, f"{_WORDS} method mean_class mean_count"),
            maximum=self._nothing(len(layer.maximum)),
            measures=_NO_NUMBERS,
            parts=(),
            shares=(),
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        rows, images = len(outcome.row_image), len(outcome.images)
        columns = "images label prediction correct row_image row_target"
        return replace(
            outcome,
            **self._shared(outcome, columns),
            value=self._nothing(images),
            top_classes=self._one(((),) * images),
            top_values=self._one(((),) * images),
            row_class=self._nothing(rows),
            row_score=self._nothing(rows),
            row_confidence=(),
            row_box=(),
            row_overlap=(),
            label_value=(),
            label_loss=(),
        )

    def _shared(self, record: Any, names: str) -> dict[str, Any]:
        return {n: self._one(getattr(record, n)) for n in names.split()}

    def _nothing(self, count: int) -> tuple[None, ...]:
        return self._one((None,) * count)


_WORD_COLUMNS = ("status", "origin", "origin_step")


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
            **{name: self._one(getattr(layer, name)) for name in _WORD_COLUMNS},
        }


def _packed(values: Sequence[float | None]) -> Any:
    try:
        return array("d", values)
    except TypeError:  # some are null
        return values
