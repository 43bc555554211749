"""Knows whether a run goes on with the model that it began with.

A second model may be trained into the same log: the next trial of a tuner, a
cell of a notebook that runs again. Its captures do not belong into one strip
with those of the first.

A model is known by its weights, the variables themselves: a head that is put
on a trained backbone, or the same layers in a new `keras.Model`, are the
training that goes on. Variables are held weakly; a log must not keep a model.
"""

import weakref
from collections.abc import Sequence


class RunSubject:
    """The models of one run: of the fits that were, and of the next."""

    def __init__(self) -> None:
        self._known: dict[int, weakref.ref[object]] = {}
        self._next: list[weakref.ref[object]] = []

    def join(self, weights: Sequence[object]) -> None:
        """Take in the weights of a model that is about to be drawn."""
        self._next += map(weakref.ref, weights)

    def begin(self) -> bool:
        """Begin a fit; return whether none of its models was there before.

        A first fit is not of another model, nor is one of models without any
        weights.
        """
        alive = [one for each in self._next if (one := each()) is not None]
        self._next = []
        is_known = any(self._knows(one) for one in alive)
        is_another = bool(alive and self._known) and not is_known
        if is_another:
            self._known = {}
        self._known |= {id(one): weakref.ref(one) for one in alive}
        return is_another

    def _knows(self, weight: object) -> bool:
        # An address may belong to another variable by now.
        known = self._known.get(id(weight))
        return known is not None and known() is weight
