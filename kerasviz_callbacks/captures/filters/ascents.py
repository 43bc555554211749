"""Names the ascents that a layer's patterns take.

Ascents take nearly all of a capture's time. Each depends only on the weights
and on what its `AscentOf` says, so that it can be done anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from kerasviz_callbacks.patterns import PreparedLayer
from kerasviz_callbacks.patterns.ascent import Climbed

NUDGE = 1e-6  # of the start: what moves the picture less than this moves it
_FLOOR_ONE_IN, _FLOOR_LEAST = 4, 2  # filters of a layer


@dataclass(frozen=True)
class AscentOf:
    """Which ascent; see `PatternEngine.climb`.

    Attributes:
        path: of the layer.
        filters: indices.
        seed: of the start.
        num_steps: None for the preset's.
        nudge: of the start.
    """

    path: str
    filters: tuple[int, ...]
    seed: int
    num_steps: int | None
    nudge: float = 0.0


Climb: TypeAlias = Callable[[PreparedLayer, AscentOf], Climbed]


def climb_here(layer: PreparedLayer, ascent: AscentOf) -> Climbed:
    """Climb in this process, with the weights as they are."""
    return layer.engine.climb(
        ascent.filters,
        seed=ascent.seed,
        num_steps=ascent.num_steps,
        nudge=ascent.nudge,
    )


def floor_filters(filters: tuple[int, ...]) -> tuple[int, ...]:
    """Return which stand for all in the noise floor: it is the layer's.

    One in four, spread evenly, but at least two.
    """
    return filters[:: min(_FLOOR_ONE_IN, max(1, len(filters) // _FLOOR_LEAST))]


def floor_ascents(
    path: str, filters: tuple[int, ...], seed: int, num_steps: int | None
) -> tuple[AscentOf, AscentOf]:
    """Return those that tell what is no change: nudged, of another seed."""
    chosen = floor_filters(filters)
    nudged = AscentOf(path, chosen, seed, num_steps, NUDGE)
    return nudged, AscentOf(path, chosen, seed + 1, num_steps)
