"""Chooses the output to explain, its loss, and the logits behind it.

A confident softmax has no gradient, but its logits do. They are found in the
traced graph, so the live model stays as it is. Keras keeps the logits on the
output of its own softmax and sigmoid. For other models the softmax or sigmoid
operation is searched above the output, through operations that only rearrange
or cast. If neither finds anything (a softmax written by hand, upsampled
probabilities), there are no logits.

What an output means is asked of the loss that it was compiled with, before its
shape: four numbers may be scores of four classes or the edges of a box.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import keras
import tensorflow as tf

Outputs: TypeAlias = Sequence[tuple[str, tuple[int | None, ...]]]
_ACTIVATIONS = ("Softmax", "LogSoftmax", "Sigmoid")
_REARRANGING = ("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims")
# No layer of class scores ends in these without a softmax or sigmoid.
_FEATURES = ("Relu", "Relu6", "Elu", "Selu", "Tanh", "MaxPool", "AvgPool")
_SUMMARIES = ("Mean", "Max")
_LINEAR = (
    "Conv2D",
    "MatMul",
    "BatchMatMulV2",
    "Einsum",
    "BiasAdd",
    "AddV2",
    "Add",
)

LossKind: TypeAlias = Literal["classes", "sides", "values"]
_losses = keras.losses
_LOSSES: Mapping[LossKind, tuple[Any, ...]] = {
    "classes": (
        _losses.categorical_crossentropy,
        _losses.sparse_categorical_crossentropy,
        _losses.categorical_focal_crossentropy,
        _losses.categorical_hinge,
        tf.nn.softmax_cross_entropy_with_logits,
        tf.nn.sparse_softmax_cross_entropy_with_logits,
    ),
    "sides": (
        _losses.binary_crossentropy,
        _losses.binary_focal_crossentropy,
        _losses.hinge,
        _losses.squared_hinge,
        _losses.dice,
        _losses.tversky,
        tf.nn.sigmoid_cross_entropy_with_logits,
    ),
    "values": (
        _losses.mean_squared_error,
        _losses.mean_absolute_error,
        _losses.mean_absolute_percentage_error,
        _losses.mean_squared_logarithmic_error,
        _losses.huber,
        _losses.log_cosh,
        _losses.poisson,
        _losses.cosine_similarity,
    ),
}
# Their outputs are compared with 0, not with probabilities.
_HINGES = (_losses.hinge, _losses.squared_hinge)


@dataclass(frozen=True)
class OutputLoss:
    """What the loss of an output says about its numbers.

    Attributes:
        kind: `classes` (one of several), `sides` (yes or no, per number) or
            `values` (a regression or a reconstruction).
        name: Name of the loss, for messages.
        from_logits: Whether it takes logits.
        around_zero: Whether 0 divides the two sides of a number.
    """

    kind: LossKind
    name: str
    from_logits: bool
    around_zero: bool


@dataclass(frozen=True)
class ChosenOutput:
    """One output of a forward pass.

    Attributes:
        name: Its name.
        tensor: Its value; symbolic.
        loss: What its compiled loss says; None if there is none, or one that
            says nothing, such as a function of the user's own.
    """

    name: str
    tensor: tf.Tensor
    loss: OutputLoss | None


def choose_output(
    model: keras.Model, outputs: Any, wanted: str | int | None
) -> ChosenOutput:
    """Return one of the outputs of a forward pass.

    Args:
        model: The model. Its output names are used if it has any.
        outputs: What the model returned: a tensor, or a nest of tensors.
        wanted: Name or index of an output. None if there is only one.

    Raises:
        ValueError: If there are several outputs and none is named, or no output
            has that name.
    """
    named = named_outputs(model, outputs)
    shapes = [(name, tuple(tensor.shape)) for name, tensor in named]
    index = output_index(shapes, wanted)
    name, tensor = named[index]
    paths = [path for path, _ in _flat(outputs)]
    loss = _loss_at(getattr(model, "loss", None), index, name, paths)
    understood = _understood(loss)
    if understood is None and index in detection_scores(shapes):
        understood = _of_sides(model)
    return ChosenOutput(name, tensor, understood)


def output_index(outputs: Outputs, wanted: str | int | None) -> int:
    """Return the index of the requested output among names and shapes.

    Raises:
        ValueError: If there are several outputs and none is named, or no output
            has that name.
    """
    listing = ", ".join(f"{name!r} {shape}" for name, shape in outputs)
    if wanted is None and len(outputs) != 1:
        raise ValueError(
            f"output must name one of the model's {len(outputs)} outputs: "
            f"{listing}. Give output=…"
        )
    for index, (name, _) in enumerate(outputs):
        if wanted is None or wanted in (name, index):
            return index
    raise ValueError(
        f"output must be the name or index of an output — got {wanted!r}; "
        f"the model has {listing}."
    )


def detection_scores(outputs: Outputs) -> tuple[int, ...]:
    """Return the indices of outputs that are class scores of boxes.

    A detector answers with boxes, (n, boxes, 4), and with scores of classes for
    as many boxes, (n, boxes, classes). Boxes are told by their names, else by
    being four numbers where the scores are not.
    """
    threes = [i for i, (_, shape) in enumerate(outputs) if len(shape) == 3]
    fours = [i for i in threes if outputs[i][1][-1] == 4]
    boxes = [i for i in fours if "box" in outputs[i][0].lower()] or fours
    counts = {outputs[i][1][1] for i in boxes}
    if len(boxes) == len(fours) == len(threes):
        return ()  # nothing but boxes
    return tuple(
        i for i in threes if i not in boxes and outputs[i][1][1] in counts
    )


def named_outputs(
    model: keras.Model, outputs: Any
) -> list[tuple[str, tf.Tensor]]:
    """Return every output with its name, in the order of the nest."""
    flat = _flat(outputs)
    own: Sequence[str] = getattr(model, "output_names", None) or ()
    if isinstance(model, keras.Sequential):
        own = [model.layers[-1].name]
    if len(own) == len(flat) and not isinstance(outputs, dict):
        return [(name, x) for name, (_, x) in zip(own, flat, strict=True)]
    return [
        ("/".join(map(str, path)) or "output", tensor) for path, tensor in flat
    ]


def output_specs(outputs: Any) -> Any:
    """Return what the model returned with every tensor as its spec."""
    return keras.tree.map_structure(
        lambda x: tf.TensorSpec(x.shape, x.dtype) if tf.is_tensor(x) else x,
        outputs,
    )


def find_logits(output: tf.Tensor) -> tf.Tensor | None:
    """Return the logits of an output, in its shape; None if there are none.

    Args:
        output: The model's symbolic output, as it was traced.
    """
    logits = _logits_at(_source(output))
    return None if logits is None else _in_shape_of(output, logits)


def is_sigmoid(output: tf.Tensor) -> bool:
    """Return whether a traced output comes out of a sigmoid."""
    return bool(_source(output).op.type == "Sigmoid")


def joined_tensors(output: tf.Tensor) -> tuple[tuple[tf.Tensor, ...], int]:
    """Return the tensors whose concatenation an output is, and the axis.

    Detectors join their levels, and what they say of a box, before they return
    them. The output alone and the axis -1 are returned if nothing is joined.

    Args:
        output: The model's symbolic output, as it was traced.
    """
    source = _source(output)
    if source.op.type != "ConcatV2":
        return (output,), -1
    *parts, axis = source.op.inputs
    return tuple(parts), int(tf.get_static_value(axis)) % source.shape.rank


def is_linear(output: tf.Tensor) -> bool:
    """Return whether an output is that of a layer without an activation."""
    return _source(output).op.type in _LINEAR


def ends_in_features(output: tf.Tensor) -> bool:
    """Return whether an output is pooled, rectified or of unit length.

    Such numbers are features (an embedding), not scores of classes.

    Args:
        output: The model's symbolic output, as it was traced.
    """
    operation = _source(output).op
    if operation.type in _SUMMARIES:
        rank = operation.inputs[0].shape.rank
        return rank is not None and rank > output.shape.rank
    return operation.type in _FEATURES or _is_of_unit_length(operation)


def _is_of_unit_length(operation: tf.Operation) -> bool:
    """Return whether numbers are scaled by a root (of their sum of squares)."""
    if operation.type not in ("Mul", "RealDiv"):
        return False
    scale = operation.inputs[1].op
    while scale.type in ("Maximum", "Minimum"):  # with epsilon
        scale = scale.inputs[0].op
    return scale.type in ("Rsqrt", "Sqrt")


def _flat(outputs: Any) -> list[tuple[Any, tf.Tensor]]:
    return [
        (path, tensor)
        for path, tensor in keras.tree.flatten_with_path(outputs)
        if tf.is_tensor(tensor)
    ]


def _loss_at(losses: Any, index: int, name: str, paths: Sequence[Any]) -> Any:
    """Return the loss of one output, as it was given to `compile`."""
    if isinstance(losses, Mapping):
        last = paths[index][-1] if paths[index] else name
        return losses.get(name, losses.get(last))
    if isinstance(losses, list | tuple):
        return losses[index] if index < len(losses) else None
    return losses  # one loss is that of every output


def _of_sides(model: keras.Model) -> OutputLoss | None:
    """Return the loss of a detector's classes, under whatever name it is."""
    losses = keras.tree.flatten(getattr(model, "loss", None))
    found = [understood for each in losses if (understood := _understood(each))]
    return next((one for one in found if one.kind == "sides"), None)


