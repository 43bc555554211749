"""The rule of each operation of TensorFlow: where its entries lie.

A rule takes the operation and the lattices of its inputs and returns the
lattice of its outputs. An operation without a rule loses the place.
"""

from collections.abc import Callable
from typing import TypeAlias

import tensorflow as tf

from kerasviz_callbacks.model.maps.places import mixes, moves
from kerasviz_callbacks.model.maps.places.lattice import Lattice, LostPlaceError
from kerasviz_callbacks.model.maps.places.operation import Given

Rule: TypeAlias = Callable[[tf.Operation, Given], Lattice]


def moved(op: tf.Operation, given: Given) -> Lattice:
    """Return where the entries of an operation's first output lie.

    Raises:
        LostPlaceError: That is not known.
    """
    rule = _RULES.get(op.type)
    if rule is None:
        raise LostPlaceError(op.type)
    return rule(op, given)


_ELEMENTWISE = """
    Abs Add AddN AddV2 BiasAdd BroadcastTo Cast Ceil CheckNumerics ClipByValue
    Cos Div DivNoNan Elu Equal Erf Erfc Exp Expm1 Floor FloorDiv FusedBatchNorm
    FusedBatchNormV2 FusedBatchNormV3 Greater GreaterEqual Identity IsFinite
    IsNan LRN LeakyRelu Less LessEqual Log Log1p LogSoftmax LogicalAnd
    LogicalNot LogicalOr Maximum Minimum Mul MulNoNan Neg NotEqual Pow
    PreventGradient RealDiv Reciprocal Relu Relu6 Rint Round Rsqrt Select
    SelectV2 Selu Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Square
    SquaredDifference Sub StopGradient Tanh
"""

_RULES: dict[str, Rule] = {
    **dict.fromkeys(_ELEMENTWISE.split(), mixes.elementwise),
    **dict.fromkeys(("Reshape", "ExpandDims", "Squeeze"), moves.reshaped),
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad"), moves.padded),
    **dict.fromkeys(
        ("Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool"), mixes.window
    ),
    **dict.fromkeys(
        (
            "ResizeArea",
            "ResizeBicubic",
            "ResizeBilinear",
            "ResizeNearestNeighbor",
        ),
        mixes.resized,
    ),
    **dict.fromkeys(("Mean", "Sum", "Max", "Min", "Prod"), mixes.reduced),
    **dict.fromkeys(
        ("MatMul", "BatchMatMul", "BatchMatMulV2"), mixes.multiplied
    ),
    "ConcatV2": moves.concatenated,
    "Conv2DBackpropInput": mixes.transposed_convolution,
    "Einsum": mixes.einsum,
    "GatherV2": moves.gathered,
    "ReverseV2": moves.turned,
    **dict.fromkeys(("SpaceToBatchND", "BatchToSpaceND"), moves.to_batch),
    **dict.fromkeys(("Split", "SplitV"), moves.split),
    **dict.fromkeys(("SpaceToDepth", "DepthToSpace"), mixes.blocked),
    "Pack": moves.packed,
    "ScaleAndTranslate": mixes.scaled,
    "Unpack": moves.unpacked,
    "Slice": moves.sliced,
    "StridedSlice": moves.strided_slice,
    "Tile": moves.tiled,
    "Transpose": moves.transposed,
}
