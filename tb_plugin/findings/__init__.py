"""Findings: what to view first in a run, as ranked sentences.

Comes in: captures. Goes out: `Finding`s, each with its sentence, the numbers
behind it and the place where it can be seen.

What one may touch: `find` for all findings of captures, `ranked` to merge those
of several streams, `Finding`, `class_of` and `fates` for what filters see, and
`measures` for changes, noise floors and spreads. The other files each look for
one thing.
"""

from tb_plugin.findings.attention import heatmaps_of
from tb_plugin.findings.finding import (
    Finding,
    Tile,
    outcome_of,
    patterns_of,
)
from tb_plugin.findings.findings import find, ranked
from tb_plugin.findings.lineage import fates
from tb_plugin.findings.measures import change_measures, spread_columns
from tb_plugin.findings.of_class import class_of

__all__ = [
    "Finding",
    "Tile",
    "change_measures",
    "class_of",
    "fates",
    "find",
    "heatmaps_of",
    "outcome_of",
    "patterns_of",
    "ranked",
    "spread_columns",
]
