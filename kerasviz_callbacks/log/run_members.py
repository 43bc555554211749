"""Keeps who draws which layers into one run during a fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from kerasviz_callbacks.schedule import Budget
from tb_plugin.contract import Kind


@dataclass(frozen=True)
class _Member:
    """A callback's stream, and what it may spend."""

    stream: str
    budget: Budget


class RunMembers:
    """The callbacks that draw into one run during a fit.

    Each has a stream (see `tb_plugin.contract`) and layers of its own. They
    join before the fit and leave at its end.

    Attributes:
        has_begun: whether the fit has its place in the run; False again when
            the next one begins.
    """

    def __init__(self) -> None:
        self.has_begun = False
        self._members: dict[int, _Member] = {}  # by id of a callback
        self._owners: dict[tuple[Kind, str], str] = {}
        self._images: dict[int, frozenset[str]] = {}
        self._fit_key: object = _NO_FIT

    def __len__(self) -> int:
        """How many callbacks draw in this fit."""
        return len(self._members)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """What each callback of the fit may spend."""
        return tuple(each.budget for each in self._members.values())

    def join(
        self,
        member: object,
        budget: Budget,
        kind: Kind,
        paths: Sequence[str],
        fit_key: object,
    ) -> str | None:
        """Let a callback in; return a layer that another one draws, if any.

        Args:
            member: the callback.
            budget: what it may spend.
            kind: what it draws.
            paths: of its layers, whose tags it has to itself during the fit.
            fit_key: one and the same object for all callbacks of a fit.
        """
        if fit_key is not self._fit_key or id(member) in self._members:
            # What an earlier fit left when it ended by an exception goes.
            self._fit_key = fit_key
            self._members.clear()
            self._owners.clear()
            self._images.clear()
            self.has_begun = False
        stream = self._new_stream(kind)
        self._members[id(member)] = _Member(stream, budget)
        for path in paths:
            if self._owners.setdefault((kind, path), stream) != stream:
                return path
        return None

    def look_at(self, member: object, hashes: Sequence[str]) -> bool:
        """Note a callback's held-out images; return whether they are all alike.

        Those of one callback may be a part of another's.

        Args:
            member: a callback that joined.
            hashes: of its images; () for none.
        """
        mine = frozenset(hashes)
        others = [
            seen for key, seen in self._images.items() if key != id(member)
        ]
        self._images[id(member)] = mine
        return all(mine <= seen or seen <= mine for seen in others)

    def stream_of(self, member: object) -> str:
        """Return the stream of a callback that joined."""
        return self._members[id(member)].stream

    def leave(self, member: object) -> None:
        """Let a callback out; the last one ends the fit."""
        self._members.pop(id(member), None)
        if not self._members:
            self._fit_key = _NO_FIT

    def _new_stream(self, kind: Kind) -> str:
        taken = {each.stream for each in self._members.values()}
        number = 1
        while (name := kind if number == 1 else f"{kind}.{number}") in taken:
            number += 1
        return name


_NO_FIT = object()
