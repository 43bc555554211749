"""The measures of a layer in, how much of it changed out.

A correlation r becomes a change 1 - r. Below the *noise floor* a change says
nothing: the same weights, drawn from a start moved by a millionth, give
pictures that differ as much. A layer's change is noise where the median change
of its filters does not exceed the floor of nine in ten of the filters that it
was measured on.

| change             | from                                | its floor     |
|--------------------|-------------------------------------|---------------|
| `change_S`         | `correlation_S` of patterns,        | `change_floor`|
|                    | `rank_correlation_S` of heatmaps    | (patterns)    |
| `spectrum_change_S`| `spectrum_correlation_S`            | `spectrum_…`  |

S is `baseline`, `previous`, `floor` or `seed`. Heatmaps are drawn without
chance, so they have no floor.
"""

from collections.abc import Mapping, Sequence

from tb_plugin.contract import MapLayer, PatternLayer
from tb_plugin.findings.measures import spread

SINCE = ("baseline", "previous")

_SOURCES = {
    "correlation_": "change_",
    "rank_correlation_": "change_",
    "spectrum_correlation_": "spectrum_change_",
}
_OTHER_WEIGHTS = ("shuffled_head", "shuffled_weights")

Numbers = Sequence[float | None]


def change_measures(layer: PatternLayer | MapLayer) -> dict[str, Numbers]:
    """Return the changes of each filter or row, and all other measures."""
    found: dict[str, Numbers] = {}
    for name, values in layer.measures.items():
        prefix = next((p for p in _SOURCES if name.startswith(p)), None)
        since = name.removeprefix(prefix or "")
        if prefix is None or since in _OTHER_WEIGHTS:
            found[name] = values
        else:
            found[_SOURCES[prefix] + since] = [_change(v) for v in values]
    return found


def is_noise(measures: Mapping[str, Numbers], since: str) -> bool | None:
    """Tell whether a layer's change lies under its floor; None: unknown."""
    change = spread(measures.get(f"change_{since}", ()))
    floor = spread(measures.get("change_floor", ()))
    if change is None or floor is None:
        return None
    return change.median <= floor.high


def floors_of(measures: Mapping[str, Numbers], count: int) -> list[float]:
    """Return the floor of each filter's change; 0 where none was measured.

    That of the layer where others stand for a filter.
    """
    floors = measures.get("change_floor", ())
    of_layer = spread(floors)
    if of_layer is None:
        return [0.0] * count
    known = [of_layer.high if floor is None else floor for floor in floors]
    return known + [of_layer.high] * (count - len(known))


def _change(correlation: float | None) -> float | None:
    return None if correlation is None else 1 - correlation
