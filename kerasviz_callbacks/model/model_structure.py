"""A model in, what a traced function of it depends on out."""

from typing import Any

import keras


def structure_signature(model: keras.Model) -> tuple[Any, ...]:
    """Return what a traced function depends on besides the weights' values.

    A function traced before `enable_lora`, `quantize` or a change of layers
    computes the old network; weights, freezing and `compile` leave it right.
    """
    layers = tuple(
        (
            id(layer),
            getattr(layer, "quantization_mode", None),
            bool(getattr(layer, "lora_enabled", False)),
        )
        for layer in model._flatten_layers()
    )
    return layers + tuple(id(variable) for variable in model.variables)
