"""A tensor of a graph under trace in, the operations that it hangs with out."""

import tensorflow as tf


def dependents(source: tf.Tensor) -> frozenset[str]:
    """Return the names of the operations that use `source`, its own included.

    Operations stand in the graph in the order in which they were traced, so
    that inputs come before what uses them: once through is enough.
    """
    reached = {source.op.name}
    for operation in source.graph.get_operations():
        if any(x.op.name in reached for x in operation.inputs):
            reached.add(operation.name)
    return frozenset(reached)


def ancestors(target: tf.Tensor) -> frozenset[str]:
    """Return the names of the operations behind `target`, its own included."""
    reached = {target.op.name}
    for operation in reversed(target.graph.get_operations()):
        if operation.name in reached:
            reached.update(x.op.name for x in operation.inputs)
    return frozenset(reached)
