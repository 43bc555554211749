"""What operations do that only move entries: slices, pads, other shapes."""

from dataclasses import replace

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.maps.places.computed import length
from kerasviz_callbacks.model.maps.places.lattice import (
    Digit,
    Lattice,
    LostPlaceError,
    joined,
)
from kerasviz_callbacks.model.maps.places.operation import (
    Given,
    agreed,
    axes_of,
    input_shape,
    known_count,
    resampled,
    shape_of,
    the_one,
    value_of,
)


def reshaped(op: tf.Operation, given: Given) -> Lattice:
    """Give the same entries another shape."""
    shape = list(shape_of(op))
    if op.type == "Reshape" and None in shape[1:]:
        shape[1:] = value_of(op, 1).tolist()[1:]
    return the_one(given).regrouped(shape)


def transposed(op: tf.Operation, given: Given) -> Lattice:
    """Order the axes anew."""
    one, order = the_one(given), value_of(op, 1)
    return replace(one, axes=tuple(one.axes[int(i)] for i in order))


def padded(op: tf.Operation, given: Given) -> Lattice:
    """Put entries around: the first lies further out."""
    one, edges = the_one(given), value_of(op, 1)
    for index, (before, after) in enumerate(np.asarray(edges).tolist()):
        if before or after:
            one = _widened(one, index, before, known_count(shape_of(op)[index]))
    return one


def _widened(one: Lattice, index: int, before: int, count: int) -> Lattice:
    """Return it with entries put before and after those of an axis."""
    if all(digit.is_still for digit in one.axes[index]):
        return resampled(one, index, count, -before, 1)
    straight = one.straight(index)
    reach = _reach(straight, index, count, -before, 1)
    frame = np.where(np.isfinite(reach), reach, straight.frame)
    wide = resampled(straight, index, count, -before, 1)
    return replace(wide, frame=frame, is_moved=True)


def _cut(
    one: Lattice, index: int, count: int | None, start: float, stride: float
) -> Lattice:
    """Return every stride-th entry of an axis from `start` on, or before."""
    if all(digit.is_still for digit in one.axes[index]):
        return resampled(one, index, count, start, stride)
    straight = one.straight(index)
    reach = _reach(straight, index, known_count(count), start, stride)
    cut = resampled(straight, index, count, start, stride)
    return replace(
        cut,
        window=_within(reach, straight.window),
        frame=_within(reach, straight.frame),
        is_moved=True,
    )


def _reach(
    straight: Lattice, index: int, count: int, start: float, stride: float
) -> FloatArray:
    """Return the corners of what every stride-th entry stands for.

    Infinitely far along the other axis of the image.
    """
    pixel = straight.axes[index][0].vector
    half = np.copysign(0.5, stride)
    ends = np.array([start, start + count * stride]) - half
    corners = np.sort(straight.origin + np.outer(ends, pixel), axis=0)
    return np.where(pixel, corners, [[-np.inf] * 2, [np.inf] * 2])


def _within(reach: FloatArray, whole: FloatArray) -> FloatArray:
    first, last = np.maximum(reach[0], whole[0]), np.minimum(reach[1], whole[1])
    return np.stack([first, last])


def _picked(one: Lattice, index: int, place: int) -> Lattice:
    """Return it without an axis, of which one entry is taken."""
    digits = joined(one.axes[index])
    if len(digits) > 1 and all(digit.count for digit in digits):
        for digit in reversed(digits):  # the last counts fastest
            place, value = divmod(place, digit.count or 1)
            one = _at_digit(one, digit, value)
    elif not all(digit.is_still for digit in digits):
        one = _cut(one, index, 1, place, 1)
    return replace(one, axes=one.axes[:index] + one.axes[index + 1 :])


def _at_digit(one: Lattice, digit: Digit, value: int) -> Lattice:
    """Return it where a digit, such as the row of a tile, has one value.

    What is left of the image is a step of the digit wide.
    """
    if digit.is_still:
        return one
    steps = np.array([d.step for axis in one.axes for d in axis])
    finest = np.where(steps, np.abs(steps), np.inf).min(axis=0)
    half = np.where(digit.vector, finest, 0) * np.sign(digit.vector) / 2
    ends = np.outer([value, value + 1], digit.vector)
    corners = np.sort(one.origin - half + ends, axis=0)
    reach = np.where(digit.vector, corners, [[-np.inf] * 2, [np.inf] * 2])
    return replace(
        one.shifted(value * digit.vector),
        window=_within(reach, one.window),
        frame=_within(reach, one.frame),
        is_moved=True,
    )


