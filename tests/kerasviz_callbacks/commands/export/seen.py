"""Finds known patterns on a picture."""

from collections import Counter

import numpy as np

from tests import known_content as known
from tests.known_content import Plan


def expected_colours(plan: Plan, layer: int, captures: range) -> Counter:
    """Return how many tiles of each colour the strip of a layer has."""
    return Counter(
        known.pattern_colour(layer, tile, known.drawn_capture(plan, layer, at))
        for tile in range(plan.filters)
        for at in captures
    )


def tiles_of_colours(pixels: np.ndarray, colours: Counter) -> Counter:
    """Return how many whole unscaled tiles of each colour there are."""
    found = Counter()
    for colour in colours:
        count = np.all(pixels == colour, axis=-1).sum()
        whole, rest = divmod(int(count), known.PATTERN_PX**2)
        assert rest == 0
        found[colour] = whole
    return found
