"""Finds the operations that a traced tensor feeds or depends on.

Only values count: an operation that uses no more than the shape of a tensor,
such as zeros for as many images, does not depend on it.
"""

from collections.abc import Sequence

import tensorflow as tf

_SHAPE_ONLY = ("Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike")


def dependents(source: tf.Tensor) -> frozenset[str]:
    """Return the names of the operations that use `source`, its own included.

    Operations are stored in the graph in the order in which they were traced,
    so inputs come before what uses them and one pass is enough.
    """
    reached = {source.op.name}
    for operation in source.graph.get_operations():
        inputs = (x.op.name for x in _inputs(operation))
        if any(name in reached for name in inputs):
            reached.add(operation.name)
    return frozenset(reached)


def ancestors(target: tf.Tensor) -> frozenset[str]:
    """Return the names of the operations behind `target`, its own included."""
    reached = {target.op.name}
    for operation in reversed(target.graph.get_operations()):
        if operation.name in reached:
            reached.update(x.op.name for x in _inputs(operation))
    return frozenset(reached)


def used_directly(
    targets: Sequence[tf.Tensor], tensors: Sequence[tf.Tensor]
) -> tuple[int, ...]:
    """Return the indices of the tensors that the targets use by themselves.

    A tensor that is used only on the way to another of them (a mask that the
    features are multiplied by) is none.
    """
    places = {tensor.name: index for index, tensor in enumerate(tensors)}
    found, seen, waiting = set(), set(), list(targets)
    while waiting:
        tensor = waiting.pop()
        if tensor.name in places:
            found.add(places[tensor.name])
        elif tensor.op.name not in seen:
            seen.add(tensor.op.name)
            waiting.extend(_inputs(tensor.op))
    return tuple(sorted(found))


def _inputs(operation: tf.Operation) -> tuple[tf.Tensor, ...]:
    return () if operation.type in _SHAPE_ONLY else tuple(operation.inputs)
