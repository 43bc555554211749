"""Formats the layers of a model as a table, with what can be drawn of each."""

from collections.abc import Sequence

import keras

from kerasviz_callbacks.model import (
    NUM_AUTO_LAYERS,
    LayerCall,
    Located,
    Shape,
    build_if_needed,
    check_model,
    is_convolution,
    last_cut,
    model_input,
    num_filters,
    probe_model,
    spread_layers,
    walk,
    widens_places,
)

_HEAD = ("layer", "class", "output", "filters", "patterns", "heatmaps")


def layer_tree(model: keras.Model, size: int = 128) -> list[str]:
    """Return one line per layer, in the order of the model, and a legend.

    A line begins with the layer's path, and ends with whether `FilterPatterns`
    can draw it and `GradCAM` can explain it: `yes`, or `auto` if
    `layers="auto"` takes it.

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
    spread = spread_layers(probe, NUM_AUTO_LAYERS)
    patterns = {id(one.layer) for one in spread}
    last = last_cut(probe)
    taken = [one.located for one in last.maps] if last else []
    heatmaps = {id(one.layer) for one in taken}
    calls = {id(call.located.layer): call for call in probe.calls}
    listed = list(walk(model))
    # An operation is no layer, and not listed so far.
    listed += [x for x in taken if not isinstance(x.layer, keras.Layer)]
    rows = [
        _row(one, calls.get(id(one.layer)), patterns, heatmaps)
        for one in listed
        if not isinstance(one.layer, keras.layers.InputLayer)
    ]
    return [
        f"{model.name}, images of {_sides(shape)}",
        "",
        *_aligned([_HEAD, *rows]),
        "",
        *_legend(rows),
    ]


def _legend(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return what the marks mean, with a layer of this model."""
    named = [row[0] for row in rows if any(row[-2:])]
    if not named:
        return ["Nothing of it can be drawn."]
    return [
        f'yes   can be named: KerasViz(log_dir, images, layers="{named[-1]}")',
        'auto  is taken by layers="auto", where none is named',
    ]


def _row(
    one: Located,
    call: LayerCall | None,
    patterns: set[int],
    heatmaps: set[int],
) -> tuple[str, ...]:
    is_map = call is not None and len(call.shape) == 4
    has_units = call is not None and widens_places(call)
    has_filters = has_units or (is_map and is_convolution(one.layer))
    is_known = is_map and call is not None and call.keeps_places
    has_count = has_units or is_convolution(one.layer)
    count = num_filters(one.layer) if has_count else None
    return (
        one.path,
        type(one.layer).__name__,
        "never called" if call is None else _sides(call.shape[1:]),
        "" if count is None else str(count),
        _mark(has_filters, one, patterns),
        _mark(is_known, one, heatmaps),
    )


def _mark(can: bool, one: Located, chosen: set[int]) -> str:
    if id(one.layer) in chosen:
        return "auto"
    return "yes" if can else ""


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
