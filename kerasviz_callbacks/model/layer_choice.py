"""What the user calls layers in, the layers out, each once."""

from collections.abc import Callable, Iterable, Sequence

import keras

from kerasviz_callbacks.model.layers import Located, find_layer
from kerasviz_callbacks.model.probe import Probe


def choose_layers(
    found: Probe,
    layers: str | keras.Layer | Iterable[str | keras.Layer] | None,
    automatic: Callable[[], Sequence[Located]],
) -> tuple[Located, ...]:
    """Return the layers to draw, each once.

    Args:
        found: the model, and what its forward pass calls.
        layers: a path, a layer, or several; None or `"auto"` for `automatic`.
        automatic: what is drawn where nothing is named.

    Raises:
        ValueError: none is there, a name is not found, or two layers have
            the same path.
    """
    chosen: Sequence[Located]
    if layers is None or (isinstance(layers, str) and layers == "auto"):
        chosen = automatic()
    elif isinstance(layers, str | keras.Layer):
        chosen = (find_layer(found.model, layers),)
    else:
        chosen = tuple(find_layer(found.model, layer) for layer in layers)
    if not chosen:
        raise ValueError(
            f"layers must name at least one layer — got {layers!r}, which "
            f"finds none in {found.model.name!r} with feature maps. "
            "layer_paths(model) lists the convolutions."
        )
    once = tuple({id(one.layer): one for one in chosen}.values())
    paths = [one.path for one in once]
    if len(set(paths)) < len(paths):
        raise ValueError(
            "Layers drawn together must differ in their paths — got "
            f"{', '.join(map(repr, paths))}. Give nested models names of "
            "their own, or draw one at a time."
        )
    return once
