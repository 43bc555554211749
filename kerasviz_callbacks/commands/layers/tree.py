"""Formats the layers of a model as a tree, with marks for what can be drawn."""

from collections.abc import Sequence

import keras

from kerasviz_callbacks.model import (
    NUM_AUTO_LAYERS,
    Located,
    Shape,
    build_if_needed,
    check_model,
    is_convolution,
    last_map,
    model_input,
    num_filters,
    probe_model,
    spread_convolutions,
    walk,
)

_INDENT = "  "


def layer_tree(model: keras.Model, size: int = 128) -> list[str]:
    """Return one line per layer, nested as the model nests them.

    Each begins with two letters: P if `FilterPatterns` can draw the layer, H if
    `GradCAM` can explain it; lower case if `layers="auto"` takes it.

    Args:
        model: Keras model.
        size: Side of an image in pixels, if the model leaves it open. Defaults
            to 128.

    Raises:
        TypeError: It is not a model.
        ValueError, RuntimeError: It takes no image, or cannot be run on one.
    """
    check_model(model)
    build_if_needed(model, (size, size, 3))
    spec = model_input(model, None, (size, size, 3))
    height, width, channels = spec.image_shape
    shape = (height or size, width or size, channels or 3)
    probe = probe_model(model, spec, shape)
    spread = spread_convolutions(probe, NUM_AUTO_LAYERS)
    patterns = {id(one.layer) for one in spread}
    last = last_map(probe)
    heatmaps = set() if last is None else {id(last.located.layer)}
    shapes = {id(call.located.layer): call.shape for call in probe.calls}
    rows = [
        _row(one, shapes.get(id(one.layer)), patterns, heatmaps)
        for one in walk(model)
        if not isinstance(one.layer, keras.layers.InputLayer)
    ]
    return [f"{model.name}, images of {_sides(shape)}", *_aligned(rows)]


def _row(
    one: Located, shape: Shape | None, patterns: set[int], heatmaps: set[int]
) -> tuple[str, str, str, str, str]:
    is_map = shape is not None and len(shape) == 4
    marks = _mark("P", is_map and is_convolution(one.layer), one, patterns)
    marks += _mark("H", is_map, one, heatmaps)
    depth = one.path.removesuffix(one.layer.name).count("/")
    count = num_filters(one.layer) if is_convolution(one.layer) else None
    return (
        marks,
        _INDENT * depth + one.layer.name,
        type(one.layer).__name__,
        "never called" if shape is None else _sides(shape[1:]),
        "" if count is None else f"{count} filters",
    )


def _mark(letter: str, can: bool, one: Located, chosen: set[int]) -> str:
    if id(one.layer) in chosen:
        return letter.lower()
    return letter if can else " "


def _sides(shape: Shape) -> str:
    return " x ".join("?" if side is None else str(side) for side in shape)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
