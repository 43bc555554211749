"""Chooses what is explained by default, and checks layers that are named.

By default it is the last map of the image that all paths from the image to the
explained output cross: one branch of a block, or a block without its skip, is
not what the answer rests on. `search` tells what a map is, and `parallel` takes
several of them where no single one will do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import tensorflow as tf

from kerasviz_callbacks.model.dependence import used_directly
from kerasviz_callbacks.model.input import Shape
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.maps.cut import answers
from kerasviz_callbacks.model.maps.search import (
    ANY_MAP,
    ImageMap,
    MapSearch,
    candidates,
)
from kerasviz_callbacks.model.output import named_outputs, output_index
from kerasviz_callbacks.model.probe import LayerCall, Probe
from kerasviz_callbacks.model.tap import forward

#: Name or index of an output, or indices of several; None for any of them.
OutputsLike: TypeAlias = str | int | tuple[int, ...] | None


def last_map(
    probe: Probe,
    output: OutputsLike = None,
    search: MapSearch = ANY_MAP,
) -> ImageMap | None:
    """Choose the last map of the image that the explained output rests on.

    Args:
        probe: Probe of the model.
        output: Name or index of the output to explain, or indices of several
            that are explained together. Defaults to any output.
        search: How maps are looked for.

    Returns:
        The map; None if the model has none. If several branches carry the
        answer side by side, the last map of one of them, not `is_crossed`.

    Raises:
        ValueError: If the model has no such output.
    """
    wanted = wanted_outputs(probe, output)
    calls = explainable(probe, wanted)
    needed = 1 if output is None else len(wanted)
    crossed = [
        call for call in calls if len(wanted & set(call.crossed_by)) >= needed
    ]
    for found in search.maps(probe, crossed, wanted):
        return found
    branches = [call for call in calls if wanted & set(call.feeds)]
    for found in search.maps(probe, branches, wanted):
        return replace(found, is_crossed=False)
    return None


def map_at(
    probe: Probe, located: Located, search: MapSearch = ANY_MAP
) -> ImageMap:
    """Return how the output of a named layer's last call lies in the image.

    Raises:
        TapError: If the layer is never called where a tap can see it.
        ValueError: If its output is no map of the image.
    """
    shape = probe.shape(located.layer)
    calls = probe.calls_of(located.layer)
    seeing = [call for call in calls if call.sees_image] or calls
    if len(shape) in (3, 4):
        for found in search.maps(probe, seeing[-1:], set()):
            return found
    raise ValueError(
        f"Heatmaps need a layer whose output is a map of the image — "
        f"{located.path!r} outputs {_what(shape)}.{_instead(probe, search)}"
    )


def mixed_tokens_note(
    probe: Probe, one: ImageMap, output: OutputsLike = None
) -> tuple[str, ...]:
    """Return what to know of tokens that are explained after all attention.

    With a class token the last attention chooses among them, and its input is
    explained. Where they are pooled every token counts, and each may hold what
    attention brought from anywhere.

    Args:
        probe: Probe of the model.
        one: The map that was chosen.
        output: As `last_map` takes it.
    """
    mixing = probe.paths.mixing
    node = probe.calls_of(one.located.layer)[one.call or 0].node
    if one.grid is None or not mixing or node is None or node < max(mixing):
        return ()
    before = before_attention(probe, output)
    instead = (
        ""
        if before is None
        else (
            f" layers={before.located.path!r} with method='hires_cam' explains "
            "the patches before any attention."
        )
    )
    return (
        f"Attention has mixed what the tokens of {one.located.path!r} hold: "
        "the heatmap shows which tokens are evidence, and that may come from "
        f"other places.{instead}",
    )


def before_attention(
    probe: Probe, output: OutputsLike = None
) -> LayerCall | None:
    """Return the last tokens before any attention that all paths cross."""
    wanted = wanted_outputs(probe, output)
    first = min(probe.paths.mixing, default=0)
    crossed = [
        call
        for call in probe.calls
        if call.node is not None
        and call.node < first
        and wanted <= set(call.crossed_by)
        and len(call.shape) == 3
    ]
    return crossed[-1] if crossed else None


def explainable(probe: Probe, wanted: Iterable[int]) -> list[LayerCall]:
    """Return what could be explained; the answer itself if nothing else."""
    bare = answers(probe.paths, ends_of(probe, wanted))
    calls = candidates(probe)
    return [call for call in calls if call.node not in bare] or calls


def wanted_outputs(probe: Probe, output: OutputsLike) -> set[int]:
    """Return the indices of the outputs to explain; all if none is named."""
    if output is None:
        return set(range(len(probe.outputs)))
    if isinstance(output, tuple):
        return set(output)
    return {output_index(probe.outputs, output)}


def used_outputs(
    probe: Probe, functions: Sequence[Callable[[Any], Any]]
) -> tuple[int, ...]:
    """Return which outputs functions of all outputs use, of the image.

    The functions are traced on the model's outputs; nothing is computed.

    Args:
        probe: Probe of the model.
        functions: Functions from what the model returns to scores.

    Returns:
        Indices of outputs; () if the functions use none that sees the image.
    """
    spec = probe.spec
    found: list[int] = []

    def trace(fed: tf.Tensor) -> tf.Tensor:
        image = tf.cast(fed, spec.dtypes[spec.image])
        outputs = forward(probe.model, spec.pack(image, {}), []).outputs
        scores = tf.nest.flatten([one(outputs) for one in functions])
        tensors = [tensor for _, tensor in named_outputs(probe.model, outputs)]
        symbolic = [one for one in scores if tf.is_tensor(one)]
        found.extend(used_directly(symbolic, tensors))
        return tf.constant(0)

    tf.function(trace, autograph=False).get_concrete_function(
        tf.TensorSpec([None, *probe.image_shape], tf.float32)
    )
    return tuple(one for one in found if probe.paths.ends[one] is not None)


def ends_of(probe: Probe, wanted: Iterable[int]) -> list[int]:
    """Return the operations of outputs that depend on the image."""
    ends = (probe.paths.ends[index] for index in wanted)
    return [end for end in ends if end is not None]


def _what(shape: Shape) -> str:
    sizes = shape[1:]
    if len(sizes) == 3 and sizes[1] == sizes[2]:
        return (
            f"{sizes[0]} x {sizes[1]} x {sizes[2]} values that follow no place "
            "in the image, such as attention scores"
        )
    if len(sizes) == 3:
        return f"shape {shape}, whose positions follow no place in the image"
    if len(sizes) == 2:
        return f"{sizes[0]} tokens that form no grid over the image"
    return f"shape {shape}"


def _instead(probe: Probe, search: MapSearch) -> str:
    found = last_map(probe, search=search)
    if found is None:
        return " This model has no such layer."
    return f" Take {found.located.path!r}, which 'auto' takes."
