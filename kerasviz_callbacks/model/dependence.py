"""Finds the operations that a traced tensor feeds, depends on, or must cross.

Only values count: an operation that uses no more than the shape of a tensor,
such as zeros for as many images, does not depend on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf

# Operations after which a map (n, h, w, c) is still a map of the image.
_PLAIN = frozenset(
    "Abs Add AddN AddV2 AvgPool BatchToSpaceND BiasAdd Cast ConcatV2 Const"
    " Conv2D Conv2DBackpropInput DepthwiseConv2dNative Elu Erf Erfc Exp"
    " FusedBatchNormV3 Identity IdentityN LeakyRelu LogSoftmax MatMul Max"
    " MaxPool Maximum Mean Minimum MirrorPad Mul Neg Pad PadV2 Placeholder Pow"
    " RealDiv Relu Relu6 ResizeBilinear ResizeNearestNeighbor Rsqrt Selu"
    " Sigmoid Softmax Softplus Softsign SpaceToBatchND Sqrt Square"
    " SquaredDifference StopGradient Sub Sum Tanh".split()
)
_READING = frozenset(("NoOp", "ReadVariableOp"))
_RESHAPING = ("ExpandDims", "Reshape", "Squeeze", "StridedSlice")
_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
SHAPE_ONLY = ("Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike")
# Operations that make an output of scores without adding scores of places.
_BARE = frozenset(
    "BiasAdd Cast ConcatV2 ExpandDims Identity IdentityN LogSoftmax Pack Pad"
    " PadV2 Reshape ResizeBilinear ResizeNearestNeighbor Sigmoid Softmax"
    " Squeeze StridedSlice Transpose".split()
)
_KERNELS = ("Conv2D", "DepthwiseConv2dNative", "Conv2DBackpropInput")
_POOLS = ("AvgPool", "MaxPool")
_PRODUCTS = ("MatMul", "BatchMatMul", "BatchMatMulV2", "Einsum")


@dataclass(frozen=True)
class PathGraph:
    """The operations between an image and the outputs, as a graph.

    Operations are numbered in the order of the trace, so that each comes after
    what it uses.

    Attributes:
        numbers: Number of each operation by name; the image's is 0.
        uses: For each operation, the numbers of those that it uses.
        ends: Number of the operation of each output; None if the output does
            not depend on the image.
        looking: Operations that mix values of neighbouring places.
        pooling: Operations that make one value of all places.
        mixing: Operations that multiply values of the image with each other as
            matrices: attention, which takes from any place to any other.
        bare: Operations that only arrange, enlarge or squash values.
    """

    numbers: Mapping[str, int]
    uses: tuple[tuple[int, ...], ...]
    ends: tuple[int | None, ...]
    looking: frozenset[int]
    pooling: frozenset[int]
    mixing: frozenset[int]
    bare: frozenset[int]


def path_graph(image: tf.Tensor, outputs: Sequence[tf.Tensor]) -> PathGraph:
    """Return the graph of all paths from a traced image to the outputs."""
    after = dependents(image)
    before = frozenset().union(*(ancestors(output) for output in outputs))
    on_paths = [
        operation
        for operation in image.graph.get_operations()
        if operation.name in after and operation.name in before
    ]
    numbers = {operation.name: i for i, operation in enumerate(on_paths)}
    uses = tuple(
        tuple(
            {
                numbers[x.op.name]: None
                for x in _inputs(operation)
                if x.op.name in numbers
            }
        )
        for operation in on_paths
    )
    return PathGraph(
        numbers,
        uses,
        tuple(numbers.get(output.op.name) for output in outputs),
        frozenset(i for i, op in enumerate(on_paths) if _looks_around(op)),
        frozenset(i for i, op in enumerate(on_paths) if _pools_all(op)),
        frozenset(
            i
            for i, op in enumerate(on_paths)
            if op.type in _PRODUCTS and len(uses[i]) > 1
        ),
        frozenset(i for i, op in enumerate(on_paths) if op.type in _BARE),
    )


def _pools_all(operation: tf.Operation) -> bool:
    """Return whether an operation makes one value of all places."""
    if operation.type not in ("Mean", "Max", "Sum", "Prod"):
        return False
    before, after = operation.inputs[0].shape, operation.outputs[0].shape
    if before.rank is None or before.rank < 3 or after.rank is None:
        return False
    return after.rank == 2 or list(after[1:-1]) == [1] * (after.rank - 2)


def _looks_around(operation: tf.Operation) -> bool:
    """Return whether an operation mixes values of neighbouring places."""
    if operation.type in _POOLS:
        return bool(max(operation.get_attr("ksize")) > 1)
    if operation.type not in _KERNELS:
        return operation.type in _CALLS and not _body_of(operation).isdisjoint(
            _KERNELS
        )
    shape = operation.inputs[1].shape
    return shape.rank == 4 and max(size or 0 for size in shape[:2]) > 1


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
    return () if operation.type in SHAPE_ONLY else tuple(operation.inputs)


def crossings(source: tf.Tensor, target: tf.Tensor) -> frozenset[str]:
    """Return the operations that every path from `source` to `target` crosses.

    Operations lie in the graph in topological order. One is crossed by all
    paths exactly if no edge between two others that lie on such paths leads
    past it: by that edge a path could avoid it, and no path can without one.
    """
    after, before = dependents(source), ancestors(target)
    on_paths = [
        operation
        for operation in source.graph.get_operations()
        if operation.name in after and operation.name in before
    ]
    place = {operation.name: i for i, operation in enumerate(on_paths)}
    furthest = [0] * len(on_paths)
    for i, operation in enumerate(on_paths):
        for tensor in _inputs(operation):
            start = place.get(tensor.op.name)
            if start is not None:
                furthest[start] = max(furthest[start], i)
    crossed, reach = set(), 0
    for i, operation in enumerate(on_paths):
        if reach <= i:
            crossed.add(operation.name)
        reach = max(reach, furthest[i])
    return frozenset(crossed)


def beyond_codes(source: tf.Tensor) -> frozenset[str]:
    """Return the operations that `source` reaches through codes alone.

    A code is what a Dense layer makes of a whole image, (n, d): each of its
    numbers is of all places, so what is unfolded from it lies nowhere in the
    image. `source` has a known number of images, which tells a code from
    patches (n * patches, d).
    """
    near = {source.op.name}
    for operation in source.graph.get_operations():
        inputs = (x.op.name for x in _inputs(operation))
        if not _is_code(operation, source.shape[0]):
            if any(name in near for name in inputs):
                near.add(operation.name)
    return dependents(source) - near


def _is_code(operation: tf.Operation, images: int) -> bool:
    if operation.type != "MatMul":
        return False
    shape = operation.outputs[0].shape
    return bool(shape.rank == 2 and shape[0] == images)


def displaced(source: tf.Tensor) -> frozenset[str]:
    """Return the operations whose values may have lost their places.

    A map (n, h, w, c) stays a map of the image through convolutions, sums,
    pooling and the like. What depends on `source` through any other operation
    (a Transpose, an Einsum, most Reshapes) is returned.
    """
    reached = dependents(source)
    lost: set[str] = set()
    for operation in source.graph.get_operations():
        if operation.name not in reached or operation is source.op:
            continue
        inherits = any(x.op.name in lost for x in _inputs(operation))
        if inherits or not _keeps_places(operation):
            lost.add(operation.name)
    return frozenset(lost)


def _keeps_places(operation: tf.Operation) -> bool:
    kind = operation.type
    if kind in _CALLS:
        return _body_of(operation) <= _PLAIN | _READING
    if kind in _RESHAPING:
        return _keeps_shape(operation)
    if kind == "BatchMatMulV2":  # Dense on a map, in earlier versions of Keras
        is_shared = operation.inputs[1].shape.rank == 2
        return bool(is_shared and not operation.get_attr("adj_x"))
    if kind == "Transpose":
        axes = tf.get_static_value(operation.inputs[1])
        return axes is not None and list(axes) == sorted(axes)
    return kind in _PLAIN


def _keeps_shape(operation: tf.Operation) -> bool:
    """Return whether reshaping or slicing leaves rows, columns and channels."""
    before, after = operation.inputs[0].shape, operation.outputs[0].shape
    if before.rank is None or after.rank is None:
        return False
    if operation.type == "StridedSlice":
        return bool(before.rank == after.rank)  # else an axis is gone
    # A Dense layer on a map flattens all but its channels, and puts them back;
    # TensorFlow knows no shape in between.
    if after.rank == 2 and "/Tensordot/" in operation.name:
        return True
    is_resized = before.rank == after.rank == 4 and before[1:3] != after[1:3]
    return bool(before[-1] == after[-1]) and not is_resized


def _body_of(operation: tf.Operation) -> set[str]:
    """Return the types of the operations that a call runs."""
    name = operation.get_attr("f").name
    graph = getattr(operation.graph._get_function(name), "graph", None)
    return {op.type for op in graph.get_operations()} if graph else {name}
