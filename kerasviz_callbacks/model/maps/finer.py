"""Finds an earlier map that shows the same evidence in more detail.

The last map of a network knows best what it sees and has few positions, 7 x 7
of a photograph. An earlier one has more: methods that fuse two maps take what
from the last and where from it. Tokens have as many positions at every depth;
there the map before the first attention is taken, in which each token still
holds its own patch.
"""

import math

from kerasviz_callbacks.model.maps.choice import (
    OutputsLike,
    before_attention,
    explainable,
    wanted_outputs,
)
from kerasviz_callbacks.model.maps.feature_maps import with_channels_last
from kerasviz_callbacks.model.maps.parallel import MapCut
from kerasviz_callbacks.model.maps.search import ANY_MAP, ImageMap, MapSearch
from kerasviz_callbacks.model.probe import LayerCall, Probe

# Positions along a side, of the last map's; see `benchmarks/heatmap_trust.py`.
_TIMES_FINER = (4.0, 2.0)
_ROUNDING = 0.9  # of it: a convolution without padding loses a few positions


def finer_map(
    probe: Probe,
    cut: MapCut,
    output: OutputsLike = None,
    search: MapSearch = ANY_MAP,
) -> ImageMap | None:
    """Return a finer map that all paths to the output cross before a cut.

    The last map with four times as many positions along a side, else with
    twice as many; for tokens that were never finer, those before any attention.

    Args:
        probe: Probe of the model.
        cut: What is drawn.
        output: What is explained, as `last_cut` takes it.
        search: How maps are looked for.

    Returns:
        The map; None if the model has none.
    """
    wanted = wanted_outputs(probe, output)
    drawn = [
        probe.calls_of(one.located.layer)[one.call or 0] for one in cut.maps
    ]
    first = min(call.node or 0 for call in drawn)
    own = max(_side(probe, call) for call in drawn)
    earlier = [
        call
        for call in explainable(probe, wanted)
        if call.node is not None
        and call.node < first
        and wanted <= set(call.crossed_by)
    ]
    for times in _TIMES_FINER:
        least = own * times * _ROUNDING
        finer = [call for call in earlier if _side(probe, call) >= least]
        for found in search.maps(probe, finer, ()):
            return found
    tokens = before_attention(probe, output)
    if tokens is None or (tokens.node or 0) >= first:
        return None
    return next(iter(search.maps(probe, [tokens], ())), None)


def _side(probe: Probe, call: LayerCall) -> float:
    """Return the number of positions along a side, as of a square."""
    layer = call.located.layer
    sizes = with_channels_last(call.shape, layer, probe.spec)[1:-1]
    return math.sqrt(math.prod(size or 0 for size in sizes))
