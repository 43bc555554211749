"""Finds sets of operations that all paths to an output cross.

A set of operations is a *cut* if every path from the image to the output goes
through one of them. What is explained at a cut is explained in full. Two cuts
are looked for:

| cut        | what it is                                                    |
|------------|---------------------------------------------------------------|
| `frontier` | the last candidate on every path, walking back from the output|
| `narrowest`| as few candidates as there can be, as late as they can be: a  |
|            | minimum vertex cut, by augmenting paths                       |

Source of the latter: Ford and Fulkerson 1956, "Maximal Flow Through a Network",
with every operation split into an entry and an exit (Menger's theorem).
"""

from collections import Counter, deque
from collections.abc import Iterable, Set
from dataclasses import dataclass

from kerasviz_callbacks.model.dependence import PathGraph

MOST_PATHS = 64  # that are followed side by side
_Gate = tuple[int, bool]  # an operation's entry, or its exit if true


@dataclass(frozen=True)
class Frontier:
    """The last candidates on the paths to some outputs.

    Attributes:
        members: Candidates that are reached, in the order of the trace.
        around: Operations by which paths lead past all candidates, likewise.
    """

    members: tuple[int, ...]
    around: tuple[int, ...]


def frontier(
    graph: PathGraph, ends: Iterable[int], candidates: Set[int]
) -> Frontier:
    """Return the last candidate on every path from the image to the ends.

    Args:
        graph: The operations between the image and the outputs.
        ends: Operations of the outputs; they are no members themselves.
        candidates: Operations to stop at.
    """
    members, seen, waiting = set(), set(ends), list(ends)
    while waiting:
        for used in graph.uses[waiting.pop()]:
            if used in candidates:
                members.add(used)
            elif used not in seen:
                seen.add(used)
                waiting.append(used)
    return Frontier(
        tuple(sorted(members)),
        _fed_by_the_image(graph, seen) if 0 in seen else (),
    )


def _fed_by_the_image(graph: PathGraph, seen: Set[int]) -> tuple[int, ...]:
    """Return those of the operations that the image feeds through others."""
    fed = {0}
    for one in sorted(seen - {0}):
        if not fed.isdisjoint(graph.uses[one]):
            fed.add(one)
    return tuple(sorted(fed - {0}))


def answers(graph: PathGraph, ends: Iterable[int]) -> frozenset[int]:
    """Return the operations whose values the outputs only rearrange."""
    found, waiting = set(ends), list(ends)
    while waiting:
        one = waiting.pop()
        if one in graph.bare:
            new = set(graph.uses[one]) - found
            found |= new
            waiting.extend(new)
    return frozenset(found)


def looks_around_after(
    graph: PathGraph, start: Iterable[int], stop: Iterable[int]
) -> bool:
    """Return whether neighbouring places are mixed between two cuts."""
    after, first = set(start), frozenset(start)
    for one, used in enumerate(graph.uses):
        if not after.isdisjoint(used):
            after.add(one)
    before, waiting = set(stop), list(stop)
    while waiting:
        one = waiting.pop()
        if one not in first:
            new = set(graph.uses[one]) - before
            before |= new
            waiting.extend(new)
    return not graph.looking.isdisjoint((after & before) - first)


def narrowest(
    graph: PathGraph, ends: Iterable[int], candidates: Set[int]
) -> tuple[int, ...] | None:
    """Return the smallest cut of candidates, the latest of them.

    Args:
        graph: The operations between the image and the outputs.
        ends: Operations of the outputs; they are no members themselves.
        candidates: Operations that may be members.

    Returns:
        The members, in the order of the trace; None if some path crosses no
        candidate, or more than `MOST_PATHS` would be needed.
    """
    flow = _Flow(graph, frozenset(ends), candidates - frozenset(ends))
    if frontier(graph, ends, flow.candidates).around:
        return None
    for _ in range(MOST_PATHS + 1):
        if not flow.augmented():
            return flow.cut()
    return None


class _Flow:
    """Paths that share no candidate, found one by one from the outputs back."""

    def __init__(
        self, graph: PathGraph, ends: frozenset[int], candidates: Set[int]
    ) -> None:
        self.candidates = candidates
        self._graph, self._ends = graph, ends
        self._through: Counter[int] = Counter()
        self._along: dict[int, Counter[int]] = {}  # by the used operation
        self._reached: dict[_Gate, _Gate | None] = {}

    def augmented(self) -> bool:
        """Find one more path; False if there is none."""
        start: dict[_Gate, _Gate | None] = {
            (end, True): None for end in self._ends
        }
        self._reached, waiting = start, deque(start)
        while waiting:
            gate = waiting.popleft()
            if gate == (0, True):
                self._add(gate)
                return True
            for other in self._before(gate):
                if other not in self._reached:
                    self._reached[other] = gate
                    waiting.append(other)
        return False

    def cut(self) -> tuple[int, ...]:
        """Return the candidates that part what is reached from the rest."""
        return tuple(
            sorted(
                one
                for one in self.candidates
                if (one, True) in self._reached
                and (one, False) not in self._reached
            )
        )

    def _before(self, gate: _Gate) -> list[_Gate]:
        """Return from where more could flow to a gate."""
        one, is_exit = gate
        if not is_exit:
            found = [(used, True) for used in self._graph.uses[one]]
            return found + [(one, True)] * (self._through[one] > 0)
        back = self._along.get(one, Counter())
        found = [(user, False) for user, count in back.items() if count > 0]
        is_open = one not in self.candidates or not self._through[one]
        return found + [(one, False)] * is_open

    def _add(self, gate: _Gate | None) -> None:
        """Let one more flow along the path that was found."""
        while gate is not None:
            after = self._reached[gate]
            if after is not None:
                self._flow(gate, after)
            gate = after

    def _flow(self, gate: _Gate, after: _Gate) -> None:
        (one, is_exit), (other, _) = gate, after
        if one == other:
            self._through[one] += -1 if is_exit else 1
        elif is_exit:
            self._along.setdefault(one, Counter())[other] += 1
        else:
            self._along[other][one] -= 1
