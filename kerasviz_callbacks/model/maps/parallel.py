"""Takes several maps together where the answer comes by several paths.

A last map that all paths cross (`choice.last_map`) is complete: what it holds
is all that the answer rests on. But some networks still look around after it,
on several paths side by side (a feature pyramid), or have no such map (two
backbones, tiles). There the last map of every path is taken, and all of them
are one heatmap:

    image ── stem ─┬─ level 3 ── head ─┐          stem: all paths cross it, but
                   ├─ level 4 ── head ─┼─ score   it is early; taken are the
                   └─ level 5 ── head ─┘          three calls of the head

1 x 1 convolutions, sums and attention after a map that all paths cross do not
divide it: they work place by place, and the evidence is complete where they
begin. Nor does a block whose branches meet again, in a layer that has a single
position left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras

from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.maps.choice import (
    OutputsLike,
    ends_of,
    explainable,
    last_map,
    map_at,
    wanted_outputs,
)
from kerasviz_callbacks.model.maps.cut import (
    frontier,
    looks_around_after,
    narrowest,
)
from kerasviz_callbacks.model.maps.search import (
    ANY_MAP,
    AT_A_TIME,
    ImageMap,
    MapSearch,
    is_known_map,
)
from kerasviz_callbacks.model.probe import Probe

_TRIALS = 8  # of sets of maps, each with patches
_NAMED = 3  # layers, of what is left out


@dataclass(frozen=True)
class MapCut:
    """Maps of the image that are drawn as one heatmap.

    Attributes:
        maps: The maps, in the order of the forward pass.
        left_out: Layers of paths to the answer that cross none of them, the
            first of each.
        finer: An earlier map that all paths cross, for methods that fuse two.
    """

    maps: tuple[ImageMap, ...]
    left_out: tuple[str, ...] = ()
    finer: ImageMap | None = None

    @property
    def tapped(self) -> tuple[ImageMap, ...]:
        """All maps that are needed; the finer one is the last of them."""
        return self.maps if self.finer is None else (*self.maps, self.finer)

    @property
    def path(self) -> str:
        """Paths of the layers, joined by " + "."""
        return " + ".join(dict.fromkeys(one.located.path for one in self.maps))

    @property
    def kind(self) -> str:
        """Class names of the layers, joined likewise."""
        kinds = (type(one.located.layer).__name__ for one in self.maps)
        return " + ".join(dict.fromkeys(kinds))

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the maps if there are several."""
        names = tuple(one.name for one in self.maps)
        return names if len(names) > 1 else ()

    def notes(self) -> tuple[str, ...]:
        """Return what to know of how the evidence is divided, in sentences."""
        found = []
        if self.parts:
            found.append(
                f"The evidence comes by {len(self.maps)} paths side by side: "
                f"the heatmap adds those of {', '.join(self.parts)}."
            )
        if self.left_out:
            found.append(
                f"{self.path!r} is one of several branches that carry the "
                "output side by side: its heatmap does not show the evidence "
                f"that comes by {', '.join(map(repr, self.left_out))}. "
                "layers= names more."
            )
        return tuple(found)


def last_cut(
    probe: Probe,
    output: OutputsLike = None,
    search: MapSearch = ANY_MAP,
    *,
    is_joined: bool = True,
) -> MapCut | None:
    """Choose the maps that together are all that the output rests on.

    Args:
        probe: Probe of the model.
        output: Name or index of the output to explain, or indices of several
            that are explained together. Defaults to any output; of several,
            the maps of a single one are chosen.
        search: How maps are looked for.
        is_joined: Whether several maps can be one heatmap. Otherwise the last
            map is taken, and what it leaves out is named.

    Returns:
        The maps; None if the model has none.

    Raises:
        ValueError: If the model has no such output.
    """
    single = last_map(probe, output, search)
    if single is None:
        return None
    wanted = wanted_outputs(probe, output)
    if is_joined and (output is not None or len(wanted) == 1):
        return _divided(probe, wanted, single, search)
    return _alone(probe, wanted, single)


def cut_at(
    probe: Probe,
    located: Located,
    output: OutputsLike = None,
    search: MapSearch = ANY_MAP,
    *,
    is_joined: bool = True,
) -> MapCut:
    """Return how the output of a named layer lies in the image.

    Of a layer that is called several times, such as a head that pyramid levels
    share, all calls are taken that the explained output uses by themselves.

    Raises:
        TapError: If the layer is never called where a tap can see it.
        ValueError: If its output is no map of the image.
    """
    calls = [one for one in probe.calls_of(located.layer) if one.sees_image]
    if len(calls) < 2 or not is_joined:
        return MapCut((map_at(probe, located, search),))
    nodes = {one.node for one in calls if one.node is not None}
    ends = ends_of(probe, wanted_outputs(probe, output))
    used = frontier(probe.paths, ends, nodes).members
    chosen = [one for one in calls if one.node in used]
    maps = tuple(search.maps(probe, chosen, set()))
    if not maps:
        return MapCut((map_at(probe, located, search),))
    return MapCut(maps)


