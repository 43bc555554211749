"""What operations do that compute: convolutions, poolings, products, sums."""

from collections.abc import Sequence
from dataclasses import replace

import tensorflow as tf

from kerasviz_callbacks.model.maps.places.lattice import (
    Axis,
    Digit,
    Lattice,
    LostPlaceError,
    joined,
    still,
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


def elementwise(op: tf.Operation, given: Given) -> Lattice:
    """Compute entry by entry: all stay where they are."""
    placed = [one for one in given if one]
    shape = op.outputs[0].shape
    wide = max((one.shape for one in placed), key=len)
    known = wide if shape.rank is None else tuple(shape)
    return agreed(_spread(one, known) for one in placed)


def _spread(lattice: Lattice, shape: Sequence[int | None]) -> Lattice:
    """Return it broadcast to the shape."""
    missing = len(shape) - len(lattice.axes)
    axes = (*still([1] * missing), *lattice.axes)
    spread = [
        axis if joined(axis)[0].count != 1 or count == 1 else (Digit(count),)
        for axis, count in zip(axes, shape, strict=True)
    ]
    return replace(lattice, axes=tuple(spread))


def window(op: tf.Operation, given: Given) -> Lattice:
    """Convolve or pool: an entry lies in the middle of its window."""
    one = next(filter(None, given))
    is_first = op.get_attr("data_format").decode() == "NCHW"
    shape, plane = shape_of(op), ((2, 3) if is_first else (1, 2))
    strides, sizes = op.get_attr("strides"), _window_sizes(op, plane)
    for place, index in enumerate(plane):
        stride, size = strides[index], sizes[place]
        before = _padding_before(op, index, size, stride)
        start = (size - 1) / 2 - before
        one = resampled(one, index, shape[index], start, stride)
    if "filter" in _kind_inputs(op):
        one = _mixed(one, 1 if is_first else 3, shape)
    return one


def _window_sizes(op: tf.Operation, plane: tuple[int, int]) -> list[int]:
    if "filter" not in _kind_inputs(op):
        sizes = op.get_attr("ksize")
        return [sizes[index] for index in plane]
    dilations = op.get_attr("dilations")
    kernel = op.inputs[1].shape[:2]
    return [
        (int(size) - 1) * dilations[index] + 1
        for size, index in zip(kernel, plane, strict=True)
    ]


def _kind_inputs(op: tf.Operation) -> tuple[str, ...]:
    return tuple(arg.name for arg in op.op_def.input_arg)


def _padding_before(
    op: tf.Operation, index: int, size: int, stride: int
) -> int:
    padding = op.get_attr("padding").decode()
    if padding == "EXPLICIT":
        return int(op.get_attr("explicit_paddings")[2 * index])
    if padding == "VALID":
        return 0
    count, entries = known_count(shape_of(op)[index]), input_shape(op, 0)[index]
    return max((count - 1) * stride + size - known_count(entries), 0) // 2


def transposed_convolution(op: tf.Operation, given: Given) -> Lattice:
    """Put new entries between: steps are shorter."""
    one = given[2]
    if one is None or op.get_attr("data_format").decode() != "NHWC":
        raise LostPlaceError(op.type)
    shape, small = shape_of(op), input_shape(op, 2)
    for index, size in zip((1, 2), op.inputs[1].shape[:2], strict=True):
        stride = op.get_attr("strides")[index]
        count, entries = known_count(shape[index]), known_count(small[index])
        total = max((entries - 1) * stride + int(size) - count, 0)
        is_same = op.get_attr("padding") == b"SAME"
        before = total // 2 if is_same else 0
        start = (before - (int(size) - 1) / 2) / stride
        one = resampled(one, index, count, start, 1 / stride)
    return _mixed(one, 3, shape)


def resized(op: tf.Operation, given: Given) -> Lattice:
    """Lay more or fewer entries over the same part of the image."""
    one = the_one(given)
    for index in (1, 2):
        count = known_count(shape_of(op)[index])
        stride = known_count(one.shape[index]) / count
        one = resampled(one, index, count, stride / 2 - 0.5, stride)
    return one


def scaled(op: tf.Operation, given: Given) -> Lattice:
    """Resize by factors, as smooth resizing does."""
    one = the_one(given)
    factors, shifts = value_of(op, 2), value_of(op, 3)
    for place, index in enumerate((1, 2)):
        stride = 1 / float(factors[place])
        start = (0.5 - float(shifts[place])) * stride - 0.5
        count = known_count(shape_of(op)[index])
        one = resampled(one, index, count, start, stride)
    return one


def blocked(op: tf.Operation, given: Given) -> Lattice:
    """Make channels of blocks of pixels, or pixels of channels."""
    one, block = the_one(given), int(op.get_attr("block_size"))
    if op.get_attr("data_format") != b"NHWC":
        raise LostPlaceError(op.type)
    stride = block if op.type == "SpaceToDepth" else 1 / block
    for index in (1, 2):
        count = known_count(shape_of(op)[index])
        one = resampled(one, index, count, (stride - 1) / 2, stride)
    return _mixed(one, 3, shape_of(op))


def reduced(op: tf.Operation, given: Given) -> Lattice:
    """Sum, average or take the largest: it lies in the middle."""
    one, axes = the_one(given), sorted(axes_of(op, 1, given), reverse=True)
    for index in axes:
        one = one.averaged(index)
        if not op.get_attr("keep_dims"):
            rest = one.axes[:index] + one.axes[index + 1 :]
            one = replace(one, axes=rest)
    return one


def _mixed(one: Lattice, index: int, shape: Sequence[int | None]) -> Lattice:
    """Return it with an axis of channels that all see all of the earlier."""
    return one.averaged(index).with_axis(index, (Digit(shape[index]),))


def multiplied(op: tf.Operation, given: Given) -> Lattice:
    """Multiply matrices, the rows of the first by columns."""
    names = {"MatMul": ("transpose_a", "transpose_b")}
    flags = names.get(op.type, ("adj_x", "adj_y"))
    is_turned = [bool(op.get_attr(name)) for name in flags]
    ranks = [len(input_shape(op, place)) for place in (0, 1)]
    batch = "abcdefgh"[8 - max(ranks) + 2 :]
    first = batch[len(batch) - ranks[0] + 2 :] + (
        "zx" if is_turned[0] else "xz"
    )
    second = batch[len(batch) - ranks[1] + 2 :] + (
        "yz" if is_turned[1] else "zy"
    )
    return _summed(f"{first},{second}->{batch}xy", op, given)


def einsum(op: tf.Operation, given: Given) -> Lattice:
    """Sum products by an equation."""
    equation = op.get_attr("equation").decode().replace(" ", "")
    if "." in equation:
        raise LostPlaceError(op.type)
    return _summed(equation, op, given)


def _summed(equation: str, op: tf.Operation, given: Given) -> Lattice:
    """Return a sum of products; the first factor with a place leads."""
    left, out = equation.split("->")
    factors = [
        (labels, one)
        for labels, one in zip(left.split(","), given, strict=True)
        if one is not None
    ]
    factors.sort(key=lambda pair: not _keeps_place(pair[0], pair[1], out))
    labels, lead = factors[0]
    for label in labels if len(factors) == 1 else "":
        if label not in out:
            lead = lead.averaged(labels.index(label))
    axes: list[Axis] = []
    for label, count in zip(out, shape_of(op), strict=True):
        found = [
            one.axes[text.index(label)]
            for text, one in factors
            if label in text
        ]
        axes.append(found[0] if found else (Digit(count),))
    is_moved = any(one.is_moved for _, one in factors)
    return replace(lead, axes=tuple(axes), is_moved=is_moved)


def _keeps_place(labels: str, one: Lattice, out: str) -> bool:
    return any(
        not digit.is_still
        for label, axis in zip(labels, one.axes, strict=True)
        for digit in axis
        if label in out
    )
