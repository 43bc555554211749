"""Names what a training has for the process that draws: by numbers.

Another process cannot see whether a model, its weights or a fit is the one that
it knows. The training can, and gives each a number. What a number stands for is
held weakly; a training must be able to forget a model.
"""

import itertools
import weakref
from collections.abc import Sequence
from typing import Any

import keras

from kerasviz_callbacks.model import structure_signature
from kerasviz_callbacks.schedule import Budget


class Known:
    """What one process that draws knows of its trainings."""

    def __init__(self) -> None:
        self._count = itertools.count()
        self._objects: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._structures: dict[int, tuple[Any, ...]] = {}
        self._fit_key: object = None
        self._fit = -1
        self._budgets: dict[int, Budget] = {}

    def weights(self, weights: Sequence[Any]) -> tuple[int, ...]:
        """Return a number for each of the weights."""
        return tuple(map(self._number, weights))

    def model(self, model: keras.Model) -> int:
        """Return the number of a model, another one if its layers changed."""
        signature = structure_signature(model)
        number = self._number(model)
        if self._structures.setdefault(number, signature) != signature:
            del self._objects[id(model)]
            return self.model(model)
        return number

    def fit(self, key: object, member: int) -> int | None:
        """Return the number of a fit; None for what is drawn by hand.

        Args:
            key: One object shared by all recorders of the fit.
            member: Number of the recorder that joins.
        """
        if key is None:
            return None
        if key is not self._fit_key or member in self._budgets:
            self._fit_key, self._fit = key, next(self._count)
            self._budgets = {}
        return self._fit

    def budgets(self, member: int, budget: Budget) -> tuple[Budget, ...]:
        """Return what each recorder of the fit may spend, with one more."""
        self._budgets[member] = budget
        return tuple(self._budgets.values())

    def _number(self, one: Any) -> int:
        # An address may belong to another object by now.
        known = self._objects.get(id(one))
        if known is None or known[0]() is not one:
            known = weakref.ref(one), next(self._count)
            self._objects[id(one)] = known
        return known[1]
