"""How the tokens of a transformer lie in the image.

Tokens (n, t, c) are a map of the image if they form a grid, row by row, after
prefix tokens (class, register) that have no place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.layers import is_convolution
from kerasviz_callbacks.model.probe import LayerCall, Probe

MAX_PREFIX_TOKENS = 16  # a class token, a distillation token, some registers


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

    def laid(self, values: FloatArray) -> FloatArray:
        """Return a value per token (k, t) as maps (k, h, w)."""
        count = self.height * self.width
        placed = values[:, self.prefix : self.prefix + count]
        return placed.reshape(len(values), self.height, self.width)


@dataclass(frozen=True)
class TokenLayout:
    """How the tokens of a transformer lie in the image; `tokens=`.

    Attributes:
        grid: (height, width) of the grid of tokens. Defaults to None: what the
            patch embedding says.
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


def possible_grids(
    probe: Probe, call: LayerCall, count: int
) -> Iterator[TokenGrid]:
    """Yield how tokens could lie: as an earlier map, else as the image.

    Args:
        probe: Probe of the model.
        call: Call that returned the tokens.
        count: Number of tokens.
    """
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


_SURE_PREFIX = 5  # a class token and four registers, as in DINOv2


def is_of_tokens(probe: Probe, layer: keras.Layer) -> bool:
    """Return whether a layer's last output is tokens (n, t, c)."""
    calls = probe.calls_of(layer)
    is_flat = bool(calls) and len(calls[-1].shape) == 3
    return is_flat and not is_convolution(layer)


def token_prefix(probe: Probe, layer: keras.Layer) -> int:
    """Return how many tokens of a layer have no place in the image.

    Nothing is tried: the grid is an earlier map's, or has the image's ratio. A
    prefix that is longer than those of known transformers is taken for none,
    since any number of tokens is some grid and a rest.
    """
    if not is_of_tokens(probe, layer):
        return 0
    call = probe.calls_of(layer)[-1]
    prefixes = (
        grid.prefix
        for grid in possible_grids(probe, call, call.shape[1] or 0)
        if min(grid.height, grid.width) > 1  # no query of a single head
    )
    prefix = next(prefixes, 0)
    return prefix if prefix <= _SURE_PREFIX else 0