def _understood(loss: Any) -> OutputLoss | None:
    """Return what a loss says about its output; None if nothing."""
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    function: Any = getattr(loss, "fn", loss)
    options: Mapping[str, Any] = getattr(loss, "_fn_kwargs", {})
    if isinstance(function, functools.partial):
        options, function = function.keywords, function.func
    for kind, functions in _LOSSES.items():
        if any(function is one for one in functions):
            takes_logits = bool(options.get("from_logits", False))
            name = function.__name__
            from_logits = takes_logits or "with_logits" in name
            around_zero = from_logits or function in _HINGES
            return OutputLoss(kind, name, from_logits, around_zero)
    return None


def _source(output: tf.Tensor) -> tf.Tensor:
    """Return the tensor that was only rearranged or cast since."""
    tensor, above = output, _above(output)
    while above is not None and _logits_at(tensor) is None:
        tensor, above = above, _above(above)
    return tensor


def _logits_at(tensor: tf.Tensor) -> tf.Tensor | None:
    logits = getattr(tensor, "_keras_logits", None)
    if logits is None and tensor.op.type in _ACTIVATIONS:
        logits = tensor.op.inputs[0]
    return logits


def _above(tensor: tf.Tensor) -> tf.Tensor | None:
    """Return the operation's input if it only rearranges or casts it."""
    if tensor.op.type not in _REARRANGING:
        return None
    above = tensor.op.inputs[0]
    return above if above.dtype.is_floating else None


def _in_shape_of(output: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    if logits.shape.rank == output.shape.rank:
        return logits
    reshaped = tf.reshape(logits, tf.shape(output))
    reshaped.set_shape(output.shape)
    return reshaped
