"""Chooses the layer whose output is a map of the image, and how it lies.

A layer that is explained must satisfy four conditions, and is the latest that
does:

1. All paths from the image to the explained output cross its output. One branch
   of a block, or a block without its skip, is not what the answer rests on.
2. Its output is a map of the image: (n, h, w, c), or tokens (n, t, c) that form
   a grid after prefix tokens (class, register) are left out.
3. Its positions respond to places in the image. In networks of convolutions
   this is known from the operations; else bright patches are tried.
4. It carries gradient to the output at more than one position. After the last
   attention of a transformer with a class token only that token does.

Attention scores (n, heads, t, t) fail the third condition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.input import Shape
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.maps.patches import (
    BRIGHTNESSES,
    follows_the_image,
    responses_to_patches,
)
from kerasviz_callbacks.model.output import output_index
from kerasviz_callbacks.model.probe import LayerCall, Probe, is_passive

MAX_PREFIX_TOKENS = 16  # a class token, a distillation token, some registers
_AT_A_TIME = 12  # layers that are tried together
# Of the largest gradient: what rounding leaves at positions that do not count.
_NO_GRADIENT = 1e-5


@dataclass(frozen=True)
class TokenGrid:
    """How tokens (n, t, c) lie in the image, row by row.

    Attributes:
        height: Rows of the grid.
        width: Columns of the grid.
        prefix: Tokens before the grid that have no place.
    """

    height: int
    width: int
    prefix: int = 0

    def lay_out(self, tokens: tf.Tensor) -> tf.Tensor:
        """Return tokens (n, t, c) as a map (n, h, w, c)."""
        count = self.height * self.width
        placed = tokens[:, self.prefix : self.prefix + count]
        shape = [tf.shape(tokens)[0], self.height, self.width]
        return tf.reshape(placed, [*shape, tokens.shape[-1]])


@dataclass(frozen=True)
class ImageMap:
    """A layer whose output is a map of the image.

    Attributes:
        located: The layer.
        grid: How its tokens lie; None for a map (n, h, w, c).
        is_crossed: Whether all paths to the output cross it.
    """

    located: Located
    grid: TokenGrid | None = None
    is_crossed: bool = True


@dataclass(frozen=True)
class TokenLayout:
    """How the tokens of a transformer lie in the image; `tokens=`.

    Attributes:
        grid: (height, width) of the grid of tokens. Defaults to None: what the
            patch embedding tells.
        prefix: Tokens before the grid that have no place, such as class and
            register tokens. Defaults to None: what is found.

    Raises:
        ValueError: A size is not positive, or the prefix is negative.
    """

    grid: tuple[int, int] | None = None
    prefix: int | None = None

    def __post_init__(self) -> None:
        if self.grid is not None and (
            len(self.grid) != 2 or min(self.grid) < 1
        ):
            raise ValueError(
                "grid must be (height, width) of the tokens, positive whole "
                f"numbers — got {self.grid!r}."
            )
        if self.prefix is not None and self.prefix < 0:
            raise ValueError(f"prefix must be 0 or more — got {self.prefix!r}.")

    def agrees(self, found: TokenGrid) -> bool:
        """Return whether a grid is as the user says."""
        sizes = found.height, found.width
        return self.grid in (None, sizes) and self.prefix in (
            None,
            found.prefix,
        )


ANY_LAYOUT = TokenLayout()


def last_map(
    probe: Probe,
    output: str | int | None = None,
    layout: TokenLayout = ANY_LAYOUT,
    brightnesses: Sequence[float] = BRIGHTNESSES,
) -> ImageMap | None:
    """Choose the last map of the image that the explained output rests on.

    Args:
        probe: Probe of the model.
        output: Name or index of the output to explain. Defaults to any output.
        layout: What the user says of how tokens lie.
        brightnesses: Values of the brightest pixel to try, the largest that
            the model will be fed if that is known.

    Returns:
        The map; None if the model has none. If several branches carry the
        answer side by side, the last map of one of them, not `is_crossed`.

    Raises:
        ValueError: If the model has no such output.
    """
    wanted = set(range(len(probe.outputs)))
    if output is not None:
        wanted = {output_index(probe.outputs, output)}
    crossed = [c for c in _candidates(probe) if wanted & set(c.crossed_by)]
    for found in _maps(probe, crossed, wanted, layout, brightnesses):
        return found
    branches = [c for c in _candidates(probe) if wanted & set(c.feeds)]
    for found in _maps(probe, branches, wanted, layout, brightnesses):
        return ImageMap(found.located, found.grid, is_crossed=False)
    return None


def map_at(
    probe: Probe,
    located: Located,
    layout: TokenLayout = ANY_LAYOUT,
    brightnesses: Sequence[float] = BRIGHTNESSES,
) -> ImageMap:
    """Return how the output of a named layer lies in the image.

    Raises:
        TapError: If the layer is never called where a tap can see it.
        ValueError: If its output is no map of the image.
    """
    shape = probe.shape(located.layer)
    layer = located.layer
    calls = [call for call in probe.calls if call.located.layer is layer]
    if len(shape) in (3, 4):
        for found in _maps(probe, calls[-1:], set(), layout, brightnesses):
            return found
    raise ValueError(
        f"Heatmaps need a layer whose output is a map of the image — "
        f"{located.path!r} outputs {_what(shape)}."
        f"{_instead(probe, brightnesses)}"
    )


def _candidates(probe: Probe) -> list[LayerCall]:
    """Return what could be chosen, the latest first."""
    shapes = {shape for _, shape in probe.outputs}
    return [
        call
        for call in reversed(probe.calls)
        if call.sees_image
        and call.is_new
        and not is_passive(call)
        and call.shape not in shapes
        and not _is_of_classes(probe, call)
        and len(call.shape) in (3, 4)
        and any(size is None or size > 1 for size in call.shape[1:-1])
    ]


def _is_of_classes(probe: Probe, call: LayerCall) -> bool:
    """Return whether it is a map of class scores that is only enlarged."""
    return len(call.shape) == 4 and any(
        len(shape) == 4 and shape[-1] == call.shape[-1]
        for _, shape in probe.outputs
    )


def _maps(
    probe: Probe,
    calls: Sequence[LayerCall],
    outputs: set[int],
    layout: TokenLayout,
    brightnesses: Sequence[float],
) -> Iterator[ImageMap]:
    """Yield those of the calls that are maps of the image, in their order.

    Args:
        probe: Probe of the model.
        calls: Calls to look at.
        outputs: Indices of the outputs that must get gradient from more than
            one position; empty if it does not matter.
        layout: What the user says of how tokens lie.
        brightnesses: Values of the brightest pixel to try.
    """
    tried: dict[int, ImageMap | None] = {}
    for place, call in enumerate(calls):
        if _is_known(call):
            yield ImageMap(call.located)
            continue
        if place not in tried:
            tried |= _tried(probe, calls, place, outputs, layout, brightnesses)
        found = tried[place]
        if found is not None:
            yield found


def _tried(
    probe: Probe,
    calls: Sequence[LayerCall],
    first: int,
    outputs: set[int],
    layout: TokenLayout,
    brightnesses: Sequence[float],
) -> dict[int, ImageMap | None]:
    """Try patches on some calls from the first on, by their place."""
    places = [
        place
        for place in range(first, len(calls))
        if not _is_known(calls[place])
    ][:_AT_A_TIME]
    found: dict[int, ImageMap | None] = dict.fromkeys(places)
    for bright in brightnesses:
        left = [place for place in places if found[place] is None]
        some = [calls[place] for place in left]
        if not some:
            break
        answers = responses_to_patches(probe, some, sorted(outputs), bright)
        for place, answer in zip(left, answers, strict=True):
            found[place] = _as_map(
                probe,
                calls[place],
                answer,
                layout,
                needs_gradient=bool(outputs),
            )
    return found


def _is_known(call: LayerCall) -> bool:
    """Return whether the operations tell that it is a map."""
    return call.keeps_places and len(call.shape) == 4


def _as_map(
    probe: Probe,
    call: LayerCall,
    answer: tuple[FloatArray, FloatArray],
    layout: TokenLayout,
    *,
    needs_gradient: bool,
) -> ImageMap | None:
    """Return how a call's output lies, if it follows the image."""
    response, gradient = answer
    grids: list[TokenGrid | None] = [None]
    if response.ndim == 2:
        grids = [
            grid
            for grid in _grids(probe, call, response.shape[1])
            if layout.agrees(grid)
        ]
    for grid in grids:
        weight = _laid(gradient[None], grid)[0]
        is_used = np.sum(weight > _NO_GRADIENT * weight.max()) > 1
        if needs_gradient and not is_used:
            continue
        if follows_the_image(
            _laid(response, grid), is_upright=grid is not None
        ):
            return ImageMap(call.located, grid)
    return None