def _divided(
    probe: Probe, wanted: set[int], single: ImageMap, search: MapSearch
) -> MapCut:
    """Return the last maps of all paths where the network divides late."""
    graph, ends = probe.paths, ends_of(probe, wanted)
    trials = _Trials(probe, wanted, search)
    if single.is_crossed:
        base = {_node(probe, single): single}
    else:
        base = trials.settled(lambda some: narrowest(graph, ends, some)) or {}
    trials.found |= base
    first = frontier(graph, ends, trials.known | set(base))
    if set(first.members) == set(base):
        return MapCut(tuple(base.values()))
    maps = trials.settled(lambda some: frontier(graph, ends, some).members)
    last = frontier(graph, ends, set(maps or {}))
    if not maps or last.around:
        left = _first_layers(probe, last.around)
        whole = MapCut(tuple((maps or {}).values()), left)
        return whole if maps else _alone(probe, wanted, single)
    if _is_late(probe, wanted, set(base), set(maps)):
        return MapCut(tuple(maps.values()))
    return MapCut(tuple(base.values()))


def _is_late(
    probe: Probe, wanted: set[int], base: set[int], maps: set[int]
) -> bool:
    """Return whether the network looks around on its way to other maps."""
    graph, stops = probe.paths, base | maps
    points = _points(probe, wanted, stops)
    last = frontier(graph, ends_of(probe, wanted), stops | points)
    if not points.isdisjoint(last.members):
        return False
    return looks_around_after(graph, base, maps)


class _Trials:
    """What of the calls behind some outputs are maps, as far as was tried.

    Attributes:
        found: Map of each call that was tried or is known, by operation; None
            if it is none.
        known: Operations whose maps are known without a trial.
    """

    def __init__(
        self, probe: Probe, wanted: set[int], search: MapSearch
    ) -> None:
        self._probe, self._wanted, self._search = probe, wanted, search
        self._calls = {
            call.node: call
            for call in explainable(probe, wanted)
            if call.node is not None and wanted & set(call.feeds)
        }
        self.found: dict[int, ImageMap | None] = {
            node: next(search.maps(probe, [call], ()))
            for node, call in self._calls.items()
            if is_known_map(call)
        }
        self.known = set(self.found)

    def settled(
        self, choose: Callable[[set[int]], Sequence[int] | None]
    ) -> dict[int, ImageMap] | None:
        """Choose of what may be maps until all that are chosen are some.

        Args:
            choose: Function from operations to some of them, or None.

        Returns:
            The maps, in the order of the trace; None if nothing is chosen.
        """
        for _ in range(_TRIALS):
            nodes = choose(
                {n for n in self._calls if self.found.get(n, True)}
                | {n for n, one in self.found.items() if one}
            )
            if nodes is None:
                return None
            new = [node for node in nodes if node not in self.found]
            if not new:
                maps = {node: self.found[node] for node in sorted(nodes)}
                return {node: one for node, one in maps.items() if one}
            self._try(new)
        return None

    def _try(self, new: Sequence[int]) -> None:
        """Try maps, and earlier ones that are next if these are none."""
        ahead = [n for n in self._calls if n not in self.found and n < max(new)]
        some = list(dict.fromkeys([*new, *ahead]))
        some = some[: max(AT_A_TIME, len(new))]
        calls = [self._calls[node] for node in some]
        tried = self._search.tried(self._probe, calls, self._wanted)
        self.found |= dict(zip(some, tried, strict=True))


def _points(probe: Probe, wanted: set[int], maps: set[int]) -> set[int]:
    """Return what has one position left, by windows and not by pooling all."""
    graph = probe.paths
    single = [
        call.node
        for call in probe.calls
        if call.node is not None
        and wanted & set(call.feeds)
        and len(call.shape) == 4
        and all(size == 1 for size in call.shape[1:-1])
    ]
    return {
        node
        for node in single
        if not maps.isdisjoint(
            frontier(graph, [node], maps | graph.pooling).members
        )
    }


def _alone(probe: Probe, wanted: set[int], single: ImageMap) -> MapCut:
    """Return one map, with the names of what it leaves out."""
    if single.is_crossed:
        return MapCut((single,))
    ends = ends_of(probe, wanted)
    rest = frontier(probe.paths, ends, {_node(probe, single)}).around
    return MapCut((single,), _first_layers(probe, rest))


def _first_layers(probe: Probe, nodes: Sequence[int]) -> tuple[str, ...]:
    """Return the first layer of every path by these operations, a few."""
    calls = [
        call
        for call in probe.calls
        if call.node in nodes and isinstance(call.located.layer, keras.Layer)
    ]
    known = {call.node for call in calls if call.node is not None}
    first = dict.fromkeys(
        call.located.path
        for call in calls
        if call.node is not None
        and frontier(probe.paths, [call.node], known - {call.node}).around
    )
    return tuple(first)[:_NAMED] or ("operations without a layer",)


def _node(probe: Probe, one: ImageMap) -> int:
    """Return the operation of a map that was chosen."""
    call = probe.calls_of(one.located.layer)[one.call or 0]
    return call.node or 0
