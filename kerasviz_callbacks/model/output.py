"""A model's outputs in, the one that is explained out."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

Outputs: TypeAlias = Sequence[tuple[str, tuple[int | None, ...]]]


def choose_output(
    model: keras.Model, outputs: Any, wanted: str | int | None
) -> tf.Tensor:
    """Return one of the outputs of a forward pass.

    Args:
        model: its names of the outputs are used where it has some.
        outputs: what it answered: a tensor, or a nest of tensors.
        wanted: name or index; None where there is only one.

    Raises:
        ValueError: there are several and none is named, or none has the name.
    """
    named = named_outputs(model, outputs)
    shapes = [(name, tuple(tensor.shape)) for name, tensor in named]
    return named[output_index(shapes, wanted)][1]


def output_index(outputs: Outputs, wanted: str | int | None) -> int:
    """Return the index of the output wanted, of these names and shapes.

    Raises:
        ValueError: there are several and none is named, or none has the name.
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


def named_outputs(
    model: keras.Model, outputs: Any
) -> list[tuple[str, tf.Tensor]]:
    """Return every output with its name, in the order of the nest."""
    flat = [
        (path, tensor)
        for path, tensor in keras.tree.flatten_with_path(outputs)
        if tf.is_tensor(tensor)
    ]
    own: Sequence[str] = getattr(model, "output_names", None) or ()
    if len(own) == len(flat) and not isinstance(outputs, dict):
        return [(name, x) for name, (_, x) in zip(own, flat, strict=True)]
    return [("/".join(map(str, path)), tensor) for path, tensor in flat]