def _grids(probe: Probe, call: LayerCall, count: int) -> Iterator[TokenGrid]:
    """Yield how tokens could lie: as an earlier map, else as the image."""
    seen: dict[TokenGrid, None] = {}
    for earlier in probe.calls[: probe.calls.index(call)]:
        if earlier.sees_image and len(earlier.shape) == 4:
            height, width = (size or 0 for size in earlier.shape[1:3])
            prefix = count - height * width
            if 0 <= prefix <= MAX_PREFIX_TOKENS and height * width > 1:
                seen[TokenGrid(height, width, prefix)] = None
    yield from sorted(seen, key=lambda grid: grid.prefix)
    ratio = probe.image_shape[0] / probe.image_shape[1]
    for prefix in range(min(MAX_PREFIX_TOKENS + 1, count)):
        height = round(np.sqrt((count - prefix) * ratio))
        grid = TokenGrid(height, (count - prefix) // max(height, 1), prefix)
        if height > 1 and height * grid.width + prefix == count:
            if grid not in seen:
                yield grid


def _laid(values: FloatArray, grid: TokenGrid | None) -> FloatArray:
    """Return (k, t) or (k, h, w) as (k, h, w)."""
    if grid is None:
        return values
    placed = values[:, grid.prefix : grid.prefix + grid.height * grid.width]
    return placed.reshape(len(values), grid.height, grid.width)


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


def _instead(probe: Probe, brightnesses: Sequence[float]) -> str:
    found = last_map(probe, brightnesses=brightnesses)
    if found is None:
        return " This model has no such layer."
    return f" Take {found.located.path!r}, which 'auto' takes."
