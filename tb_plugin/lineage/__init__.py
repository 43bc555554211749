"""Matches filters of two captures by what they do on the same images.

Comes in: the responses of two sets of filters, (filters, images) each. Goes
out: a `Match`, with which filter is which, and how alike they are.

What one may touch: `match_filters`, `LEAST_IMAGES` that it needs, and
`best_pairs`, the assignment that it rests on.
"""

from tb_plugin.lineage.assignment import best_pairs
from tb_plugin.lineage.match import LEAST_IMAGES, Match, match_filters

__all__ = ["LEAST_IMAGES", "Match", "best_pairs", "match_filters"]
