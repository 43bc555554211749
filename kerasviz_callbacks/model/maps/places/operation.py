"""What the rules ask of an operation and of the lattices of its inputs.

A lattice is None for an input that does not depend on the image.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.maps.places.computed import computed
from kerasviz_callbacks.model.maps.places.lattice import (
    Lattice,
    LostPlaceError,
    agree,
)

Given: TypeAlias = Sequence[Lattice | None]


def the_one(given: Given) -> Lattice:
    """Return the first lattice; places must not come from other inputs."""
    found = [one for one in given if one is not None]
    if len(found) != 1 or given[0] is None:
        raise LostPlaceError("places that depend on the image")
    return found[0]


def agreed(lattices: Iterable[Lattice]) -> Lattice:
    """Return what all lattices say that tell places apart."""
    every = list(lattices)
    placed = [one for one in every if one.has_place] or every[:1]
    if not all(agree(placed[0], other) for other in placed[1:]):
        raise LostPlaceError("parts that come from different places")
    return replace(
        placed[0],
        window=_around([one.window for one in placed]),
        frame=_around([one.frame for one in placed]),
        is_moved=any(one.is_moved for one in placed),
    )


def _around(windows: list[FloatArray]) -> FloatArray:
    """Return the window around all."""
    firsts, lasts = zip(*windows, strict=True)
    return np.stack([np.min(firsts, axis=0), np.max(lasts, axis=0)])


def resampled(
    one: Lattice, index: int, count: int | None, start: float, stride: float
) -> Lattice:
    """Return it with entries in other places of an axis, in steps of it."""
    straight = one.straight(index)
    digit = straight.axes[index][0]
    axis = (digit.scaled(count, stride),)
    return straight.with_axis(index, axis).shifted(digit.vector * start)


def shape_of(op: tf.Operation) -> tuple[int | None, ...]:
    """Return the shape of an operation's first output."""
    return _known(op.outputs[0])


def input_shape(op: tf.Operation, place: int) -> tuple[int | None, ...]:
    """Return the shape of an operation's input."""
    return _known(op.inputs[place])


def _known(tensor: tf.Tensor) -> tuple[int | None, ...]:
    if tensor.shape.rank is None:
        raise LostPlaceError("a shape that is not known")
    return tuple(tensor.shape)


def value_of(op: tf.Operation, place: int) -> Any:
    """Return the value of an input that does not depend on the image."""
    return computed(op.inputs[place])


def axes_of(op: tf.Operation, place: int, given: Given) -> list[int]:
    """Return the axes that an input of the operation names."""
    rank = max(len(one.axes) for one in given if one)
    values = np.atleast_1d(value_of(op, place)).tolist()
    return [int(value) % rank for value in values]


def known_count(size: int | None) -> int:
    """Return a size that must be known."""
    if size is None:
        raise LostPlaceError("a shape that is not known")
    return size