def strided_slice(op: tf.Operation, given: Given) -> Lattice:
    """Take what `x[…]` takes."""
    one = the_one(given)
    begins, strides = value_of(op, 1).tolist(), value_of(op, 3).tolist()
    masks = {
        name: int(op.get_attr(f"{name}_mask"))
        for name in ("begin", "ellipsis", "new_axis", "shrink_axis")
    }
    in_shape, out_shape = input_shape(op, 0), list(shape_of(op))
    index = 0  # of the axis in `one`, whose axes before are done
    taken = 0  # of axes of the input
    for spec, (begin, stride) in enumerate(zip(begins, strides, strict=True)):
        bit = {name: bool(mask >> spec & 1) for name, mask in masks.items()}
        if bit["ellipsis"]:
            later = masks["new_axis"] >> (spec + 1)
            left = len(begins) - spec - 1 - bin(later).count("1")
            skipped = len(in_shape) - taken - left
            index, taken = index + skipped, taken + skipped
        elif bit["new_axis"]:
            axes = (*one.axes[:index], (Digit(1),), *one.axes[index:])
            one, index = replace(one, axes=axes), index + 1
        else:
            size = in_shape[taken]
            masked = 0 if stride > 0 else -1
            first = int(masked if bit["begin"] else begin)
            if first < 0:
                first += known_count(size)
            if bit["shrink_axis"]:
                one = _picked(one, index, first)
            else:
                count = out_shape[index]
                if (first, stride) != (0, 1) or count != size:
                    one = _cut(one, index, count, first, stride)
                index += 1
            taken += 1
    return one


def sliced(op: tf.Operation, given: Given) -> Lattice:
    """Take a part of every axis."""
    one, begins = the_one(given), value_of(op, 1).tolist()
    sizes = zip(input_shape(op, 0), shape_of(op), strict=True)
    for index, (size, count) in enumerate(sizes):
        if begins[index] or size != count:
            one = _cut(one, index, count, begins[index], 1)
    return one


def turned(op: tf.Operation, given: Given) -> Lattice:
    """Turn axes round."""
    one = the_one(given)
    for index in axes_of(op, 1, given):
        size = known_count(shape_of(op)[index])
        one = _cut(one, index, size, size - 1, -1)
    return one


def gathered(op: tf.Operation, given: Given) -> Lattice:
    """Take entries by their index, where those are evenly spaced."""
    one, [index] = the_one(given), axes_of(op, 2, given)
    if op.get_attr("batch_dims"):
        raise LostPlaceError(op.type)
    places = np.asarray(value_of(op, 1))
    if places.ndim == 0:
        return _picked(one, index, int(places))
    strides = set(np.diff(places).tolist()) or {1}
    if all(digit.is_still for digit in one.axes[index]):
        return one.with_axis(index, (Digit(len(places)),))
    if places.ndim != 1 or len(strides) != 1:
        raise LostPlaceError(op.type)
    [stride] = strides
    return _cut(one, index, len(places), int(places[0]), stride)


def split(op: tf.Operation, given: Given) -> Lattice:
    """Take a part of the channels."""
    place = {"Split": 0, "SplitV": 2}[op.type]
    index = int(value_of(op, place)) % len(shape_of(op))
    one = next(filter(None, given))
    if not all(digit.is_still for digit in one.axes[index]):
        raise LostPlaceError("parts of an image")
    return one.with_axis(index, (Digit(shape_of(op)[index]),))


def unpacked(op: tf.Operation, given: Given) -> Lattice:
    """Take the entries along an axis of channels apart."""
    one = the_one(given)
    index = int(op.get_attr("axis")) % len(one.axes)
    if not all(digit.is_still for digit in one.axes[index]):
        raise LostPlaceError("parts of an image")
    return replace(one, axes=one.axes[:index] + one.axes[index + 1 :])


def packed(op: tf.Operation, given: Given) -> Lattice:
    """Put tensors side by side along a new axis."""
    one = agreed(lattice for lattice in given if lattice)
    index = int(op.get_attr("axis")) % (len(one.axes) + 1)
    new = (Digit(len(given)),)
    return replace(one, axes=(*one.axes[:index], new, *one.axes[index:]))


def to_batch(op: tf.Operation, given: Given) -> Lattice:
    """Make every n-th row and column an image of its own, or undo it."""
    one, is_back = the_one(given), op.type == "BatchToSpaceND"
    edges = np.asarray(value_of(op, 2))[:, 0].tolist()
    for place, (block, edge) in enumerate(
        zip(np.asarray(value_of(op, 1)).tolist(), edges, strict=True)
    ):
        stride, start = (1 / block, edge / block) if is_back else (block, -edge)
        count = shape_of(op)[place + 1]
        one = resampled(one, place + 1, count, start, stride)
    return one


def concatenated(op: tf.Operation, given: Given) -> Lattice:
    """Put channels of several tensors, or constants around, side by side."""
    [index] = axes_of(op, len(op.inputs) - 1, given)
    placed = [one for one in given if one]
    if all(d.is_still for one in placed for d in one.axes[index]):
        axis = (Digit(shape_of(op)[index]),)
        return agreed(one.with_axis(index, axis) for one in placed)
    if len(placed) > 1:
        raise LostPlaceError("parts put side by side")
    pairs = list(zip(op.inputs, given, strict=True))[:-1]
    lengths = [
        length(tensor, index) if one is None else known_count(one.shape[index])
        for tensor, one in pairs
    ]
    before = sum(lengths[: next(i for i, one in enumerate(given) if one)])
    return _widened(placed[0], index, before, sum(lengths))


def tiled(op: tf.Operation, given: Given) -> Lattice:
    """Put copies of the entries side by side."""
    one = the_one(given)
    for index, times in enumerate(value_of(op, 1).tolist()):
        if times != 1:
            axis = (Digit(times), *one.axes[index])
            one = one.with_axis(index, joined(axis))
    return one
