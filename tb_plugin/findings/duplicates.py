"""Finds filters that see the same: those that share most of their exemplars."""

import itertools
from collections.abc import Sequence

from tb_plugin.contract import Exemplars
from tb_plugin.findings.finding import (
    Finding,
    counted,
    patterns_of,
    short,
    tile,
)
from tb_plugin.reading import DrawnLayer

LEAST = 9  # exemplars
SHARED = 7 / 9  # of them
MOST_COMPARED = 1000  # filters: their pairs take half a second


def duplicate_findings(drawn: Sequence[DrawnLayer]) -> list[Finding]:
    """Return filters of a layer that see the same in the newest capture."""
    for newest in reversed(drawn):
        found = patterns_of(newest).exemplars
        if found is not None:
            return _duplicates(newest, found)
    return []


def _duplicates(newest: DrawnLayer, found: Exemplars) -> list[Finding]:
    layer = patterns_of(newest)
    # Of a dozen images, nine are the same by chance.
    if found.num_images < LEAST * LEAST:
        return []
    rows = enumerate(found.hash)
    sets = {i: set(row) for i, row in rows if len(row) >= LEAST}
    if len(sets) > MOST_COMPARED:
        return []
    pairs = [
        (len(sets[i] & sets[j]), i, j)
        for j, i in itertools.combinations(sets, 2)
        if len(sets[i] & sets[j]) >= SHARED * len(sets[i])
    ]
    if not pairs:
        return []
    count, i, j = max(pairs)
    first, second = sorted((layer.filters[i], layer.filters[j]))
    return [
        Finding(
            weight=0.4,
            tone="care",
            title=f"{short(layer.path)}: filters {first} and {second} see the "
            "same",
            text=f"{count} of their {len(sets[i])} exemplars are the same "
            f"images, of {found.num_images}. {counted(len(pairs), 'pair')} of "
            "filters of this layer share as many.",
            kind=newest.capture.kind,
            stream=newest.capture.stream,
            path=layer.path,
            item=str(first),
            step=newest.capture.step,
            versus=None,
            tiles=(tile(newest, j), tile(newest, i)),
        )
    ]
