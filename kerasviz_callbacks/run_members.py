"""Callbacks and their layers in, who draws what into one run out."""

from collections.abc import Sequence

from kerasviz_callbacks.budget import Budget
from tb_plugin.contract import Kind


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
        self._streams: dict[int, str] = {}  # by id of a callback
        self._budgets: dict[int, Budget] = {}  # likewise
        self._owners: dict[tuple[Kind, str], str] = {}
        self._fit_key: object = _NO_FIT

    def __len__(self) -> int:
        """How many callbacks draw in this fit."""
        return len(self._streams)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """What each callback of the fit may spend."""
        return tuple(self._budgets.values())

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
        if fit_key is not self._fit_key or id(member) in self._streams:
            # What an earlier fit left when it ended by an exception goes.
            self._fit_key = fit_key
            self._streams.clear()
            self._budgets.clear()
            self._owners.clear()
            self.has_begun = False
        stream = self._new_stream(kind)
        self._streams[id(member)] = stream
        self._budgets[id(member)] = budget
        for path in paths:
            if self._owners.setdefault((kind, path), stream) != stream:
                return path
        return None

    def stream_of(self, member: object) -> str:
        """Return the stream of a callback that joined."""
        return self._streams[id(member)]

    def leave(self, member: object) -> None:
        """Let a callback out; the last one ends the fit."""
        self._streams.pop(id(member), None)
        self._budgets.pop(id(member), None)
        if not self._streams:
            self._fit_key = _NO_FIT

    def _new_stream(self, kind: Kind) -> str:
        taken = set(self._streams.values())
        number = 1
        while (name := kind if number == 1 else f"{kind}.{number}") in taken:
            number += 1
        return name


_NO_FIT = object()
