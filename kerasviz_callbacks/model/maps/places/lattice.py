"""Where in the image the entries of a traced tensor lie.

Every axis of a tensor is a list of *digits*, as of a number: an axis of h * w
tokens has a digit of h rows and one of w columns. A digit says how many values
it has and how far in the image it moves by one; channels move by nothing.
Reshaping regroups digits, transposing sorts axes, a convolution makes steps
wider.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray

_SAME = 1e-6  # in fractions of the image


@dataclass(frozen=True)
class Unknown:
    """The entries have no known place, because of `reason`."""

    reason: str


class LostPlaceError(Exception):
    """An operation of which it is not known where it moves its entries."""


@dataclass(frozen=True)
class Digit:
    """`count` values, `step` (y, x) apart; no count for the batch."""

    count: int | None
    step: tuple[float, float] = (0.0, 0.0)

    @property
    def vector(self) -> FloatArray:
        """The step as an array."""
        return np.array(self.step)

    @property
    def is_still(self) -> bool:
        """Whether it moves nothing."""
        return self.step == (0.0, 0.0)

    def scaled(self, count: int | None, factor: float) -> "Digit":
        """Return another count of steps that are `factor` times as long."""
        return Digit(count, (self.step[0] * factor, self.step[1] * factor))


Axis: TypeAlias = tuple[Digit, ...]


@dataclass(frozen=True)
class Lattice:
    """Where the entries of a tensor lie.

    Attributes:
        axes: Digits of each axis.
        origin: Place (y, x) of the first entry, in fractions of the image.
        window: What cuts leave of the image: its first corner (y, x) and its
            last, in fractions of the image.
        frame: The same with what paddings put around.
        is_moved: Whether anything was cut off, added or turned round.
    """

    axes: tuple[Axis, ...]
    origin: FloatArray
    window: FloatArray
    frame: FloatArray
    is_moved: bool = False

    @property
    def shape(self) -> tuple[int | None, ...]:
        """How many entries every axis has."""
        return tuple(_count(axis) for axis in self.axes)

    @property
    def has_place(self) -> bool:
        """Whether any entry lies elsewhere than another."""
        return any(not one.is_still for axis in self.axes for one in axis)

    def shifted(self, by: FloatArray) -> "Lattice":
        """Return it with the first entry elsewhere."""
        return replace(self, origin=self.origin + by)

    def with_axis(self, index: int, axis: Axis) -> "Lattice":
        """Return it with another axis."""
        axes = list(self.axes)
        axes[index] = axis
        return replace(self, axes=tuple(axes))

    def straight(self, index: int) -> "Lattice":
        """Return it with a single digit in the axis.

        Raises:
            LostPlaceError: Its entries are not evenly spaced.
        """
        digits = joined(self.axes[index])
        if len(digits) == 2 and digits[1].is_still:
            first, copies = digits[0], digits[1].count or 1
            finer = first.scaled(_product(*digits), 1 / copies)
            shift = (finer.vector - first.vector) / 2
            return self.with_axis(index, (finer,)).shifted(shift)
        if len(digits) != 1:
            raise LostPlaceError("places that are not evenly spaced")
        return self.with_axis(index, digits)

    def regrouped(self, shape: Sequence[int | None]) -> "Lattice":
        """Return it for the same entries in another shape.

        Raises:
            LostPlaceError: The shape cuts through places.
        """
        rest = list(joined(one for axis in self.axes for one in axis))
        axes = [_taken(rest, count) for count in reversed(shape[1:])]
        axes.append(joined(rest) if shape else ())
        return replace(self, axes=tuple(reversed(axes)))

    def averaged(self, index: int) -> "Lattice":
        """Return it with the middle of an axis for all of it."""
        middle = [
            one.vector * (one.count - 1) / 2
            for one in self.axes[index]
            if one.count is not None
        ]
        return self.with_axis(index, (Digit(1),)).shifted(
            np.sum(middle, axis=0) if middle else np.zeros(2)
        )


def image_lattice(image: tf.Tensor) -> Lattice:
    """Return where the pixels of the images (n, h, w, c) lie."""
    _, height, width, channels = image.shape
    down, right = (1 / height, 0.0), (0.0, 1 / width)
    axes = (
        Digit(None),
        Digit(height, down),
        Digit(width, right),
        Digit(channels),
    )
    first = np.array([0.5 / height, 0.5 / width])
    window = np.array([[0.0, 0.0], [1.0, 1.0]])
    return Lattice(tuple((axis,) for axis in axes), first, window, window)


def still(shape: Iterable[int | None]) -> tuple[Axis, ...]:
    """Return axes that move nothing."""
    return tuple((Digit(count),) for count in shape)


def joined(digits: Iterable[Digit]) -> Axis:
    """Return the digits with those joined that count on one another."""
    found: list[Digit] = []
    for one in digits:
        if one.count == 1 and found:
            continue
        before = found[-1] if found else None
        if before is not None and before.count == 1:
            found[-1] = one
        elif before is not None and _counts_on(before, one):
            found[-1] = Digit(_product(before, one), one.step)
        else:
            found.append(one)
    return tuple(found)


def agree(one: Lattice, other: Lattice) -> bool:
    """Return whether the entries of two lie within a step of each other."""
    steps = [
        np.abs(digit.vector)
        for axis in (*one.axes, *other.axes)
        for digit in axis
    ]
    off = np.abs(one.origin - other.origin)
    if (off > np.max(steps, axis=0) + _SAME).any():
        return False
    pairs = zip(one.axes, other.axes, strict=True)
    return all(_same_axis(joined(a), joined(b)) for a, b in pairs)


def _count(axis: Axis) -> int | None:
    counts = [one.count for one in axis if one.count is not None]
    return math.prod(counts) if len(counts) == len(axis) else None


def _same_axis(one: Axis, other: Axis) -> bool:
    if len(one) != len(other):
        return False
    return all(
        np.allclose(a.vector, b.vector, rtol=0.02, atol=_SAME)
        for a, b in zip(one, other, strict=True)
    )


def _counts_on(before: Digit, one: Digit) -> bool:
    if before.count is None or one.count is None:
        return before.is_still and one.is_still
    return bool(
        np.allclose(before.vector, one.vector * one.count, rtol=1e-6, atol=0)
    )


def _product(before: Digit, one: Digit) -> int | None:
    if before.count is None or one.count is None:
        return None
    return before.count * one.count


def _taken(rest: list[Digit], count: int | None) -> Axis:
    """Take digits of that many entries from the end of `rest`."""
    if count is None or count < 0:
        raise LostPlaceError("a shape that is not known")
    taken: list[Digit] = []
    while count > 1:
        last = rest.pop() if rest else Digit(1)
        if last.count is None:
            if not last.is_still:
                raise LostPlaceError("a shape that is not known")
            rest.append(last)  # the batch, times entries without a place
            last = Digit(count)
        elif last.count > count and last.count % count == 0:
            rest.append(last.scaled(last.count // count, count))
            last = Digit(count, last.step)
        elif count % (last.count or 1) or not (rest or last.count == count):
            raise LostPlaceError("a shape that cuts through rows")
        taken.append(last)
        count //= last.count or 1
    return joined(reversed(taken)) or (Digit(1),)
